"""Scripts as they are named on the command line: a shipped one by its name, any other by its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from robot.i18n import tr
from scripts_dialog import Engine, Script, Understanding, library, load_script


class ScriptFile(click.ParamType[Path]):
    """`cold_call` or `my/script.yaml`, as a path to a file that exists."""

    name = "script"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if path.is_file():
            return path
        if str(value) in library.names():
            return library.path(str(value))
        known = ", ".join(library.names())
        message = tr(
            f"нет файла «{value}» и сценария с таким именем ({known})", f"no file or script '{value}' ({known})"
        )
        return self.fail(message, param, ctx)


SCRIPT = ScriptFile()


def engine_of(path: Path) -> Engine:
    """Load a script and train its understanding. Raises ScriptError."""
    script: Script = load_script(path)
    return Engine(script, Understanding.for_script(script))


def variables_of(assignments: tuple[str, ...]) -> dict[str, object]:
    """`lead.name=Иван` given on the command line, as variables of a call."""
    variables: dict[str, object] = {}
    for assignment in assignments:
        name, separator, value = assignment.partition("=")
        if not separator or not name.strip():
            raise click.BadParameter(tr(f"нужно имя=значение, а не «{assignment}»", f"not NAME=VALUE: {assignment}"))
        variables[name.strip()] = value.strip()
    return variables
