"""`zvonar doctor`: what is installed, what is missing, and how to get it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import click
from rich.console import Console
from rich.text import Text

from robot import app
from robot.cli.faults import sentence
from robot.cli.framework import EXIT_FAILED, Command, run
from robot.domain.clock import utc_now
from robot.i18n import Language, language, tr
from robot.observability.metrics import Metrics
from robot.settings import Settings
from robot.settings_rules import rules_text, unpriced
from robot.speech import registry
from robot.steady import going_first
from robot.storage.errors import StorageError
from robot.storage.store import open_storage
from telephony.errors import TelephonyError
from telephony.lab import lab as stand

LEAST_FREE_BYTES = 2 * 2**30


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. needed: without it the robot cannot work as it is configured."""

    what: str
    ok: bool
    detail: str = ""
    remedy: str = ""
    needed: bool = True


@click.command(
    cls=Command,
    help="Что установлено, чего не хватает и как это получить. Код 1, если робот не может работать. "
    "| What is installed, what is missing, how to get it. Exit code 1 when the robot cannot work.",
)
@click.pass_context
def doctor(ctx: click.Context) -> None:
    checks = run(_checks(ctx.ensure_object(Settings)))
    console = Console()
    for check in checks:
        mark, style = ("✓", "green") if check.ok else (("✗", "red") if check.needed else ("–", "yellow"))
        console.print(Text(f"{mark} {check.what}", style), end="")
        console.print(f": {check.detail}" if check.detail else "", markup=False, highlight=False)
        if not check.ok and check.remedy:
            console.print(f"    {tr('что делать', 'what to do')}: {check.remedy}", markup=False, highlight=False)
    if any(check.needed and not check.ok for check in checks):
        ctx.exit(EXIT_FAILED)


async def _checks(settings: Settings) -> list[Check]:
    checks = [*_speech(settings), _printing(), _disk(settings), _precedence()]
    checks += [await _database(settings), await _lab(settings)]
    checks += [*_rules(settings), *_web(settings)]
    checks += [check async for check in _telephony(settings)]
    return checks


def _speech(settings: Settings) -> Iterator[Check]:
    """One engine of each kind is needed; the others are named with what they lack."""
    engines = registry.available(app.engine_options(settings))
    titles = {"recognizer": tr("распознавание", "recognition"), "synthesizer": tr("голос", "voice")}
    for kind, title in titles.items():
        none_works = all(engine.lack for engine in engines if engine.kind == kind)
        for engine in engines:
            if engine.kind != kind:
                continue
            lack = engine.lack
            why = "" if lack is None else (lack.ru if language.get() is Language.RU else lack.en)
            remedy = "" if lack is None else lack.remedy
            yield Check(f"{title} {engine.name}", lack is None, why, remedy, needed=none_works)


def _printing() -> Check:
    try:
        import weasyprint  # noqa: F401, PLC0415 - half a second
    except OSError:
        lacks = True  # it loads the system's libraries
    else:
        lacks = False
    return Check(
        tr("документы и отчёты в PDF", "documents and reports as PDF"),
        not lacks,
        tr("нет библиотеки Pango", "the library Pango is missing") if lacks else "",
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-paratype",
        needed=False,
    )


