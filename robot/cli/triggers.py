"""`zvonar triggers`: what starts a call by itself, shown and checked before anybody is called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

import click
from rich.table import Table

from robot.cli.data import storage_of
from robot.cli.framework import EXIT_USAGE, Group, fail, run, terminal
from robot.crm.errors import Misconfigured
from robot.crm.registry import CONNECTORS
from robot.crm.triggers.reading import PRIORITIES, load_triggers
from robot.crm.triggers.rules import OURS, On, Trigger
from robot.domain.campaigns import Campaign
from robot.i18n import tr
from robot.settings import Settings

SILENT = frozenset({"onec", "webhook"})
"""Connectors that do not tell what happened: these systems send requests themselves."""
AUTOMATED = frozenset({"bitrix24"})
"""Whose own automation asks for calls."""


@click.group(cls=Group, help="Триггеры: что начинает звонок само. | Triggers: what starts a call by itself.")
def triggers() -> None: ...


@triggers.command(name="list", help="Правила по порядку: действует первое подходящее. | The rules; the first fits.")
@click.pass_obj
def list_command(settings: Settings) -> None:
    table = Table()
    for title in (
        tr("имя", "name"),
        tr("когда", "when"),
        tr("этап", "stage"),
        "CRM",
        tr("кампания", "campaign"),
        tr("сценарий", "script"),
        tr("через", "delay"),
        tr("не позже", "within"),
        tr("срочность", "priority"),
    ):
        table.add_column(title)
    for one in _loaded(settings):
        about = (one.name, _when(one), one.stage, one.crm, one.campaign, one.script)
        table.add_row(*about, _text(one.delay), _text(one.within), _urgency(one))
    terminal().print(table)


@triggers.command(help="Проверить файл, кампании и CRM; никому не звонит. | Check the file, campaigns and CRMs.")
@click.pass_obj
def check(settings: Settings) -> None:
    rules = _loaded(settings)
    problems = list(problems_of(rules, run(_campaigns(settings)), set(settings.crm.used())))
    problems += _unsupported(rules, settings)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo(tr(f"Правил: {len(rules)}, всё в порядке", f"{len(rules)} rules, all is well"))


def problems_of(rules: Sequence[Trigger], campaigns: Iterable[Campaign], crms: set[str]) -> Iterable[str]:
    """One sentence each, with the remedy. Pure."""
    there = {one.slug for one in campaigns}
    told, telling = crms - SILENT, ", ".join(sorted(set(CONNECTORS) - SILENT))
    for one in rules:
        if one.campaign not in there:
            yield tr(
                f"{one.name}: кампании {one.campaign} нет: zvonar campaigns create. Пока её нет, не действует ни одно "
                "правило",
                f"{one.name}: there is no campaign {one.campaign}: zvonar campaigns create. No rule works until then",
            )
        if one.crm and one.crm not in told:
            yield tr(
                f"{one.name}: {one.crm} не подключена или сама ничего не сообщает",
                f"{one.name}: {one.crm} is not set up, or tells nothing by itself",
            )
        elif one.on is On.ROBOT and not told & AUTOMATED:
            yield tr(
                f"{one.name}: on: robot бывает только у Битрикс24, а он не подключён",
                f"{one.name}: on: robot is Bitrix24's alone, which is not set up",
            )
        elif one.on not in OURS and not told:
            yield tr(
                f"{one.name}: ни одна CRM не сообщает о событиях: подключите {telling}",
                f"{one.name}: no CRM tells what happens: set up one of {telling}",
            )


def _unsupported(rules: Sequence[Trigger], settings: Settings) -> list[str]:
    """Scripts that are not there, fields that no CRM maps, documents where nothing is sent."""
    fields = {name for crm in settings.crm.used().values() for name in getattr(crm, "fields", {})}
    found = []
    for one in rules:
        if one.script and not known_script(one.script):
            found.append(tr(f"{one.name}: сценария {one.script} нет", f"{one.name}: there is no script {one.script}"))
        if one.field and one.field not in fields:
            found.append(
                tr(
                    f"{one.name}: поле {one.field} не сопоставлено: впишите его в ZVONAR_CRM__…__FIELDS",
                    f"{one.name}: the field {one.field} is not mapped: put it into ZVONAR_CRM__…__FIELDS",
                )
            )
        if one.on is On.SENT and not settings.sending.used:
            found.append(
                tr(
                    f"{one.name}: робот ничего не отправляет: задайте ZVONAR_SENDING__…",
                    f"{one.name}: the robot sends nothing: set ZVONAR_SENDING__…",
                )
            )
    return found


def known_script(name: str) -> bool:
    from scripts_dialog import library  # noqa: PLC0415 - heavy

    return name in library.names() or (name.endswith((".yaml", ".yml")) and Path(name).is_file())


def _when(one: Trigger) -> str:
    if one.on is On.MEETING:
        return tr(f"за {_text(one.before)} до встречи", f"{_text(one.before)} before the meeting")
    if one.on is On.ENDS:
        return tr(f"за {_text(one.before)} до {one.field}", f"{_text(one.before)} before {one.field}")
    if one.on is On.SENT:
        return tr(f"отправлено: {one.document or '*'}", f"sent: {one.document or '*'}")
    return one.on.value


def _loaded(settings: Settings) -> Sequence[Trigger]:
    file: Path | None = settings.triggers.file
    if file is None:
        fail(
            tr("файл правил не задан", "no file of rules is set"),
            tr("задайте ZVONAR_TRIGGERS__FILE: docs/ru/triggery.md", "set ZVONAR_TRIGGERS__FILE: docs/ru/triggery.md"),
            code=EXIT_USAGE,
        )
    try:
        return load_triggers(file)
    except Misconfigured as error:
        fail(str(error), error.remedy)


async def _campaigns(settings: Settings) -> Sequence[Campaign]:
    async with storage_of(settings) as storage:
        return await storage.campaigns.all()


def _text(time: timedelta | None) -> str:
    """As the file has it."""
    if not time:
        return ""
    seconds = int(time.total_seconds())
    size, unit = next(
        (size, unit) for size, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")) if not seconds % size
    )
    return f"{seconds // size}{unit}"


def _urgency(trigger: Trigger) -> str:
    return next((name for name, value in PRIORITIES.items() if value == trigger.priority), "")
