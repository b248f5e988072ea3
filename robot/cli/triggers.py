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
from robot.crm.triggers.reading import PRIORITIES, load_triggers
from robot.crm.triggers.rules import On, Trigger
from robot.domain.campaigns import Campaign
from robot.i18n import tr
from robot.settings import Settings

READABLE = ("amocrm", "bitrix24", "odoo")
"""Connectors that tell what happened; the others send requests themselves."""


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
        tr("через", "delay"),
        tr("не позже", "within"),
        tr("срочность", "priority"),
    ):
        table.add_column(title)
    for one in _loaded(settings):
        when = tr(f"за {_text(one.before)} до встречи", f"{_text(one.before)} before") if one.before else one.on.value
        cells = (one.name, when, one.stage, one.crm, one.campaign, _text(one.delay), _text(one.within), _urgency(one))
        table.add_row(*cells)
    terminal().print(table)


@triggers.command(help="Проверить файл, кампании и CRM; никому не звонит. | Check the file, campaigns and CRMs.")
@click.pass_obj
def check(settings: Settings) -> None:
    rules = _loaded(settings)
    problems = list(problems_of(rules, run(_campaigns(settings)), set(settings.crm.used())))
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo(tr(f"Правил: {len(rules)}, всё в порядке", f"{len(rules)} rules, all is well"))


def problems_of(rules: Sequence[Trigger], campaigns: Iterable[Campaign], crms: set[str]) -> Iterable[str]:
    """One sentence each, with the remedy. Pure."""
    there = {one.slug for one in campaigns}
    told = crms & set(READABLE)
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
        elif one.on is not On.MEETING and not told:
            yield tr(
                f"{one.name}: ни одна CRM не сообщает о событиях: подключите {', '.join(READABLE)}",
                f"{one.name}: no CRM tells what happens: set up one of {', '.join(READABLE)}",
            )


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
