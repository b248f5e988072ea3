"""Festival with the Russian voice of festvox-ru (unit selection from a real speaker).

It stays running between phrases: loading the voice takes several times as long as speaking a sentence. It goes on
whatever happened, so the audio itself tells whether the phrase was spoken. The voice knows only Cyrillic letters: one
other character and it writes an empty file (see `robot.speech.text.speakable`).
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from robot.speech.base import Synthesizer
from robot.speech.engines import tool
from robot.speech.engines.warm import WarmProgram
from robot.speech.errors import EngineUnavailable, SynthesisFailed
from robot.speech.mastering import master
from robot.speech.options import EngineOptions, Lack

_DONE = b"zvonar-done"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_LETTER = re.compile(r"\w")
_HARMLESS = re.compile(r"[\w .,!?-]+")
_REMEDY = "apt-get install festival festvox-ru"
_VOICES_DIR = Path("/usr/share/festival/voices")
DEFAULT_VOICE = "msu_ru_nsh_clunits"


def lack(options: EngineOptions) -> Lack | None:
    """What keeps this engine from working here; reads the disk only."""
    if shutil.which("festival") is None:
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
    """See the port `Synthesizer`. A process loads the voice for half a second and more, then speaks a short phrase in a
    tenth of one; at most `at_once` run, and stay."""

    def __init__(self, voice: str = DEFAULT_VOICE, *, at_once: int = 2, deadline_s: float = 30.0) -> None:
        if not re.fullmatch(r"\w+", voice):  # the name becomes part of a Scheme expression
            raise ValueError(f"not a name of a festival voice: {voice!r}")
        self._voice = voice
        self._deadline_s = deadline_s
        self._version = ""
        self._warm = WarmProgram(
            ["festival", "--pipe"],
            lambda line: _DONE in line,
            greeting=f"(voice_{voice})\n".encode(),
            at_once=at_once,
            deadline_s=deadline_s,
        )

    @property
    def name(self) -> str:
        return f"festival/{self._voice}"

    @property
    def fingerprint(self) -> str:
        return f"{self.name} {self._version} {tool.TEXT_RULES}"

    @property
    def deaths(self) -> int:
        return self._warm.deaths

    async def start(self) -> None:
        program = tool.find_program("festival", _REMEDY)
        if not await asyncio.to_thread(_has_voice, self._voice):
            raise EngineUnavailable(f"festival has no voice {self._voice}", remedy=_REMEDY)
        shown = await tool.run([program, "--version"], b"", self._deadline_s)
        version = re.search(rb"\d+(?:\.\d+)+", shown)
        self._version = version[0].decode() if version else "unknown"

    async def synthesize(self, text: str) -> bytes:
        sentences = [one for one in _SENTENCE_END.split(tool.words_to_speak(text)) if _LETTER.search(one)]
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="zvonar-voice-"))
        try:
            files = [folder / f"{number}.wav" for number in range(len(sentences))]
            spoken = "\n".join(_command(words, file) for words, file in zip(sentences, files, strict=True))
            await self._warm.ask(spoken.encode() + b'\n(print "' + _DONE + b'")\n(fflush nil)\n')
            return await asyncio.to_thread(_mastered, files)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def close(self) -> None:
        await self._warm.close()


def _command(words: str, target: Path) -> str:
    """Scheme that speaks one sentence into a file. Raises SynthesisFailed for words that would end its string."""
    if not _HARMLESS.fullmatch(words):
        raise SynthesisFailed("there are signs in the phrase that festival cannot speak")
    return f'(utt.save.wave (utt.synth (Utterance Text "{words}")) "{target}" "riff")'


def _mastered(files: Sequence[Path]) -> bytes:
    """The sentences one after the other, each with the silence that the voice leaves around it."""
    sounds = []
    rate = 0
    for file in files:
        try:
            samples, rate = soundfile.read(file, dtype="float32")
        except soundfile.LibsndfileError as absent:
            raise SynthesisFailed("festival wrote no audio") from absent
        sounds.append(samples)
    return master(np.concatenate(sounds), int(rate))
