"""Festival with the Russian voice of festvox-ru (unit selection from a real speaker), through text2wave.

text2wave exits with 0 whatever happened, so the audio itself tells whether the phrase was spoken. The voice knows only
Cyrillic letters: one other character and it writes an empty file (see `robot.speech.text.speakable`).
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from robot.speech.base import Synthesizer
from robot.speech.engines import tool
from robot.speech.errors import EngineUnavailable
from robot.speech.options import EngineOptions, Lack

_REMEDY = "apt-get install festival festvox-ru"
_VOICES_DIR = Path("/usr/share/festival/voices")
DEFAULT_VOICE = "msu_ru_nsh_clunits"


def lack(options: EngineOptions) -> Lack | None:
    """What keeps this engine from working here; reads the disk only."""
    if shutil.which("text2wave") is None or shutil.which("festival") is None:
        return Lack(ru="не установлена программа festival", en="festival is not installed", remedy=_REMEDY)
    voice = options.voice or DEFAULT_VOICE
    if not _has_voice(voice):
        return Lack(ru=f"в festival нет голоса {voice}", en=f"festival has no voice {voice}", remedy=_REMEDY)
    return None


def make(options: EngineOptions) -> Synthesizer:
    """The engine as the registry makes it."""
    return FestivalVoice(options.voice or DEFAULT_VOICE)


def _has_voice(voice: str) -> bool:
    return any(folder.name == voice for folder in _VOICES_DIR.glob("*/*"))


class FestivalVoice:
    """See the port `Synthesizer`. About half a second of one core per phrase; at most `at_once` run together."""

    def __init__(self, voice: str = DEFAULT_VOICE, *, at_once: int = 2, deadline_s: float = 30.0) -> None:
        if not re.fullmatch(r"\w+", voice):  # the name becomes part of a Scheme expression
            raise ValueError(f"not a name of a festival voice: {voice!r}")
        self._voice = voice
        self._slots = asyncio.Semaphore(at_once)
        self._deadline_s = deadline_s
        self._program = "text2wave"
        self._version = ""

    @property
    def name(self) -> str:
        return f"festival/{self._voice}"

    @property
    def fingerprint(self) -> str:
        return f"{self.name} {self._version} {tool.TEXT_RULES}"

    async def start(self) -> None:
        self._program = tool.find_program("text2wave", _REMEDY)
        if not await asyncio.to_thread(_has_voice, self._voice):
            raise EngineUnavailable(f"festival has no voice {self._voice}", remedy=_REMEDY)
        shown = await tool.run([tool.find_program("festival", _REMEDY), "--version"], b"", self._deadline_s)
        version = re.search(rb"\d+(?:\.\d+)+", shown)
        self._version = version[0].decode() if version else "unknown"

    async def synthesize(self, text: str) -> bytes:
        words = tool.words_to_speak(text)
        async with self._slots:
            return await tool.render(self._command, words, self._deadline_s)

    def _command(self, target: Path) -> Sequence[str]:
        return [self._program, "-eval", f"(voice_{self._voice})", "-otype", "riff", "-o", str(target)]

    async def close(self) -> None:
        """Nothing stays running between phrases."""
