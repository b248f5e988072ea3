"""What `zvonar telephony check` found, as sentences: what it is, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from robot.i18n import tr
from telephony.asterisk.check.finding import Finding, Level, Part

TITLES: Mapping[Part, tuple[str, str]] = {
    Part.AMI: ("связь с Asterisk (AMI)", "connection to Asterisk (AMI)"),
    Part.RIGHTS: ("права в AMI", "rights in AMI"),
    Part.TRUNK: ("транк", "trunk"),
    Part.REGISTRATION: ("регистрация у оператора", "registration at the operator"),
    Part.CODECS: ("кодеки", "codecs"),
    Part.CLOCK: ("часы Asterisk и робота", "clocks of Asterisk and the robot"),
    Part.NTP: ("точное время", "exact time"),
    Part.TICK: ("ровность 20-мс такта", "evenness of the 20 ms tick"),
    Part.AUDIO_PORT: ("порт AudioSocket", "AudioSocket's port"),
    Part.AGI_PORT: ("порт входящих", "port of incoming calls"),
    Part.RTP: ("порты RTP", "RTP ports"),
    Part.ADDRESS: ("адрес и NAT", "address and NAT"),
    Part.METRICS: ("метрики Asterisk", "Asterisk's metrics"),
    Part.CALL: ("пробный звонок", "test call"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """ru, en: what was found; then what to do, "" where nothing needs to be. {names} are the finding's facts."""

    ru: str
    en: str
    do_ru: str = ""
    do_en: str = ""


_FREE_IT = (
    "остановите ту программу (ss -lntp покажет её) или задайте другой порт",
    "stop that program (ss -lntp shows it) or set another port",
)
_SEE_LOGIN = (
    "сверьте ZVONAR_TRUNK__USER и ZVONAR_TRUNK__PASSWORD с письмом оператора, затем zvonar telephony config",
    "compare ZVONAR_TRUNK__USER and ZVONAR_TRUNK__PASSWORD with the operator's letter, then zvonar telephony config",
)
_SEE_CODECS = (
    "задайте в ZVONAR_TRUNK__CODECS те, что принимает оператор (в России почти всегда alaw), затем "
    "zvonar telephony config",
    "set ZVONAR_TRUNK__CODECS to those the operator takes (in Russia nearly always alaw), then zvonar telephony config",
)

