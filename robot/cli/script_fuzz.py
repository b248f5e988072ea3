"""`zvonar script fuzz`: random conversations with a script."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from robot.cli.framework import EXIT_FAILED, Command, option, terminal
from robot.cli.script_files import SCRIPT
from robot.i18n import language, tr
from scripts_dialog import Understanding, load_script
from scripts_dialog.fuzz import Problem, Report
from scripts_dialog.fuzz import fuzz as hold

SHOWN = 3


@click.command(
    cls=Command,
    help="Провести со сценарием случайные разговоры: сбой, тупик или разговор без конца — код 1 и сам разговор. "
    "| Hold random conversations with a script: a crash, a dead end or an endless talk gives exit code 1 and the talk.",
)
@click.argument("file", type=SCRIPT)
@option("--conversations", type=click.IntRange(1), default=10_000, show_default=True, help="Сколько. | How many.")
@option("--seed", default=0, show_default=True, help="То же число — те же разговоры. | The same seed, the same talks.")
@option("--first", type=click.IntRange(0), default=0, help="С какого по счёту начать. | The number to begin with.")
@option("--json", "as_json", is_flag=True, help="Итог в JSON. | The result as JSON.")
@click.pass_context
def fuzz(ctx: click.Context, file: Path, conversations: int, seed: int, first: int, *, as_json: bool) -> None:
    script = load_script(file)
    understanding = Understanding.for_script(script)
    began = time.perf_counter()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        job = progress.add_task(script.name, total=conversations)
        report = hold(
            script,
            understanding,
            conversations=conversations,
            seed=seed,
            first=first,
            progress=lambda _: progress.advance(job),
        )
    seconds = time.perf_counter() - began
    unvisited = sorted(script.own - report.visited)
    if as_json:
        click.echo(json.dumps(_record(report, unvisited, seconds), ensure_ascii=False, indent=2))
    else:
        _show(report, unvisited, seconds)
    if report.problems:
        ctx.exit(EXIT_FAILED)


def _record(report: Report, unvisited: list[str], seconds: float) -> dict[str, object]:
    return {
        "conversations": report.conversations,
        "turns": report.turns,
        "seconds": round(seconds, 1),
        "outcomes": dict(report.outcomes.most_common()),
        "unvisited": unvisited,
        "problems": [{"number": one.number, "what": one.what.en} for one in report.problems],
    }


def _show(report: Report, unvisited: list[str], seconds: float) -> None:
    table = Table()
    for title in (tr("Исход", "Outcome"), tr("Разговоров", "Conversations"), "%"):
        table.add_column(title)
    for outcome, count in report.outcomes.most_common():
        table.add_row(outcome, str(count), f"{100 * count / report.conversations:.1f}")
    terminal().print(table)
    for problem in report.problems[:SHOWN]:
        _tell(problem)
    if unvisited:
        click.echo(tr("Ни разу не дошли до: ", "Never reached: ") + ", ".join(unvisited))
    click.echo(
        tr(
            f"Разговоров {report.conversations}, реплик {report.turns}, сбоев {len(report.problems)}, {seconds:.0f} с.",
            f"{report.conversations} talks, {report.turns} turns, {len(report.problems)} problems, {seconds:.0f} s.",
        )
    )


def _tell(problem: Problem) -> None:
    what = problem.what.en if language.get().value == "en" else problem.what.ru
    click.echo(f"{tr('Разговор', 'Conversation')} {problem.number} (--first {problem.number}): {what}")
    for line in problem.transcript:
        click.echo(f"    {tr('робот', 'robot') if line.who == 'robot' else tr('клиент', 'client')}: {line.text[:200]}")
