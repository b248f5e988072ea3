"""An engine to be run in the recognizer's process by tests: the fake one, and what can befall it."""

from __future__ import annotations

import os
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from robot.speech.base import Recognizer, RecognizerCapabilities, RecognizerSession, Transcript
from robot.speech.errors import ModelMissing
from robot.speech.fake import FakeRecognizer, FakeSession
from robot.speech.options import EngineOptions

DEADLY = "смерть"
"""The process dies of decoding it."""
ONCE = "обморок"
"""It dies of it once."""


def make(options: EngineOptions) -> Recognizer:
    """language "streaming" makes an engine that follows the audio."""
    return Mortal(options.models_dir, streaming=options.language == "streaming")


class Mortal(FakeRecognizer):
    def __init__(self, folder: Path, *, streaming: bool) -> None:
        super().__init__()
        self._folder = folder
        self._streaming = streaming

    @property
    def capabilities(self) -> RecognizerCapabilities:
        return RecognizerCapabilities(streaming=self._streaming, bias=True, languages=frozenset({"ru"}))

    async def start(self) -> None:
        if not self._folder.is_dir():
            raise ModelMissing("no model here", remedy="bring one")

    def session(self) -> RecognizerSession:
        return MortalSession(folder=self._folder)


@dataclass
class MortalSession(FakeSession):
    folder: Path = Path()

    def glance(self) -> Coroutine[Any, Any, Transcript]:
        return self._survived(super().glance())

    async def _survived(self, words: Coroutine[Any, Any, Transcript]) -> Transcript:
        heard = await words
        if heard.text == DEADLY or (heard.text == ONCE and not (self.folder / "died").exists()):
            (self.folder / "died").touch()
            os._exit(9)
        if heard.text:
            return Transcript(f"{heard.text}|{','.join(self.expected)}", heard.confidence, heard.words)
        return heard