WORDS: Mapping[tuple[Part, str], Words] = {
    (Part.AMI, "fine"): Words("отвечает", "answers"),
    (Part.AMI, "refused"): Words(
        "не пускает робота: {detail}",
        "does not let the robot in: {detail}",
        "сверьте ZVONAR_ASTERISK__AMI_USER, …__AMI_SECRET и ZVONAR_TRUNK__AMI_PERMIT с manager.conf",
        "compare ZVONAR_ASTERISK__AMI_USER, …__AMI_SECRET and ZVONAR_TRUNK__AMI_PERMIT with manager.conf",
    ),
    (Part.AMI, "silent"): Words(
        "не отвечает: {detail}",
        "does not answer: {detail}",
        "проверьте, что Asterisk запущен и ZVONAR_ASTERISK__HOST и …__AMI_PORT верны",
        "see that Asterisk runs and that ZVONAR_ASTERISK__HOST and …__AMI_PORT are right",
    ),
    (Part.RIGHTS, "fine"): Words("ровно те, что нужны", "as many as are needed"),
    (Part.RIGHTS, "too_few"): Words(
        "не хватает: {lacking}",
        "lacking: {lacking}",
        "в manager.conf: read = call,reporting; write = call,originate,reporting",
        "in manager.conf: read = call,reporting; write = call,originate,reporting",
    ),
    (Part.RIGHTS, "too_many"): Words(
        "лишние: {needless} — взломавший робота получил бы и сам Asterisk",
        "too many: {needless}; whoever broke into the robot would have Asterisk itself",
        "в manager.conf: write = call,originate,reporting, и ничего больше",
        "in manager.conf: write = call,originate,reporting, and nothing else",
    ),
    (Part.TRUNK, "fine"): Words("{trunk}: оператор {where} отвечает за {ms} мс", "{trunk}: {where} answers in {ms} ms"),
    (Part.TRUNK, "absent"): Words(
        "в Asterisk нет транка {trunk}",
        "Asterisk has no trunk {trunk}",
        "zvonar telephony config запишет его; или укажите имя в ZVONAR_ASTERISK__TRUNK",
        "zvonar telephony config writes it; or name yours in ZVONAR_ASTERISK__TRUNK",
    ),
    (Part.TRUNK, "unreachable"): Words(
        "{trunk}: {where} не отвечает на SIP OPTIONS",
        "{trunk}: {where} does not answer SIP OPTIONS",
        "проверьте адрес, порт и транспорт (ZVONAR_TRUNK__HOST, …__PORT, …__TRANSPORT), сертификат оператора при TLS и "
        "что сеть пропускает SIP; оператор мог не внести наш адрес",
        "check address, port and transport (ZVONAR_TRUNK__HOST, …__PORT, …__TRANSPORT), the certificate with "
        "TLS, and that the network lets SIP through; the operator may not have listed our address",
    ),
    (Part.TRUNK, "unqualified"): Words(
        "{trunk}: {where} ещё не опрошен",
        "{trunk}: {where} has not been asked yet",
        "повторите через полминуты; если не изменится, задайте qualify_frequency для этого транка",
        "try again in half a minute; if it stays so, set qualify_frequency for this trunk",
    ),
    (Part.REGISTRATION, "fine"): Words("{user} зарегистрирован", "{user} is registered"),
    (Part.REGISTRATION, "by_address"): Words(
        "не нужна: оператор знает нас по адресу", "not needed: the operator knows us by our address"
    ),
    (Part.REGISTRATION, "refused"): Words(
        "{where} отвечает, но не принимает логин {user} или его пароль",
        "{where} answers but does not take the login {user} or its password",
        *_SEE_LOGIN,
    ),
    (Part.REGISTRATION, "unanswered"): Words(
        "{user}: {where} не ответил",
        "{user}: {where} has not answered",
        "сначала исправьте транк: адрес, порт, транспорт",
        "first mend the trunk: address, port, transport",
    ),
    (Part.CODECS, "fine"): Words("предлагаем {offered}", "we offer {offered}"),
    (Part.CODECS, "encrypted"): Words("предлагаем {offered}, с шифрованием SRTP", "we offer {offered}, with SRTP"),
    (Part.CODECS, "no_alaw"): Words("предлагаем {offered}, без alaw", "we offer {offered}, not alaw", *_SEE_CODECS),
    (Part.CODECS, "none_spoken"): Words(
        "предлагаем только {offered}: робот так не говорит",
        "we offer {offered} alone: the robot speaks none of it",
        *_SEE_CODECS,
    ),
    (Part.CLOCK, "fine"): Words("расходятся на {seconds} с", "{seconds} s apart"),
    (Part.CLOCK, "untold"): Words("Asterisk не назвал время", "Asterisk did not tell the time"),
    (Part.CLOCK, "skewed"): Words(
        "расходятся на {seconds} с: журналы не сойдутся",
        "{seconds} s apart: the logs will not match",
        "включите точное время на обеих машинах: timedatectl set-ntp true",
        "have the time kept on both machines: timedatectl set-ntp true",
    ),
    (Part.NTP, "fine"): Words("синхронизируется, ошибка до {ms} мс", "kept, off by {ms} ms at most"),
    (Part.NTP, "untold"): Words("система не говорит", "the system does not tell"),
    (Part.NTP, "unsynchronized"): Words(
        "часы никто не сверяет: часы звонков и встречи поедут вместе с ними",
        "nobody keeps the clock right: hours of calling and meetings will drift with it",
        "timedatectl set-ntp true или пакет chrony",
        "timedatectl set-ntp true, or the package chrony",
    ),
    (Part.TICK, "fine"): Words("худшее опоздание {worst_ms} мс", "{worst_ms} ms late at worst"),
    (Part.TICK, "late"): Words(
        "опаздывает до {worst_ms} мс, {share} % тактов: звук будет рваться",
        "up to {worst_ms} ms late, {share} % of ticks: the sound will be torn",
        "освободите процессор, разрешите приоритет (LimitRTPRIO=1) или уменьшите ZVONAR_DIALER__CHANNELS",
        "free the processor, allow real-time priority (LimitRTPRIO=1) or lower ZVONAR_DIALER__CHANNELS",
    ),
    (Part.RTP, "fine"): Words(
        "{first}–{last}, хватит на {calls} разговоров", "{first}–{last}, enough for {calls} calls"
    ),
    (Part.RTP, "too_few"): Words(
        "{first}–{last} не хватит на {calls} разговоров (нужно по два на каждый)",
        "{first}–{last} are not enough for {calls} calls (two each)",
        "расширьте ZVONAR_TRUNK__RTP_FIRST_PORT…LAST_PORT",
        "widen ZVONAR_TRUNK__RTP_FIRST_PORT…LAST_PORT",
    ),
    (Part.RTP, "taken"): Words(
        "из {first}–{last} заняты {count}, например {example}",
        "of {first}–{last} {count} are taken, {example} for one",
        "выберите диапазон, которым не пользуются другие программы (ss -lnup)",
        "choose a range no other program uses (ss -lnup)",
    ),
    (Part.ADDRESS, "fine"): Words("{host} увидит нас как {ours}", "{host} sees us as {ours}"),
    (Part.ADDRESS, "unresolved"): Words(
        "имя {host} не находится",
        "the name {host} is not found",
        "проверьте ZVONAR_TRUNK__HOST и DNS",
        "check ZVONAR_TRUNK__HOST and the name server",
    ),
    (Part.ADDRESS, "no_route"): Words(
        "до {host} нет маршрута", "there is no route to {host}", "проверьте сеть", "check the network"
    ),
    (Part.ADDRESS, "behind_router"): Words(
        "мы {ours} за маршрутизатором, а оператор снаружи: звука в нашу сторону не будет",
        "we are {ours} behind a router and the operator is outside: no sound would come to us",
        "задайте ZVONAR_TRUNK__EXTERNAL_ADDRESS и пробросьте SIP и порты RTP, затем zvonar telephony config",
        "set ZVONAR_TRUNK__EXTERNAL_ADDRESS and forward SIP and the RTP ports, then zvonar telephony config",
    ),
    (Part.ADDRESS, "needless_external"): Words(
        "оператор {host} в нашей сети, а задан внешний адрес {external}",
        "the operator {host} is in our network, yet an external address {external} is set",
        "уберите ZVONAR_TRUNK__EXTERNAL_ADDRESS, если звука нет",
        "remove ZVONAR_TRUNK__EXTERNAL_ADDRESS if there is no sound",
    ),
    (Part.METRICS, "fine"): Words("отдаются на {host}:{port}", "served at {host}:{port}"),
    (Part.METRICS, "silent"): Words(
        "на {host}:{port} никто не отвечает",
        "nobody answers at {host}:{port}",
        "zvonar telephony config и перезапуск Asterisk; нужен модуль res_prometheus",
        "zvonar telephony config and a restart of Asterisk; it takes the module res_prometheus",
    ),
    (Part.METRICS, "strange"): Words(
        "{host}:{port} отвечает не Asterisk", "what answers at {host}:{port} is no Asterisk"
    ),
    (Part.CALL, "fine"): Words(
        "ответили, кодек {codec}, слышно в обе стороны", "answered, codec {codec}, heard both ways"
    ),
    (Part.CALL, "unheard"): Words(
        "ответили, кодек {codec}, но в ответ ничего не слышно",
        "answered, codec {codec}, but nothing came back",
        "если человек говорил, звук не доходит: откройте UDP-порты RTP и проверьте ZVONAR_TRUNK__EXTERNAL_ADDRESS",
        "if the person spoke, the sound does not arrive: open the UDP ports of RTP and check "
        "ZVONAR_TRUNK__EXTERNAL_ADDRESS",
    ),
    (Part.CALL, "no_common_codec"): Words(
        "оператор не принимает наши кодеки ({offered})",
        "the operator takes none of our codecs ({offered})",
        *_SEE_CODECS,
    ),
    (Part.CALL, "trunk_refused"): Words(
        "оператор не принимает логин или пароль транка",
        "the operator does not take the trunk's user or password",
        *_SEE_LOGIN,
    ),
    (Part.CALL, "forbidden"): Words(
        "не звоним: {why}", "not called: {why}", "выберите другой номер или время", "choose another number or time"
    ),
    (Part.CALL, "failed"): Words(
        "не удался: {why}",
        "failed: {why}",
        "попробуйте ещё раз; если повторится, покажите оператору время звонка",
        "try again; if it stays so, tell the operator the time of the call",
    ),
}

