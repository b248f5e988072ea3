"""`zvonar bench turn`: how soon the robot answers, and whether it lets people finish, as a client hears it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn
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
from robot.proving.talks.stage import LineName
from robot.proving.talks.turns import Order, Report, measure
from robot.settings import Settings


@click.command(
    cls=Command,
    help="Разговор ушами клиента: пауза до ответа, перебитые фразы, потерянные ответы, остановка на полуслове, "
    "понятые слова. Меряет сам клиент на своей стороне линии, по звуку. "
    "| The talk as a client hears it: gaps, sentences cut off, answers missed, falling silent when interrupted, words "
    "understood. Measured by the client himself on his side of the line, by sound.",
)
@line_option
@speech_option
@recognizer_option
@language_option
@option("--calls", type=click.IntRange(1, 200), default=4, show_default=True, help="Звонков сразу. | Calls at once.")
@option("--rounds", type=click.IntRange(1, 50), default=1, show_default=True, help="Сколько раз. | How many times.")
@option(
    "--turns",
    "turns_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Записать каждый ответ (JSONL). | Write every turn (JSONL).",
)
@option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Куда сложить заметки и записи клиентов. | Where to keep the clients' notes and recordings.",
)
@json_option
@click.pass_obj
def turn(
    settings: Settings,
    *,
    line_name: str,
    speech: Path | None,
    recognizer: str,
    language: str,
    calls: int,
    rounds: int,
    turns_file: Path | None,
    keep: Path | None,
    as_json: bool,
) -> None:
    settings = with_recognizer(settings, recognizer, language)
    order = Order(LineName(line_name), calls, rounds, keep)
    try:
        report = run(_turn(settings, order, speech))
    except ProvingError as error:
        fail(str(error), error.remedy)
    if turns_file is not None:
        lines = [json.dumps(row, ensure_ascii=False) for row in report.rows]
        turns_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if as_json:
        click.echo(json.dumps(report.figures, ensure_ascii=False, indent=2))
    else:
        show(report.figures, terminal())


async def _turn(settings: Settings, order: Order, folder: Path | None) -> Report:
    bar = Progress(
        *Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True)
    )
    async with speakers(settings, folder) as said:
        with bar:
            task = bar.add_task(tr("Звонки", "Calls"), total=None)
            return await measure(
                order,
                said,
                settings.data_dir / "asterisk",
                tell,
                lambda over, of: bar.update(task, completed=over, total=of),
            )


def show(found: dict[str, Any], console: Console) -> None:
    table = Table(title=f"{found['line']}, {found['recognizer']}")
    for title in (tr("Время, мс", "Time, ms"), "p50", "p95", "p99", tr("больше всего", "most"), tr("раз", "count")):
        table.add_column(title, justify="left" if not table.columns else "right")
    for title, key in (
        (tr("Пауза до ответа", "Gap"), "gap_ms"),
        (tr("— после «да» и «нет»", "— after yes or no"), "gap_yes_no_ms"),
        (tr("— после фразы с паузой", "— after an inner pause"), "gap_inner_pause_ms"),
        (tr("Замолчал, когда перебили", "Silent when interrupted"), "barge_in_stop_ms"),
        (tr("Молчал после «угу» и шума", "Silence after a murmur"), "murmur_silence_ms"),
        (tr("Кадры опоздали", "Frames late"), "frame_lateness_ms"),
    ):
        times = found[key]
        cells = ("—" if times[name] is None else str(times[name]) for name in ("p50", "p95", "p99", "max", "n"))
        table.add_row(title, *cells)
    console.print(table)
    for title, key in (
        (tr("Перебил клиента", "Cut off"), "false_cutoff_share"),
        (tr("Перебил в паузе внутри фразы", "Cut off at an inner pause"), "false_cutoff_share_inner_pause"),
        (tr("Из них замолчал и ответил на всё", "Of them recovered"), "recovered_share"),
        (tr("Не ответил", "Missed"), "missed_turn_share"),
        (tr("Замолчал из-за «угу» и шума", "Stopped by a murmur"), "murmur_stop_share"),
        (tr("Понято намерений", "Intents right"), "intent_accuracy"),
        (tr("Слов верно", "Words right"), "words_right"),
    ):
        value = "—" if found[key] is None else f"{found[key]:.1%}"
        console.print(f"{title}: {value}", markup=False, highlight=False)
    for title, key in ((tr("Ответов", "Turns"), "turns"), (tr("Не сказано", "Unsaid"), "unsaid")):
        console.print(f"{title}: {found[key]}", markup=False, highlight=False)
