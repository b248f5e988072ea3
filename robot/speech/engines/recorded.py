"""Studio recordings before synthesis: a phrase recorded by a person always wins.

The folder holds `phrases.json`, an object from the text of a phrase to the audio file beside it (any rate, WAV, FLAC or
OGG). Texts are compared as they are spoken, so punctuation, case and ё do not matter. A phrase with variables names a
file for each stretch of words between them, in order:

    {"Спасибо, до свидания!": "bye.wav",
     "Здравствуйте, {lead.name}! Это {robot.name}, удобно говорить?": ["hello.wav", "this_is.wav", "convenient.wav"],
     "Иван": "ivan.wav"}

Values that are recorded themselves are taken from their files, others are spoken by the other voice, and all is joined.
Whatever is not recorded is spoken by the other voice, unless there is none.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from robot.speech.base import Synthesizer
from robot.speech.engines.recorded_parts import Template, template_of
from robot.speech.engines.tool import TEXT_RULES
from robot.speech.errors import EngineUnavailable, SynthesisFailed
from robot.speech.guards import normalized
from robot.speech.joining import joined
from robot.speech.mastering import master_file
from robot.speech.process import deaths_of
from robot.speech.text import spoken

INDEX = "phrases.json"


class RecordedVoice:
    """See the port `Synthesizer`. The files are read at start; a changed recording changes the fingerprint."""

    def __init__(self, folder: Path, otherwise: Synthesizer | None = None, *, join: bool = True) -> None:
        """join: whether phrases with variables are put together of recorded stretches and spoken values; else they are
        spoken by the other voice as a whole."""
        self._folder = folder
        self._otherwise = otherwise
        self._join = join
        self._recorded = _Recorded({}, (), "")

    @property
    def name(self) -> str:
        return f"recorded/{self._folder.name}"

    @property
    def fingerprint(self) -> str:
        other = self._otherwise.fingerprint if self._otherwise else "none"
        joined_or_whole = "joined" if self._join else "whole"
        return f"{self.name} {self._recorded.digest} {TEXT_RULES} {joined_or_whole} otherwise {other}"

    @property
    def deaths(self) -> int:
        return deaths_of(self._otherwise)

    def has(self, text: str) -> bool:
        """A person recorded this phrase as a whole."""
        return _key(text) in self._recorded.files

    async def start(self) -> None:
        """Raises EngineUnavailable for a folder without a usable index, or when the other voice does not start."""
        self._recorded = await asyncio.to_thread(_read_index, self._folder)
        if self._otherwise is not None:
            await self._otherwise.start()

    async def synthesize(self, text: str) -> bytes:
        whole = self._recorded.files.get(_key(text))
        if whole is not None:
            return await _mastered(whole)
        for template in self._recorded.templates if self._join else ():
            stretches = template.match(text)
            if stretches is not None:
                return joined([(said, await self._stretch(said, file)) for said, file in stretches])
        return await self._spoken(text)

    async def _stretch(self, text: str, file: Path | None) -> bytes:
        recording = file or self._recorded.files.get(_key(text))
        return await (_mastered(recording) if recording is not None else self._spoken(text))

    async def _spoken(self, text: str) -> bytes:
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


async def _mastered(file: Path) -> bytes:
    try:
        return await asyncio.to_thread(lambda: master_file(file.read_bytes()))
    except OSError as unreadable:
        raise SynthesisFailed(f"the recording {file} cannot be read: {unreadable.strerror}") from unreadable


@dataclass(frozen=True, slots=True)
class _Recorded:
    """files: by the key of their phrase. digest: of everything that is heard."""

    files: Mapping[str, Path]
    templates: tuple[Template, ...]
    digest: str


def _read_index(folder: Path) -> _Recorded:
    index = folder / INDEX
    remedy = f'write {index} as {{"text of a phrase": "file.wav"}}'
    try:
        entries = json.loads(index.read_text("utf-8"))
    except (OSError, ValueError) as unusable:
        raise EngineUnavailable(f"no usable list of recordings in {index}: {unusable}", remedy=remedy) from unusable
    if not isinstance(entries, dict):
        raise EngineUnavailable(f"{index} is not an object from texts to file names", remedy=remedy)
    digest = hashlib.sha256()
    files: dict[str, Path] = {}
    templates: list[Template] = []
    for text, names in sorted(entries.items()):
        named = [names] if isinstance(names, str) else names
        if not isinstance(named, list) or not named or not all(isinstance(name, str) for name in named):
            raise EngineUnavailable(f"{index}: {text!r} has no file name", remedy=remedy)
        own = [_file(folder, name, remedy) for name in named]
        try:
            template = template_of(text, own)
        except ValueError as wrong:
            raise EngineUnavailable(f"{index}: {wrong}", remedy="name one file for each stretch of words") from wrong
        if template is None:
            files[_key(text)] = own[0]
        else:
            templates.append(template)
        digest.update(text.encode() + b"\0" + b"".join(hashlib.sha256(file.read_bytes()).digest() for file in own))
    return _Recorded(files, tuple(templates), digest.hexdigest()[:16])


def _file(folder: Path, name: str, remedy: str) -> Path:
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise EngineUnavailable(f"{folder / INDEX} names {name!r}, which is not a file of this folder", remedy=remedy)
    return file