_PORT: Mapping[str, Words] = {
    "fine": Words("{host}:{port} свободен", "{host}:{port} is free"),
    "held_by_robot": Words("{host}:{port} слушает робот", "the robot listens at {host}:{port}"),
    "not_listening": Words(
        "робот работает, но {host}:{port} никто не слушает",
        "the robot runs but nobody listens at {host}:{port}",
        "настройки этой команды и службы разные: сравните окружение",
        "this command and the service are set differently",
    ),
    "taken": Words("{host}:{port} занят другой программой", "{host}:{port} is taken by another program", *_FREE_IT),
    "forbidden": Words(
        "{host}:{port}: нет прав", "{host}:{port}: not permitted", "возьмите порт от 1024", "take a port from 1024 on"
    ),
    "no_such_address": Words(
        "адреса {host} у этой машины нет",
        "this machine has no address {host}",
        "исправьте ZVONAR_ASTERISK__AUDIOSOCKET_BIND",
        "correct ZVONAR_ASTERISK__AUDIOSOCKET_BIND",
    ),
}


def words_of(finding: Finding) -> Words:
    if finding.part in (Part.AUDIO_PORT, Part.AGI_PORT):
        return _PORT[finding.code]
    return WORDS[finding.part, finding.code]


def title(finding: Finding) -> str:
    return tr(*TITLES[finding.part])


def detail(finding: Finding) -> str:
    words = words_of(finding)
    return tr(words.ru, words.en).format_map(finding.facts)


def remedy(finding: Finding) -> str:
    """Empty for what is fine."""
    words = words_of(finding)
    return "" if finding.level is Level.FINE else tr(words.do_ru, words.do_en)
