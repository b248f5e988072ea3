"""`zvonar script graph`: a script as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from robot.cli.framework import Command, fail, option
from robot.cli.script_files import SCRIPT
from robot.i18n import language, tr
from scripts_dialog import load_script
from scripts_dialog.drawing import graph_of, mermaid, svg


@click.command(
    cls=Command,
    help="Нарисовать сценарий: Mermaid для документа или SVG для просмотра в браузере. "
    "| Draw a script: Mermaid for a document, or SVG to look at in a browser.",
)
@click.argument("file", type=SCRIPT)
@option(
    "--format",
    "kind",
    type=click.Choice(["mermaid", "svg"]),
    help="Вид рисунка; если не указан, то по имени файла -o, иначе mermaid. "
    "| Kind of picture; by default that of the name given to -o, or mermaid.",
)
@option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Куда записать. | Where to write it.")
def graph(file: Path, kind: str | None, output: Path | None) -> None:
    if kind is None:
        kind = "svg" if output is not None and output.suffix == ".svg" else "mermaid"
    drawn = graph_of(load_script(file), language.get().value)
    text = svg(drawn, language.get().value) if kind == "svg" else mermaid(drawn)
    if output is None:
        click.echo(text, nl=False)
    else:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            fail(tr(f"«{output}» не записать", f"cannot write '{output}'") + f": {error.strerror}")
        click.echo(str(output))
