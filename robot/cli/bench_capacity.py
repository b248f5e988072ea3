"""`zvonar bench capacity`: how many talks at once this machine can hold."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from robot.cli.bench_speech import (
    json_option,
    language_option,
    line_option,
    recognizer_option,
    speakers,
    speech_option,
    with_recognizer,
)
from robot.cli.framework import Command, fail, option, run, terminal
from robot.cli.lab import tell
from robot.i18n import tr
from robot.proving.errors import ProvingError
from robot.proving.talks.capacity import Order, Report, Step, measure
from robot.proving.talks.stage import LineName
from robot.settings import Settings


@click.command(
    cls=Command,
    help="Сколько разговоров сразу держит эта машина: их становится больше, пока p95 паузы не превысит 800 мс или p99 "
    "опоздания кадров 20 мс. Клиенты говорят как люди: фраза, раздумье, ответ. Процессор — по частям. "
    "| How many talks at once this machine holds: more and more, until the p95 of the gap is over 800 ms or the p99 of "
    "frame lateness over 20 ms. Clients talk as people do: phrase, thought, answer. CPU by part.",
)
@line_option
@speech_option
@recognizer_option
@language_option
@option("--most", type=click.IntRange(1, 400), default=100, show_default=True, help="Не больше. | No more than.")
@option("--from", "least", type=click.IntRange(1, 400), default=10, show_default=True, help="Начать с. | Begin with.")
@option("--seconds", type=click.FloatRange(10, 600), default=40, show_default=True, help="На ступень. | On each step.")
@option("--whole", is_flag=True, help="Все ступени, и за порогом. | Every step, past the bounds too.")
@json_option
@click.pass_obj
def capacity(
    settings: Settings,
    *,
    line_name: str,
    speech: Path | None,
    recognizer: str,
    language: str,
    most: int,
    least: int,
    seconds: float,
    whole: bool,
    as_json: bool,
) -> None:
    settings = with_recognizer(settings, recognizer, language)
    order = Order(LineName(line_name), most, seconds, least=least, whole=whole)
    try:
        report = run(_capacity(settings, order, speech))
    except ProvingError as error:
        fail(str(error), error.remedy)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        show(report, terminal())


async def _capacity(settings: Settings, order: Order, folder: Path | None) -> Report:
    async with speakers(settings, folder) as said:
        return await measure(order, said, settings.data_dir / "asterisk", tell, _done)


def _done(step: Step) -> None:
    gap, lateness = step.gap_ms["p95"], step.lateness_ms["p99"]
    words = tr(
        f"{step.calls} разговоров: пауза p95 {gap} мс, кадры p99 {lateness} мс",
        f"{step.calls} talks: gap p95 {gap} ms, frames p99 {lateness} ms",
    )
    click.echo(words, err=True)


def show(report: Report, console: Console) -> None:
    table = Table(title=f"{report.line}, {report.recognizer}")
    for title in (
        tr("Разговоров", "Talks"),
        tr("Пауза p50, мс", "Gap p50, ms"),
        "p95",
        tr("Кадры p99, мс", "Frames p99, ms"),
        tr("Ядер", "Cores"),
        tr("из них робот", "robot"),
        tr("Память, МБ", "Memory, MB"),
        tr("Не ответил", "Missed"),
    ):
        table.add_column(title, justify="right")
    for step in report.steps:
        robot = step.load.processes["robot"] + step.load.processes["robot_workers"]
        missed = "—" if step.missed_turn_share is None else f"{step.missed_turn_share:.1%}"
        cells = (step.calls, step.gap_ms["p50"], step.gap_ms["p95"], step.lateness_ms["p99"])
        load = (f"{step.load.cores:.2f}", f"{robot:.2f}", f"{step.rss_mb:.0f}")
        table.add_row(*map(str, cells), *load, missed)
    console.print(table)
    if report.steps:
        last = report.steps[-1]
        parts = ", ".join(f"{name} {1000 * cores / last.calls:.1f}" for name, cores in sorted(last.load.parts.items()))
        console.print(tr("Тысячных ядра на разговор", "Thousandths of a core a talk") + f": {parts}", highlight=False)
    found = report.as_json()
    console.print(tr("Разговоров сразу", "Talks at once") + f": {found['max_calls']}", highlight=False)
    if report.mb_per_call is not None:
        console.print(tr("МБ на разговор", "MB a talk") + f": {report.mb_per_call}", highlight=False)