def _disk(settings: Settings) -> Check:
    there = next(folder for folder in (settings.data_dir, *settings.data_dir.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    return Check(
        tr("место на диске", "disk space"),
        free >= LEAST_FREE_BYTES,
        tr(f"{free // 2**20} МБ свободно в {there}", f"{free // 2**20} MB free in {there}"),
        tr("освободите место: нужно хотя бы 2 ГБ", "make room: at least 2 GB"),
    )


def _precedence() -> Check:
    """Tried, in this thread, for a moment."""
    with going_first() as first:
        return Check(
            tr("звук идёт первым", "the audio goes first"),
            first,
            "" if first else tr("система этого не позволяет: на занятой машине кадры будут опаздывать",
                                "not allowed by the system: on a busy machine frames will be late"),
            tr("разрешите приоритет реального времени: LimitRTPRIO=1 в службе systemd, ulimits: rtprio: 1 в контейнере",
               "allow real-time priority: LimitRTPRIO=1 in the systemd unit, ulimits: rtprio: 1 in a container"),
            needed=False,
        )  # fmt: skip


def _rules(settings: Settings) -> Iterator[Check]:
    """They were checked when the settings were read; here a person sees them."""
    rules = settings.dialing_rules()
    yield Check(tr("правила звонков", "rules of dialing"), ok=True, detail=rules_text(rules))
    for prefix in unpriced(rules):
        yield Check(
            tr(f"тариф для {prefix}", f"rate of {prefix}"),
            ok=False,
            detail=tr("цены нет: туда не позвоним", "no price: nobody there is called"),
            remedy=tr("добавьте строку в ZVONAR_RULES__TARIFF", "add a line to ZVONAR_RULES__TARIFF"),
            needed=False,
        )


def _web(settings: Settings) -> Iterator[Check]:
    """Who may use what over HTTP."""
    web = settings.web
    names = ", ".join(token.partition(":")[0] for token in web.tokens) or tr("выключен", "off")
    yield Check("API", ok=True, detail=names)
    hooks = ", ".join(web.hooks) or tr("нет", "none")
    yield Check(tr("вебхук новых заявок", "webhook of new requests"), ok=True, detail=hooks)


async def _database(settings: Settings) -> Check:
    title = tr("база данных", "database")
    if not settings.database_url.get_secret_value() and not (settings.data_dir / "zvonar.db").exists():
        return Check(title, ok=True, detail=tr("SQLite, будет создана", "SQLite, will be made"))
    try:
        async with open_storage(settings.database, settings.dialing_rules()) as storage:
            known = {campaign.slug for campaign in await storage.campaigns.all()}
            spent = await storage.spending.spent(utc_now())
    except StorageError as error:
        return Check(title, False, *sentence(error))
    named = {settings.inbound.campaign, *settings.web.hooks} - {"", *known}
    if named:
        return Check(
            title,
            False,
            tr(f"нет кампаний: {', '.join(named)}", f"no such campaigns: {', '.join(named)}"),
            tr(
                "исправьте ZVONAR_INBOUND__CAMPAIGN и ZVONAR_WEB__HOOKS или создайте: zvonar campaigns create",
                "correct ZVONAR_INBOUND__CAMPAIGN and ZVONAR_WEB__HOOKS, or zvonar campaigns create",
            ),
        )
    today = f"{spent / 100:.2f} ₽"
    return Check(title, ok=True, detail=tr(f"сегодня потрачено {today}", f"{today} spent today"))


async def _lab(settings: Settings) -> Check:
    state = await stand.status(app.lab_settings(settings))
    told = state.trunk if state.pids else tr("не запущен", "not started")
    return Check(tr("стенд", "lab"), state.ok, told, "zvonar lab up", needed=settings.line == "lab")


async def _telephony(settings: Settings) -> AsyncIterator[Check]:
    """The configured Asterisk; optional while nobody has set its secret."""
    if settings.line != "asterisk":
        return
    configured = bool(settings.asterisk.ami_secret.get_secret_value())
    title = f"Asterisk {settings.asterisk.host}:{settings.asterisk.ami_port}"
    if not configured:
        remedy = tr(
            "задайте ZVONAR_ASTERISK__AMI_SECRET; показ работает и без Asterisk",
            "set ZVONAR_ASTERISK__AMI_SECRET; the demo works without Asterisk",
        )
        yield Check(title, False, tr("не настроен", "not configured"), remedy, needed=False)
        return
    try:
        health = await app.probe(app.asterisk_line(app.configured_asterisk(settings), Metrics()), within_s=5)
    except TelephonyError as error:
        yield Check(title, False, *sentence(error))
    else:
        yield Check(title, health.ok, health.detail, "zvonar telephony check")
