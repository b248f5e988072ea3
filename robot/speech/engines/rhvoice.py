"""RHVoice through its command RHVoice-test: the best free Russian voices for a plain processor.

It runs as a separate program (it is GPL). The licence of the voices differs: by Debian's copyright file anna, irina and
aleksandr are GPL-2+, elena GPL-3, aleksandr-hq CC-BY-SA, all of which allow commercial calls. The others forbid
them (CC-BY-NC-ND) and are spoken only when asked for by name with `any_licence`.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from robot.speech.base import Synthesizer
from robot.speech.engines import tool
from robot.speech.errors import EngineUnavailable, VoiceDied
from robot.speech.options import EngineOptions, Lack

COMMERCIAL_VOICES = ("anna", "irina", "elena", "aleksandr", "aleksandr-hq")
_REMEDY = "apt-get install rhvoice rhvoice-russian (Debian: non-free)"
_VOICES_DIRS = (Path("/usr/share/RHVoice/voices"), Path("/usr/local/share/RHVoice/voices"))


def installed_voices() -> tuple[str, ...]:
    """Names of the voices on this machine, whatever their licence. Reads the disk."""
    found = {entry.name for root in _VOICES_DIRS if root.is_dir() for entry in root.iterdir() if entry.is_dir()}
    return tuple(sorted(found))


def lack(options: EngineOptions) -> Lack | None:
    """What keeps this engine from working here; reads the disk only."""
    if shutil.which("RHVoice-test") is None:
        return Lack(ru="не установлена программа RHVoice", en="RHVoice is not installed", remedy=_REMEDY)
    if options.voice and options.voice not in COMMERCIAL_VOICES:
        return Lack(
            ru=f"лицензия голоса {options.voice} не разрешает коммерческие звонки",
            en=f"the licence of the voice {options.voice} does not allow commercial calls",
            remedy=f"choose one of {', '.join(COMMERCIAL_VOICES)}",
        )
    if _preferred(options) not in installed_voices():
        return Lack(ru="нет русских голосов RHVoice", en="no Russian voices of RHVoice", remedy=_REMEDY)
    return None


def make(options: EngineOptions) -> Synthesizer:
    """The engine as the registry makes it."""
    return RhvoiceVoice(_preferred(options))


def _preferred(options: EngineOptions) -> str:
    present = installed_voices()
    return options.voice or next((voice for voice in COMMERCIAL_VOICES if voice in present), COMMERCIAL_VOICES[0])


def _voice_digest(voice: str) -> str:
    """Names and sizes of the files of a voice: the program does not tell its version."""
    folders = [root / voice for root in _VOICES_DIRS if (root / voice).is_dir()]
    sizes = sorted((file.name, file.stat().st_size) for folder in folders for file in folder.rglob("*"))
    return hashlib.sha256(repr(sizes).encode()).hexdigest()[:12]


class RhvoiceVoice:
    """See the port `Synthesizer`. rate and pitch: per cent of the voice's own, 100 is unchanged."""

    def __init__(
        self,
        voice: str = "anna",
        *,
        rate: int = 100,
        pitch: int = 100,
        any_licence: bool = False,
        at_once: int = 2,
        deadline_s: float = 15.0,
    ) -> None:
        self._voice = voice
        self._rate = rate
        self._pitch = pitch
        self._any_licence = any_licence
        self._slots = asyncio.Semaphore(at_once)
        self._deadline_s = deadline_s
        self._program = "RHVoice-test"
        self._version = ""
        self.deaths = 0

    @property
    def name(self) -> str:
        return f"rhvoice/{self._voice}"

    @property
    def fingerprint(self) -> str:
        return f"{self.name} {self._version} rate {self._rate} pitch {self._pitch} {tool.TEXT_RULES}"

    async def start(self) -> None:
        self._program = tool.find_program("RHVoice-test", _REMEDY)
        # Asked for a voice it has not, RHVoice speaks with another and says nothing: look for ourselves.
        if self._voice not in await asyncio.to_thread(installed_voices):
            raise EngineUnavailable(f"RHVoice has no voice {self._voice}", remedy=_REMEDY)
        if self._voice not in COMMERCIAL_VOICES and not self._any_licence:
            raise EngineUnavailable(
                f"the licence of the RHVoice voice {self._voice} forbids commercial use",
                remedy=f"choose one of {', '.join(COMMERCIAL_VOICES)}",
            )
        self._version = await asyncio.to_thread(_voice_digest, self._voice)

    async def synthesize(self, text: str) -> bytes:
        words = tool.words_to_speak(text)
        async with self._slots:
            try:
                return await tool.render(self._command, words, self._deadline_s)
            except VoiceDied:
                self.deaths += 1
                raise

    def _command(self, target: Path) -> Sequence[str]:
        profile = ["-p", self._voice, "-r", str(self._rate), "-t", str(self._pitch)]
        return [self._program, *profile, "-o", str(target)]

    async def close(self) -> None:
        """Nothing stays running between phrases."""
