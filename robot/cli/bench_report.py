"""`zvonar bench report`: how soon reports answer when years of calls lie in the database."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from aiohttp import web
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from robot.app import web_ports
from robot.cli.framework import EXIT_FAILED, Command, fail, option, run, terminal
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.proving.errors import ProvingError
from robot.proving.report_bench import BOUND_MS, Answered, Found, Order, measure
from robot.settings_web import WebSettings
from robot.storage.store import Storage
from robot.web.app import Probes, Readiness, make_app
from robot.web.pace_board import PaceBoard
from robot.web.services import Services

MOST_TURNS = 200_000_000


@click.command(
    cls=Command,
    help="Отчёты: за сколько отвечают «Сегодня» и график потерь, когда в базе столько реплик (год звонков трёх "
    "кампаний). Работает в своей схеме (SQLite: в своём файле), после себя убирает; базу с лидами не трогает. "
    "| Reports: how soon Today and the drop-off graph answer with so many turns in the database (a year of three "
    "campaigns). In a schema (SQLite: a file) of its own, removed afterwards; a database with leads is refused.",
)
@option("--database", "address", required=True, help="Адрес базы. | The database's address.")
@option("--turns", type=click.IntRange(10_000, MOST_TURNS), default=1_000_000, show_default=True,
        help="Реплик. | Turns.")  # fmt: skip
@option("--rounds", type=click.IntRange(2, 1000), default=50, show_default=True, help="Раз каждый. | Times each.")
@option("--json", "as_json", is_flag=True, help="Итог в JSON. | The result as JSON.")
@click.pass_context
def report(ctx: click.Context, *, address: str, turns: int, rounds: int, as_json: bool) -> None:
    bar = Progress(console=Console(stderr=True))
    lines: dict[str, TaskID] = {}
    titles = {
        "fill": tr("Заполняю базу", "Filling the database"),
        "count": tr("Считаю сводки", "Counting the rollups"),
        "ask": tr("Спрашиваю", "Asking"),
    }

    def told(what: str, done: int, of: int) -> None:
        if what not in lines:
            lines[what] = bar.add_task(titles[what], total=of)
        bar.update(lines[what], completed=done)

    try:
        with bar:
            found = run(measure(Order(address, turns, rounds), _pages, told))
    except ProvingError as error:
        fail(str(error), error.remedy)
    if as_json:
        click.echo(json.dumps({"database": address.partition(":")[0], "bound_ms": BOUND_MS, **asdict(found)}, indent=2))
    else:
        _show(found)
    if any(one.slow for one in found.answers):
        ctx.exit(EXIT_FAILED)


def _pages(storage: Storage) -> web.Application:
    """The product's own application on these stores, without a node under it."""
    services = Services(web_ports(storage), WebSettings(), PaceBoard(utc_now))
    return make_app(Probes(_ready, _no_metrics), services)


async def _ready() -> Readiness:
    return Readiness({})


async def _no_metrics() -> tuple[bytes, str]:
    return b"", "text/plain"


def _show(found: Found) -> None:
    table = Table()
    ms = tr("мс", "ms")
    for title in (tr("Что", "What"), f"p50, {ms}", f"p95, {ms}", f"CPU p95, {ms}", tr("Не дольше", "Bound")):
        table.add_column(title)
    for one in (*found.answers, found.turn_written):
        table.add_row(one.what, f"{one.p50_ms}", f"{one.p95_ms}", f"{one.cpu_p95_ms}", _bound(one))
    console = terminal()
    console.print(table)
    console.print(
        tr(
            f"Реплик {found.turns}; записаны за {found.filled_s:.0f} с, сводки посчитаны за {found.counted_s:.0f} с.",
            f"{found.turns} turns, written in {found.filled_s:.0f} s; rollups counted in {found.counted_s:.0f} s.",
        )
    )


def _bound(one: Answered) -> str:
    return f"{BOUND_MS:.0f}" + (tr(": дольше", ": slower") if one.slow else "") if one.bounded else ""
