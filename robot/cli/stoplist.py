"""`zvonar stoplist`: who is never called, in any campaign."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from robot.cli.data import shown, storage_of
from robot.cli.framework import EXIT_FAILED, EXIT_USAGE, Group, fail, option, run
from robot.crm.csv_safe import csv_text
from robot.crm.csv_table import ImportRefused
from robot.crm.lead_row import RowRefused, read_phone
from robot.crm.stop_import import read_stops
from robot.domain.clock import utc_now
from robot.domain.errors import InvalidPattern
from robot.domain.stops import StopPattern
from robot.i18n import Language, language, tr
from robot.settings import Settings
from robot.storage.rows import chunks

MOST_SHOWN = 20
BATCH = 1000
"""Entries written in one transaction."""

reason_option = option("--reason", default="", help="Почему. | Why.")


@click.group(cls=Group, help="Стоп-лист: кому не звонить никогда. | The stop list: who is never called.")
def stoplist() -> None: ...


def _number(written: str) -> str:
    try:
        return read_phone(written)
    except RowRefused as refused:
        fail(shown(refused.reason), tr("пишите номер целиком: +74951234567", "write it whole: +74951234567"), code=2)


def _pattern(written: str) -> StopPattern:
    try:
        return StopPattern.parse(written)
    except InvalidPattern as error:
        fail(error.ru if language.get() is Language.RU else error.en, code=EXIT_USAGE)


def _tell_closed(closed: int) -> None:
    click.echo(tr(f"Готово; снято с очереди: {closed}", f"Done; taken off the queue: {closed}"))


@stoplist.command(help="Больше никогда не звонить на этот номер. | Never call this number again.")
@click.argument("phone")
@reason_option
@click.pass_obj
def add(settings: Settings, phone: str, reason: str) -> None:
    number = _number(phone)

    async def work() -> int:
        async with storage_of(settings) as storage:
            return await storage.stop_list.add(number, reason=reason, now=utc_now())

    _tell_closed(run(work()))


@stoplist.command(
    help="Больше никогда не звонить на все номера шаблона: «+7495*», «+7912345670?». "
    "| Never call any number of a pattern: “+7495*”, “+7912345670?”."
)
@click.argument("text")
@reason_option
@click.pass_obj
def pattern(settings: Settings, text: str, reason: str) -> None:
    wanted = _pattern(text)

    async def work() -> int:
        async with storage_of(settings) as storage:
            return await storage.stop_list.add_pattern(wanted, reason=reason, now=utc_now())

    _tell_closed(run(work()))


@stoplist.command(
    help="Убрать номер или шаблон из списка: кто и почему, запоминается. "
    "| Take a number or a pattern off the list: who did it, and why, is kept."
)
@click.argument("entry")
@option("--reason", required=True, help="Почему. | Why.")
@option("--by", default=getpass.getuser, show_default=False, help="Кто решил. | Who decided.")
@click.pass_obj
def remove(settings: Settings, entry: str, reason: str, by: str) -> None:
    wanted = _pattern(entry).text if "*" in entry or "?" in entry else _number(entry)

    async def work() -> bool:
        async with storage_of(settings) as storage:
            return await storage.stop_list.remove(wanted, by=by, reason=reason, now=utc_now())

    if not run(work()):
        fail(tr("этого нет в стоп-листе", "this is not on the stop list"), "zvonar stoplist export -")
    click.echo(tr("Убрано: звонить можно снова", "Removed: it may be called again"))


@stoplist.command(help="Можно ли звонить на номер: код 1, если он в списке. | Exit code 1 when the number is listed.")
@click.argument("phone")
@click.pass_context
def check(ctx: click.Context, phone: str) -> None:
    number, settings = _number(phone), ctx.ensure_object(Settings)

    async def work() -> bool:
        async with storage_of(settings) as storage:
            return await storage.stop_list.contains(number)

    if run(work()):
        click.echo(tr("В стоп-листе: не звоним", "On the stop list: never called"))
        ctx.exit(EXIT_FAILED)
    click.echo(tr("В стоп-листе нет", "Not on the stop list"))


@stoplist.command(
    name="import",
    help="Загрузить номера и шаблоны из CSV или XLSX со столбцом «телефон» (и «причина»). "
    "| Load numbers and patterns from a CSV or XLSX file with a column “phone” (and “reason”).",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_command(settings: Settings, file: Path) -> None:
    try:
        listed = read_stops(file.read_bytes())
    except ImportRefused as error:
        fail(f"{file}: {shown(error.reason)}")
    wanted, refused = listed.entries, listed.refused
    closed = run(_stop_all(settings, wanted))
    click.echo(
        tr(
            f"{file}: в стоп-лист {len(wanted)}, отказов {len(refused)}; снято с очереди: {closed}",
            f"{file}: {len(wanted)} on the stop list, {len(refused)} refused; taken off the queue: {closed}",
        )
    )
    for one in refused[:MOST_SHOWN]:
        click.echo(f"  {tr('строка', 'line')} {one.line}: {shown(one.reason)}")


async def _stop_all(settings: Settings, wanted: Sequence[tuple[str | StopPattern, str]]) -> int:
    """A thousand at a time, each thousand whole or not at all; what was written is told when the rest fails."""
    now, screen, closed, written = utc_now(), Console(stderr=True), 0, 0
    async with storage_of(settings) as storage:
        with Progress(transient=True, console=screen, disable=not screen.is_terminal) as progress:
            job = progress.add_task(tr("Загрузка", "Importing"), total=len(wanted))
            try:
                for some in chunks(wanted, BATCH):
                    closed += await storage.stop_list.add_all(some, now=now)
                    written += len(some)
                    progress.advance(job, len(some))
            finally:
                if written < len(wanted):
                    _tell_half(written, len(wanted))
    return closed


def _tell_half(written: int, wanted: int) -> None:
    click.echo(
        tr(
            f"Загрузка прервана: записано {written} из {wanted}, остальное не записано. Повторите команду: дважды "
            "ничего не запишется",
            f"The import was interrupted: {written} of {wanted} are written, the rest is not. Run the command again: "
            "nothing is written twice",
        ),
        err=True,
    )


@stoplist.command(help="Выгрузить весь список в CSV; «-» — на экран. | Write the whole list as CSV; “-” prints it.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.pass_obj
def export(settings: Settings, file: Path) -> None:
    async def work() -> list[tuple[str, str, str]]:
        async with storage_of(settings) as storage:
            entries = await storage.stop_list.entries()
            return [(one.entry, one.since.isoformat(), one.reason) for one in entries]

    header = (tr("телефон", "phone"), tr("с какого времени", "since"), tr("причина", "reason"))
    write_table(file, csv_text(header, run(work())))


def write_table(file: Path, text: str) -> None:
    """To a file that only its owner reads, or to standard output for "-"."""
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    try:
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8-sig", newline="")
    except OSError as error:
        fail(tr(f"не записать {file}: {error.strerror}", f"cannot write {file}: {error.strerror}"))
    click.echo(tr(f"Записано: {file}", f"Written: {file}"))
