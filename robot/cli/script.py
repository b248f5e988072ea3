"""`zvonar script`: look after dialog scripts."""

from __future__ import annotations

from pathlib import Path

import click

from robot.cli.framework import EXIT_FAILED, Group
from robot.i18n import language, tr
from scripts_dialog.checking.check import check
from scripts_dialog.findings import has_errors


@click.group(cls=Group, help="Сценарии разговоров. | Dialog scripts.")
def script() -> None: ...


@script.command(
    name="check",
    help="Проверить сценарий: недостижимые фразы, тупики, забытые ответы, неизвестные переменные. Ошибка — код 1. "
    "| Check a script: unreachable phrases, dead ends, missing answers, unknown variables. Exit code 1 on errors.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def check_command(ctx: click.Context, file: Path) -> None:
    findings = check(file)
    for finding in findings:
        click.echo(finding.render(language.get().value))
    if has_errors(findings):
        ctx.exit(EXIT_FAILED)
    click.echo(
        tr("Сценарий в порядке.", "The script is fine.")
        if not findings
        else tr("Ошибок нет, замечания выше.", "No errors; remarks above.")
    )
