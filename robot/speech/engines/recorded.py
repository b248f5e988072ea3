"""Studio recordings before synthesis: a phrase recorded by a person always wins.

The folder holds `phrases.json`, an object from the text of a phrase to the audio file beside it (any rate, WAV, FLAC or
OGG). Texts are compared as they are spoken, so punctuation, case and ё do not matter. Whatever is not recorded
(phrases with variables) is spoken by the other voice, unless there is none.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path

from robot.speech.base import Synthesizer
from robot.speech.engines.tool import TEXT_RULES
from robot.speech.errors import EngineUnavailable, SynthesisFailed
from robot.speech.guards import normalized
from robot.speech.mastering import master_file
from robot.speech.text import spoken

INDEX = "phrases.json"


class RecordedVoice:
    """See the port `Synthesizer`. The files are read at start; a changed recording changes the fingerprint."""

    def __init__(self, folder: Path, otherwise: Synthesizer | None = None) -> None:
        self._folder = folder
        self._otherwise = otherwise
        self._files: dict[str, Path] = {}
        self._digest = ""

    @property
    def name(self) -> str:
        return f"recorded/{self._folder.name}"

    @property
    def fingerprint(self) -> str:
        other = self._otherwise.fingerprint if self._otherwise else "none"
        return f"{self.name} {self._digest} {TEXT_RULES} otherwise {other}"

    def has(self, text: str) -> bool:
        """A person recorded this phrase."""
        return _key(text) in self._files

    async def start(self) -> None:
        """Raises EngineUnavailable for a folder without a usable index, or when the other voice does not start."""
        self._files, self._digest = await asyncio.to_thread(_read_index, self._folder)
        if self._otherwise is not None:
            await self._otherwise.start()

    async def synthesize(self, text: str) -> bytes:
        recording = self._files.get(_key(text))
        if recording is not None:
            return master_file(await _bytes_of(recording))
        if self._otherwise is None:
            raise SynthesisFailed(
                f"the phrase is not recorded: {text[:60]!r}", remedy=f"record it and name it in {self._folder / INDEX}"
            )
        return await self._otherwise.synthesize(text)

    async def close(self) -> None:
        if self._otherwise is not None:
            await self._otherwise.close()


def _key(text: str) -> str:
    return normalized(spoken(text))


async def _bytes_of(file: Path) -> bytes:
    try:
        return await asyncio.to_thread(file.read_bytes)
    except OSError as unreadable:
        raise SynthesisFailed(f"the recording {file} cannot be read: {unreadable.strerror}") from unreadable


def _read_index(folder: Path) -> tuple[dict[str, Path], str]:
    """Files by the key of their phrase, and a digest of everything that is heard."""
    index = folder / INDEX
    remedy = f'write {index} as {{"text of a phrase": "file.wav"}}'
    try:
        entries = json.loads(index.read_text("utf-8"))
    except (OSError, ValueError) as unusable:
        raise EngineUnavailable(f"no usable list of recordings in {index}: {unusable}", remedy=remedy) from unusable
    if not isinstance(entries, dict) or not all(isinstance(name, str) for name in entries.values()):
        raise EngineUnavailable(f"{index} is not an object from texts to file names", remedy=remedy)
    digest = hashlib.sha256()
    files: dict[str, Path] = {}
    for text, name in sorted(entries.items()):
        file = (folder / name).resolve()
        if not file.is_relative_to(folder.resolve()) or not file.is_file():
            raise EngineUnavailable(f"{index} names {name!r}, which is not a file of this folder", remedy=remedy)
        files[_key(text)] = file
        digest.update(text.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return files, digest.hexdigest()[:16]
