"""`zvonar script`: look after dialog scripts."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from robot.cli.framework import EXIT_FAILED, Group, option, terminal
from robot.cli.script_files import SCRIPT
from robot.cli.script_fuzz import fuzz
from robot.cli.script_graph import graph
from robot.cli.script_publish import publish
from robot.cli.script_talk import chat
from robot.cli.script_test import test
from robot.i18n import language, tr
from scripts_dialog import Finding, library, load_script
from scripts_dialog.checking.check import check
from scripts_dialog.findings import has_errors
from scripts_dialog.schema import json_schema


@click.group(cls=Group, help="Сценарии разговоров. | Dialog scripts.")
def script() -> None: ...


for command in (chat, test, graph, fuzz, publish):
    script.add_command(command)


@script.command(
    name="check",
    help="Проверить сценарий: недостижимые фразы, тупики, забытые ответы, неизвестные переменные и записи, слишком "
    "длинные фразы, примеры, которые спорят друг с другом. Ошибка — код 1. "
    "| Check a script: unreachable phrases, dead ends, missing answers, unknown variables and recordings, phrases too "
    "long to listen to, examples that collide. Exit code 1 on errors.",
)
@click.argument("file", type=SCRIPT)
@option("--json", "as_json", is_flag=True, help="Замечания в JSON. | Findings as JSON.")
@click.pass_context
def check_command(ctx: click.Context, file: Path, *, as_json: bool) -> None:
    findings = check(file)
    if as_json:
        click.echo(json.dumps([_record(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(finding.render(language.get().value))
    if has_errors(findings):
        ctx.exit(EXIT_FAILED)
    if not as_json:
        click.echo(
            tr("Сценарий в порядке.", "The script is fine.")
            if not findings
            else tr("Ошибок нет, замечания выше.", "No errors; remarks above.")
        )


def _record(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": finding.file,
        "line": finding.line,
        "phrase": finding.phrase,
        "message": {"ru": finding.message.ru, "en": finding.message.en},
        "remedy": {"ru": finding.remedy.ru, "en": finding.remedy.en},
    }


@script.command(
    name="schema",
    help="JSON Schema языка сценариев: с ней редактор подсказывает ключи и подчёркивает ошибки. "
    "| The JSON Schema of the dialog language, for editors that complete keys and mark mistakes.",
)
def schema_command() -> None:
    click.echo(json.dumps(json_schema(language.get().value), ensure_ascii=False, indent=2))


@script.command(name="list", help="Сценарии в поставке. | The scripts that ship.")
def list_command() -> None:
    table = Table()
    for title in (tr("Имя", "Name"), tr("О чём", "About"), tr("Фраз", "Phrases"), tr("Версия", "Version")):
        table.add_column(title)
    for name in library.names():
        one = load_script(library.path(name))
        table.add_row(name, one.title, str(len(one.own)), one.version_hash)
    terminal().print(table)
