"""`zvonar simulate`: a whole day on a virtual clock in a minute, and thousands of calls on many nodes; both audited."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
import structlog

from robot.cli.framework import EXIT_FAILED, Group, fail, option
from robot.i18n import Language, language, tr

if TYPE_CHECKING:
    from robot.simulation.fleet import Lived
    from robot.simulation.fleet_plans import Fleet
    from robot.simulation.fleet_report import FleetReport


@click.group(cls=Group, help="Симуляции. | Simulations.")
def simulate() -> None: ...


@simulate.command(
    help="Прожить день на виртуальных часах: настоящие очередь и дозвонщик, симулированные люди в одиннадцати поясах. "
    "После — независимая проверка: звонки вне часов, сверх пределов, на остановленные номера, планы, обещания. "
    "Код выхода 1, если что-то нарушено. | Live through a day on a virtual clock: the real queue and dialer, "
    "simulated people in eleven time zones. Then an independent audit: dials outside hours, past caps, to stopped "
    "numbers, quotas, promises. Exit code 1 when any was broken."
)
@option("--leads", type=click.IntRange(100, 100_000), default=5000, show_default=True, help="Лидов. | Leads.")
@option("--seed", type=int, default=1, show_default=True, help="Тот же — тот же день. | The same gives the same day.")
@option("--json", "as_json_", is_flag=True, help="Вывести JSON. | Print JSON.")
@option(
    "--markdown",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Записать страницу (по-английски). | Write the page (in English).",
)
def day(leads: int, seed: int, as_json_: bool, markdown: Path | None) -> None:
    from robot.simulation.day import live  # noqa: PLC0415 - the store and the dialer: not for --help
    from robot.simulation.report import as_json, as_markdown, audited  # noqa: PLC0415

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    began = time.monotonic()
    report = audited(live(leads, seed))
    if as_json_:
        click.echo(json.dumps({"leads": leads, "seed": seed, **as_json(report)}, ensure_ascii=False, indent=2))
    else:
        click.echo(as_markdown(report, leads=leads, seed=seed))
    if markdown is not None:
        token = language.set(Language.EN)
        markdown.write_text(as_markdown(report, leads=leads, seed=seed), encoding="utf-8")
        language.reset(token)
    click.echo(tr(f"Заняло {time.monotonic() - began:.0f} с", f"Took {time.monotonic() - began:.0f} s"), err=True)
    if not report.clean:
        fail(
            tr("день прошёл с нарушениями: см. таблицы", "rules or promises were broken: see the tables"),
            tr(f"повторить: --leads {leads} --seed {seed}", f"to repeat it: --leads {leads} --seed {seed}"),
            code=EXIT_FAILED,
        )


@simulate.command(
    help="Тысячи звонков сразу на многих узлах с одной базой, на виртуальных часах: настоящие дозвонщики, очередь и "
    "хранилище, симулированные люди; посреди один узел гибнет и потом возвращается. После — независимая проверка: "
    "никого дважды, планы ровно, часы, пределы, расход, темп; и сколько спрошено у базы. По умолчанию база — своя "
    "PostgreSQL, которая потом удаляется. Код выхода 1, если что-то нарушено. | Thousands of calls at once on many "
    "nodes with one database, on a virtual clock: real dialers, queue and store, simulated people; in the middle one "
    "node dies, and comes back later. Then an independent audit: nobody twice, quotas to the point, hours, caps, "
    "spending, pace; and what was asked of the database. That is a PostgreSQL of its own, removed afterwards, by "
    "default. Exit code 1 when anything was broken."
)
@option("--nodes", "number", type=click.IntRange(2, 200), default=20, show_default=True, help="Узлов. | Nodes.")
@option("--calls", type=click.IntRange(4, 100_000), default=5000, show_default=True, help="Сразу. | Calls at once.")
@option("--minutes", type=click.FloatRange(1, 240), default=10, show_default=True, help="Минут. | Virtual minutes.")
@option("--meetings", type=click.IntRange(1, 1000), default=25, show_default=True, help="План каждой. | Quota of each.")
@option("--ceiling", type=click.IntRange(0), default=0, help="Предел расхода, руб. | Ceiling of spending, roubles.")
@option("--seed", type=int, default=1, show_default=True, help="Зерно случайности. | Seed of chance.")
@option("--round-s", type=click.FloatRange(0.2, 60), default=1, show_default=True, help="Круг узла, с. | A round.")
@option("--memory", is_flag=True, help="Хранилище в памяти вместо PostgreSQL. | A store in memory, not PostgreSQL.")
@option("--json", "as_json_", is_flag=True, help="Вывести JSON. | Print JSON.")
def nodes(
    *,
    number: int,
    calls: int,
    minutes: float,
    meetings: int,
    ceiling: int,
    seed: int,
    round_s: float,
    memory: bool,
    as_json_: bool,
) -> None:
    from robot.simulation.fleet_plans import Fleet  # noqa: PLC0415 - the store and the dialer: not for --help
    from robot.simulation.fleet_report import as_json as figures  # noqa: PLC0415
    from robot.simulation.fleet_report import fleet_audit  # noqa: PLC0415

    if calls < 2 * number:
        fail(tr("на каждый узел нужно хотя бы два звонка", "each node needs two calls at least"))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    began = time.monotonic()
    grid_s = 1.0 if round_s <= 1 else 2 * round_s  # longer rounds are for a faster run: there calls end together
    fleet = Fleet(number, calls, minutes, seed, meetings, 100 * ceiling or None, round_s, grid_s)
    report = fleet_audit(_live_fleet(fleet, memory=memory))
    if as_json_:
        click.echo(json.dumps(figures(report), ensure_ascii=False, indent=2))
    else:
        _show_fleet(report)
    click.echo(tr(f"Заняло {time.monotonic() - began:.0f} с", f"Took {time.monotonic() - began:.0f} s"), err=True)
    if not report.clean:
        fail(
            tr("обещания нарушены: см. таблицу", "promises were broken: see the table"),
            tr(f"повторить: --seed {seed}", f"to repeat it: --seed {seed}"),
            code=EXIT_FAILED,
        )


def _live_fleet(fleet: Fleet, *, memory: bool) -> Lived:
    from robot.cli.framework import run  # noqa: PLC0415
    from robot.proving.errors import ProvingError  # noqa: PLC0415
    from robot.proving.postgres import private_cluster  # noqa: PLC0415
    from robot.simulation.driver import live_in_memory, live_on_postgres  # noqa: PLC0415
    from robot.storage.store import open_storage  # noqa: PLC0415

    last = 0

    def told(passed: float, calls: int) -> None:
        nonlocal last
        if int(passed) > last:
            last = int(passed)
            text = tr(f"минута {last}: звонков идёт {calls}", f"minute {last}: {calls} calls under way")
            click.echo(text, err=True)

    async def on_postgres() -> Lived:
        try:
            async with private_cluster() as cluster:
                async with open_storage(cluster.address):
                    pass  # it has its tables now
                return await asyncio.to_thread(live_on_postgres, fleet, cluster.address, told)
        except asyncio.CancelledError:
            os._exit(128 + signal.SIGINT)  # the thread at work cannot be ended, and its database is gone

    if memory:
        return live_in_memory(fleet, told)
    try:
        return run(on_postgres())
    except ProvingError as error:
        fail(str(error), error.remedy)


def _show_fleet(report: FleetReport) -> None:
    from rich.table import Table  # noqa: PLC0415

    from robot.cli.framework import terminal  # noqa: PLC0415
    from robot.simulation.fleet_report import as_json as figures  # noqa: PLC0415

    found, console = figures(report), terminal()
    rules = Table(title=tr("Проверка", "The audit"))
    for title in (tr("правило", "rule"), tr("нарушений", "breaches")):
        rules.add_column(title)
    for rule, count in report.counts.items():
        rules.add_row(rule, str(count))
    console.print(rules)
    asked = Table(title=tr("База данных", "The database"))
    for title in (tr("что", "what"), tr("раз", "times"), "p50, ms", "p95, ms"):
        asked.add_column(title)
    for name, one in found["database"]["asked_ms"].items():
        asked.add_row(name, str(one["count"]), f"{one['p50']:.1f}", f"{one['p95']:.1f}")
    console.print(asked)
    full = found["database"]["full_load"]
    for label, value in (
        (tr("Звонков (дозвонов)", "Dials"), found["dials"]),
        (tr("Сразу, наибольшее", "At once, at most"), found["most_at_once"]),
        (tr("Осталось от погибшего узла", "Left by the node that died"), found["left_by_dead_node"]),
        (tr("Планы", "Quotas"), found["quotas"]),
        (tr("Заявки в срок", "Requests in time"), found["requests"]),
        (tr("Транзакций на звонок", "Transactions for each dial"), found["database"]["transactions_per_dial"]),
        (tr("При полной нагрузке: операторов в секунду", "At full load: statements/s"), full["statements_per_s"]),
        (tr("транзакций в секунду", "transactions/s"), full["transactions_per_s"]),
    ):
        console.print(f"{label}: {value}", markup=False, highlight=False)
