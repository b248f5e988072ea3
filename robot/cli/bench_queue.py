"""`zvonar bench queue`: does a claim take longer when a million wait?"""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TaskID
from rich.table import Table

from robot.cli.framework import EXIT_FAILED, Command, fail, option, run, terminal
from robot.i18n import tr
from robot.proving.errors import ProvingError
from robot.proving.queue_bench import Order, Series, measure, ratio

MOST_TASKS = 9_000_000


@click.command(
    cls=Command,
    help="Очередь: сколько задач в секунду берут узлы из короткой и из длинной очереди, и растёт ли время взятия. "
    "Работает в своей схеме (SQLite: в своём файле), после себя убирает; базу с лидами не трогает. "
    "| The queue: how fast nodes claim from a short and from a long one, and whether a claim takes longer. In a schema "
    "(SQLite: a file) of its own, removed afterwards; a database with leads is refused.",
)
@option("--database", "address", required=True, help="Адрес базы. | The database's address.")
@option("--nodes", type=click.IntRange(1, 32), default=3, show_default=True, help="Процессов. | Processes.")
@option("--tasks", type=click.IntRange(1000, MOST_TASKS), default=1_000_000, show_default=True, help="Задач. | Tasks.")
@option("--small", type=click.IntRange(500), default=10_000, show_default=True, help="В короткой. | In the short one.")
@option("--seconds", type=click.FloatRange(1, 600), default=10, show_default=True, help="На каждую. | On each.")
@option("--batch", type=click.IntRange(1, 50), default=5, show_default=True, help="Задач за раз. | Tasks a claim.")
@option("--json", "as_json", is_flag=True, help="Итог в JSON. | The result as JSON.")
@click.pass_context
def queue(
    ctx: click.Context,
    *,
    address: str,
    nodes: int,
    tasks: int,
    small: int,
    seconds: float,
    batch: int,
    as_json: bool,
) -> None:
    if address.startswith("sqlite") and nodes > 1:
        fail(
            tr("SQLite — для одного узла", "SQLite is for one node"),
            tr("--nodes 1, или адрес PostgreSQL", "--nodes 1, or the address of a PostgreSQL"),
        )
    order = Order(address, nodes, tasks, small, seconds, batch)
    bar = Progress(*Progress.get_default_columns(), MofNCompleteColumn(), console=Console(stderr=True))
    lines: dict[int, TaskID] = {}

    def filled(wanted: int, there: int) -> None:
        if wanted not in lines:
            lines[wanted] = bar.add_task(tr("Заполняю очередь", "Filling the queue"), total=wanted)
        bar.update(lines[wanted], completed=there)

    try:
        with bar:
            short, long = run(measure(order, filled))
    except ProvingError as error:
        fail(str(error), error.remedy)
    if as_json:
        click.echo(json.dumps(report(order, short, long), ensure_ascii=False, indent=2))
    else:
        _show(short, long)
    if short.twice or long.twice:
        ctx.exit(EXIT_FAILED)


def report(order: Order, short: Series, long: Series) -> dict[str, object]:
    """For a program."""
    return {
        "database": order.address.partition(":")[0],
        "nodes": order.nodes,
        "batch": order.batch,
        "queues": [short.report(), long.report()],
        "ratio": ratio(short, long),
    }


def _show(short: Series, long: Series) -> None:
    table = Table()
    for title in (
        tr("Задач в очереди", "Tasks waiting"),
        tr("Узел", "Node"),
        tr("Взятий в секунду", "Claims a second"),
        tr("Задач в секунду", "Tasks a second"),
        "p50, " + tr("мс", "ms"),
        "p99, " + tr("мс", "ms"),
    ):
        table.add_column(title, justify="right")
    for one in (short, long):
        figures = one.report()
        rows = [*enumerate(figures["per_node"], 1), (tr("вместе", "all"), figures["together"])]
        for name, row in rows:
            ms = row["claim_ms"]
            cells = (one.tasks, name, row["claims_per_s"], row["tasks_per_s"], ms["p50"], ms["p99"])
            table.add_row(*map(str, cells))
    console = terminal()
    console.print(table)
    grown = ratio(short, long)
    console.print(tr("Длинная к короткой", "Long to short") + f": p50 × {grown['p50']}, p99 × {grown['p99']}")
    console.print(tr("Взято дважды", "Claimed twice") + f": {short.twice + long.twice}")
