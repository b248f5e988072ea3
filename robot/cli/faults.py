"""Errors of all packages as sentences for the person at the keyboard."""

from __future__ import annotations

from robot.crm.errors import DeliveryError
from robot.domain.errors import InvalidRule
from robot.i18n import Language, language
from robot.keeping.errors import BackupError
from robot.settings import ConfigurationError
from robot.speech.errors import SpeechError
from robot.storage.errors import StorageError
from scripts_dialog import ScriptError
from telephony.errors import TelephonyError

EXPECTED = (
    BackupError,
    TelephonyError,
    SpeechError,
    StorageError,
    DeliveryError,
    ScriptError,
    ConfigurationError,
    InvalidRule,
)

RUSSIAN: dict[str, tuple[str, str]] = {
    "configuration": ("Настройки нельзя прочитать", "исправьте названные переменные в окружении или в zvonar.env"),
    "model_missing": ("Нет модели распознавания речи", "zvonar models pull whisper-base"),
    "engine_unavailable": ("Речевая программа или голос не установлены", "make setup, затем zvonar doctor"),
    "download_failed": (
        "Модель не скачалась",
        "проверьте доступ к сети и повторите: загрузка продолжится с того же места",
    ),
    "ami_refused": (
        "Asterisk не пустил робота в AMI",
        "сверьте пользователя, пароль и разрешённые адреса в manager.conf с ZVONAR_ASTERISK__AMI_USER и …__AMI_SECRET",
    ),
    "ami_timeout": ("Asterisk не ответил вовремя", "проверьте, что он работает и не перегружен"),
    "line_down": ("Звонить сейчас нельзя: нет связи с Asterisk или с оператором", "zvonar doctor"),
    "congestion": ("Оператор не принимает звонки", "проверьте состояние транка и число каналов у оператора"),
    "no_common_codec": ("Оператор не принимает наши кодеки", "задайте в ZVONAR_TRUNK__CODECS те, что он принимает"),
    "trunk_refused": (
        "Оператор не принимает логин или пароль транка",
        "сверьте ZVONAR_TRUNK__USER, …__PASSWORD и …__NUMBER с письмом оператора",
    ),
    "rejected": ("Оператор отклонил звонок", "проверьте номер и разрешения на направление у оператора"),
    "port_in_use": ("Порт занят другой программой", "остановите её или задайте другой порт"),
    "unsafe_value": ("В номере или имени есть недопустимые знаки", "исправьте лид: такие значения не набираются"),
    "lab_failed": ("Стенд с Asterisk не запустился", "zvonar lab down, затем zvonar lab up"),
    "database_unavailable": ("База данных недоступна", "проверьте ZVONAR_DATABASE_URL и что сервер запущен"),
    "database_access": ("Нет доступа к базе данных", "проверьте пользователя, пароль и права на файл"),
    "database_locked": ("База данных занята другой программой", "закройте её и повторите"),
    "disk_full": ("На диске нет места", "освободите место: записи разговоров занимают больше всего"),
    "schema_too_new": ("База создана более новой версией", "обновите программу"),
    "database_damaged": ("Файл базы повреждён или это не база", "восстановите его из резервной копии"),
    "backup": ("Копия не подходит", "см. docs/ru/rezervnye-kopii.md"),
    "archive_damaged": ("Резервная копия испорчена, ничего не тронуто", "возьмите другую копию"),
    "archive_too_new": ("Копия сделана более новой версией", "установите ту версию, затем восстановите"),
    "restore_not_empty": ("Здесь уже есть данные", "сначала сделайте их копию; --replace заменит их"),
    "restore_running": ("С этой базой работает робот", "остановите его: systemctl stop zvonar"),
    "program_missing": ("Нет программы PostgreSQL", "apt-get install postgresql-client, той же версии, что сервер"),
    "database_refused": ("PostgreSQL отказал", "проверьте, что он запущен, адрес и права"),
    "backup_not_written": ("Не записано, ничего не испорчено", "освободите место или выберите другой диск"),
    "unknown_campaign": ("Такой кампании нет", "проверьте название: zvonar campaigns list"),
    "invalid_record": ("Недопустимое значение", "исправьте его"),
    "script_broken": ("В сценарии ошибки", "исправьте названные строки"),
    "persona_invalid": ("Описание симулированного клиента неверно", "исправьте названный файл"),
}


def sentence(error: Exception) -> tuple[str, str]:
    """What is wrong and what to do, in the current language. The error's own words stand behind the Russian ones: they
    hold the particulars."""
    if isinstance(error, ScriptError):
        return "\n".join(finding.render(language.get().value) for finding in error.findings), ""
    if isinstance(error, InvalidRule):
        return (error.ru if language.get() is Language.RU else error.en), ""
    own_remedy = str(getattr(error, "remedy", ""))
    russian = RUSSIAN.get(str(getattr(error, "code", "")))
    if language.get() is Language.EN or russian is None:
        return str(error), own_remedy
    title, remedy = russian
    return f"{title} ({error})", f"{remedy} ({own_remedy})" if own_remedy and own_remedy != remedy else remedy
