"""A whole robot to look at: its pages over a past of calls, and people it can really call, all speaking in tones.

It is what `zvonar serve` runs, made by the same composition root, but for engines of speech that need no model. The
pages' tests and screenshots are taken of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from robot import app
from robot.calls.events import Observer
from robot.calls.scripts import ScriptShelf
from robot.cli.serve import meaning
from robot.demo.past import Past, live, tone_line, tone_town
from robot.domain.clock import utc_now
from robot.observability.metrics import Metrics
from robot.settings import Settings
from robot.speech.base import Synthesizer
from robot.speech.fake import FakeRecognizer, FakeVoice
from robot.speech.phrases import PhraseCache
from robot.speech.voices import Voices
from robot.storage.store import open_storage

FILE = "zvonar.db"
RECORDINGS = "recordings"


@dataclass(frozen=True, slots=True)
class Showcase:
    """To be run by robot.app.serve with this observer."""

    robot: app.Robot
    observer: Observer


async def make_past(home: Path, past: Past) -> None:
    """In an empty folder."""
    await live(past, home / FILE, home / RECORDINGS)


@asynccontextmanager
async def showcase(settings: Settings, home: Path, *, seed: int) -> AsyncIterator[Showcase]:
    """Over the past that was made there."""
    voice = FakeVoice()
    phrases = PhraseCache(voice, home / "phrases")
    speech = app.Speech(FakeRecognizer(), voice, phrases, Voices(phrases, home / "phrases", _tones))
    line = tone_line(tone_town(seed))
    async with open_storage(f"sqlite:///{home / FILE}") as storage:
        scripts = ScriptShelf(utc_now, bytes)
        robot = app.Robot(settings, storage, speech, line, Metrics(), home / RECORDINGS, scripts)
        yield Showcase(robot, meaning(line.told))


def _tones(_name: str) -> Synthesizer:
    return FakeVoice()
