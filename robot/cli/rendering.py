"""Phrases spoken ahead of time, with a progress bar; and the voice that speaks them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from robot import app
from robot.cli.script_talk import SAMPLE
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.settings import Settings
from robot.speech import registry
from robot.speech.base import Synthesizer
from robot.speech.phrases import PhraseCache
from robot.speech.phrases import Prepared as Rendered
from scripts_dialog import Context, library

SCRIPT_SUFFIXES = (".yaml", ".yml")


@asynccontextmanager
async def open_voice(settings: Settings, name: str) -> AsyncIterator[tuple[Synthesizer, PhraseCache]]:
    """The voice of this name, else that of the settings, else the best installed, with its phrases. Raises
    SpeechError with the remedy."""
    options, name = app.engine_options(settings), name or settings.speech.voice
    voice = registry.voice(name, options) if name else registry.best_voice(options)
    phrases = PhraseCache(voice, settings.phrases_dir)
    try:
        await voice.start()
        yield voice, phrases
    finally:
        await phrases.close()
        await voice.close()


async def render(console: Console, phrases: PhraseCache, texts: Sequence[str]) -> Rendered:
    """All of them, with a bar while it lasts."""
    with Progress(console=console, transient=True) as progress:
        job = progress.add_task(tr("Озвучиваем фразы", "Rendering phrases"), total=len(texts))
        return await phrases.prepare(texts, lambda done, _total: progress.update(job, completed=done), shared=True)


def is_script(named: str) -> bool:
    """Whether this names a script rather than being words to say."""
    return named in library.names() or (named.endswith(SCRIPT_SUFFIXES) and Path(named).is_file())


def before_a_call(variables: dict[str, object], own: dict[str, str]) -> Context:
    """A talk with a client of sample data; what the script (`own`) and then the user set stands before it."""
    return Context(utc_now(), {**SAMPLE, **own, **variables})
