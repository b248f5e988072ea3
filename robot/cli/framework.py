"""Commands that speak both languages, and errors that end in a sentence and an exit code instead of a traceback.

Help is written "русский текст | English text" and the half of the current language is shown.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn, TypeVar

import click
from rich.console import Console

from robot.i18n import Language, language, tr

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

EXIT_FAILED = 1
EXIT_USAGE = 2
SEPARATOR = " | "
PIPE_COLUMNS = 150


def half(text: str) -> str:
    """The current language's half of "русский | English"."""
    ru, separator, en = text.partition(SEPARATOR)
    return en if separator and language.get() is Language.EN else ru


class _Bilingual:
    def format_help_text(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        text = getattr(self, "help", None) or ""
        for paragraph in text.split("\n\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(half(" ".join(paragraph.split())))

    def get_short_help_str(self, limit: int = 80) -> str:
        first = (getattr(self, "help", None) or "").split("\n\n", maxsplit=1)[0]
        return half(" ".join(first.split()))[:limit]


class Command(_Bilingual, click.Command):
    pass


class Group(_Bilingual, click.Group):
    command_class = Command
    group_class = type


class Option(click.Option):
    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        if record is None:
            return None
        names, text = record
        return names, half(text) if self.help and SEPARATOR in self.help else text


def option(*names: str, **attributes: Any) -> Callable[[F], F]:
    """click.option with help in both languages."""
    return click.option(*names, cls=Option, **attributes)


def terminal() -> Console:
    """For tables and progress: as wide as the terminal, and wide enough for a table in a file or a pipe."""
    console = Console()
    return console if console.is_terminal else Console(width=PIPE_COLUMNS)


def fail(message: str, remedy: str = "", *, code: int = EXIT_FAILED) -> NoReturn:
    """Tell what is wrong and what to do, on standard error, and leave."""
    click.echo(f"{tr('Ошибка', 'Error')}: {message}", err=True)
    if remedy:
        click.echo(f"{tr('Что делать', 'What to do')}: {remedy}", err=True)
    sys.exit(code)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine. Ctrl-C and SIGTERM end it, and what it has started, with the shell's usual codes."""
    try:
        return asyncio.run(_until_told(main))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except asyncio.CancelledError:
        sys.exit(128 + signal.SIGTERM)


async def _until_told(main: Coroutine[Any, Any, T]) -> T:
    """Ctrl-C is asyncio's own affair. A service that takes SIGTERM itself takes it over."""
    task = asyncio.ensure_future(main)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task
