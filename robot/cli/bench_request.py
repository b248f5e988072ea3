"""`zvonar bench request`: how soon does a new request's telephone ring?"""

from __future__ import annotations

import json

import click

from robot.cli.chaos import installed
from robot.cli.framework import EXIT_FAILED, Command, fail, option, run, terminal
from robot.cli.lab import tell
from robot.i18n import tr
from robot.proving.errors import ProvingError
from robot.proving.request_bench import Order, Via, measure
from robot.settings import Settings


@click.command(
    cls=Command,
    help="Новая заявка: через сколько секунд зазвонит телефон, когда идут холодные звонки и ждут ещё тысячи. Настоящие "
    "PostgreSQL, Asterisk и «оператор связи», поднятые для замера. Код 1, если дольше двух секунд. "
    "| A new request: after how many seconds its telephone rings while cold calls are under way and thousands wait. A "
    "real PostgreSQL, Asterisk and telephone company, started for it. Exit code 1 past two seconds.",
)
@option("--calls", type=click.IntRange(0, 200), default=30, show_default=True, help="Звонков идёт. | Calls under way.")
@option("--waiting", type=click.IntRange(1, 5_000_000), default=100_000, show_default=True, help="Ждут. | Waiting.")
@option("--requests", type=click.IntRange(1, 200), default=10, show_default=True, help="Заявок. | Requests.")
@option(
    "--via",
    type=click.Choice([one.value for one in Via]),
    default=Via.WEBHOOK.value,
    show_default=True,
    help="Чем приходит заявка. | How a request arrives.",
)
@option("--json", "as_json", is_flag=True, help="Итог в JSON. | The result as JSON.")
@click.pass_context
def request(ctx: click.Context, *, calls: int, waiting: int, requests: int, via: str, as_json: bool) -> None:
    order = Order(calls, waiting, requests, via=Via(via))
    try:
        rings = run(measure(order, installed(ctx.ensure_object(Settings)), tell))
    except ProvingError as error:
        fail(str(error), error.remedy)
    report = rings.report(order)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        console = terminal()
        for one, under_way in zip(rings.seconds, rings.calls, strict=True):
            took = tr("не зазвонил", "did not ring") if one is None else f"{one:.2f} {tr('с', 's')}"
            console.print(f"{took}  ({tr('шло звонков', 'calls under way')}: {under_way})", highlight=False)
        console.print(tr("Медиана и больше всего, с", "Median and most, s") + f": {report['seconds']}", highlight=False)
    if not rings.ok:
        ctx.exit(EXIT_FAILED)
