"""`zvonar bench soak`: whether the robot grows while it talks."""

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
from robot.proving.talks.soak import Order, Report, Sample, measure
from robot.proving.talks.stage import LineName
from robot.settings import Settings


@click.command(
    cls=Command,
    help="Разговоры один за другим без перерыва: память, открытые файлы, задачи и потоки по минутам и их рост в час с "
    "разбросом (95 из 100). Работает в своей временной базе. "
    "| Talks one after the other without a pause: memory, open files, tasks and threads by the minute, and their "
    "growth an hour with its spread (95 of 100). In a scratch database of its own.",
)
@option("--minutes", type=click.FloatRange(0.2, 1440), default=60, show_default=True, help="Сколько. | How long.")
@option("--calls", type=click.IntRange(1, 200), default=6, show_default=True, help="Звонков сразу. | Calls at once.")
@line_option
@speech_option
@recognizer_option
@language_option
@json_option
@click.pass_obj
def soak(
    settings: Settings,
    *,
    minutes: float,
    calls: int,
    line_name: str,
    speech: Path | None,
    recognizer: str,
    language: str,
    as_json: bool,
) -> None:
    settings = with_recognizer(settings, recognizer, language)
    try:
        report = run(_soak(settings, Order(LineName(line_name), minutes, calls), speech))
    except ProvingError as error:
        fail(str(error), error.remedy)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        show(report, terminal())


async def _soak(settings: Settings, order: Order, folder: Path | None) -> Report:
    async with speakers(settings, folder) as said:
        return await measure(order, said, settings.data_dir / "asterisk", tell, _told)


def _told(sample: Sample) -> None:
    minutes, memory = f"{sample.at_s / 60:.1f}", f"{sample.values['rss_mb']:.0f}"
    words = tr(
        f"{minutes} мин: звонков {sample.calls}, память {memory} МБ",
        f"{minutes} min: calls {sample.calls}, memory {memory} MB",
    )
    click.echo(words, err=True)


def show(report: Report, console: Console) -> None:
    names = {
        "rss_mb": tr("Память, МБ", "Memory, MB"),
        "open_files": tr("Файлов открыто", "Open files"),
        "tasks": tr("Задач", "Tasks"),
        "threads": tr("Потоков", "Threads"),
    }
    table = Table(title=f"{report.line}, {report.recognizer}")
    for title in (tr("Минута", "Minute"), tr("Звонков", "Calls"), *names.values()):
        table.add_column(title, justify="right")
    for row in report.per_minute():
        table.add_row(str(row["minute"]), str(row["calls"]), *(f"{row[name]:.0f}" for name in names))
    console.print(table)
    growths = report.growths()
    for name, title in names.items():
        if (found := growths.get(name)) is not None:
            spread = "" if found.spread is None else f" ± {found.spread:.1f}"
            grown = f"{title}, {tr('рост в час', 'growth an hour')}: {found.per_hour:+.1f}{spread}"
            console.print(grown, markup=False, highlight=False)
