"""`zvonar script test`: play conversations written in YAML."""

from __future__ import annotations

import time
from pathlib import Path

import click

from robot.cli.framework import EXIT_FAILED, Command, option
from robot.cli.script_files import SCRIPT, engine_of
from robot.i18n import language, tr
from scripts_dialog import library
from scripts_dialog.conversations import SUFFIX, Result, load_conversations, run_conversations, script_of


@click.command(
    cls=Command,
    help="Проиграть разговоры из файлов *.test.yaml, без звука. Можно назвать сценарий: возьмутся его разговоры. Без "
    "файлов — разговоры всех сценариев поставки. Расхождение — код 1. "
    "| Play the conversations of *.test.yaml files, without audio. A script's name or file stands for its own "
    "conversations; none for those of every script that ships. Exit code 1 when any goes otherwise.",
)
@click.argument("files", nargs=-1, type=SCRIPT)
@option("-v", "--verbose", is_flag=True, help="Показать каждый разговор целиком. | Show every conversation in full.")
@click.pass_context
def test(ctx: click.Context, files: tuple[Path, ...], *, verbose: bool) -> None:
    failed = played = 0
    began = time.perf_counter()
    for file in files or [library.path(name) for name in library.names()]:
        path = file if file.name.endswith(SUFFIX) else file.with_name(file.stem + SUFFIX)
        tests = load_conversations(path)
        results = run_conversations(engine_of(script_of(tests, path)), tests)
        bad = [result for result in results if not result.ok]
        played += len(results)
        failed += len(bad)
        click.echo(f"{path.name}: {tr('верно', 'right')} {len(results) - len(bad)} / {len(results)}")
        for result in results if verbose else bad:
            _show(path, result)
    click.echo(
        tr(
            f"Разговоров {played}, разошлось {failed}, {time.perf_counter() - began:.1f} с.",
            f"{played} conversations, {failed} went otherwise, {time.perf_counter() - began:.1f} s.",
        )
    )
    if failed:
        ctx.exit(EXIT_FAILED)


def _show(path: Path, result: Result) -> None:
    click.echo(f"  {'✓' if result.ok else '✗'} {result.name}")
    for line in result.transcript:
        who = tr("робот", "robot") if line.who == "robot" else tr("клиент", "client")
        click.echo(f"      {who:>7}: {line.text}")
    if result.ended is not None:
        click.echo(f"      [{result.ended.outcome.value}{' ' + result.ended.reason if result.ended.reason else ''}]")
    for failure in result.failures:
        text = failure.message.en if language.get().value == "en" else failure.message.ru
        said = f"«{failure.said}»: " if failure.said else ""
        click.echo(f"    {path}:{failure.line}: {said}{text}")
