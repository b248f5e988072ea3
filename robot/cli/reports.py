"""`zvonar reports`: the sums that reports are read from."""

from __future__ import annotations

import click
from rich.console import Console
from rich.progress import Progress

from robot.cli.data import storage_of
from robot.cli.framework import Group, run
from robot.i18n import tr
from robot.settings import Settings


@click.group(cls=Group, help="Сводки, из которых читают отчёты. | The sums that reports are read from.")
def reports() -> None: ...


@reports.command(
    help="Пересчитать сводки по репликам, месяц за месяцем; звонки идут дальше. Нужно, если в базу писала прежняя "
    "версия робота или чужая программа. "
    "| Count the sums anew from the turns, month by month; calls go on meanwhile. Needed when an older version of the "
    "robot, or another program, wrote into the database."
)
@click.pass_obj
def rebuild(settings: Settings) -> None:
    from robot.storage.rebuild import rebuild as count  # noqa: PLC0415 - not for --help

    async def work() -> int:
        with Progress(console=Console(stderr=True)) as bar:
            line = bar.add_task(tr("Считаю", "Counting"))
            async with storage_of(settings) as storage:
                return await count(storage.database, lambda done, of: bar.update(line, completed=done, total=of))

    months = run(work())
    click.echo(tr(f"Пересчитано месяцев кампаний: {months}", f"Months of campaigns counted: {months}"))
