"""The voices of the simulated people: speech rendered beforehand (`tools/render_clients.py`), read when first used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import soundfile

from telephony.audio import SAMPLE_RATE_HZ
from telephony.errors import PersonaError

SPEECH = Path(__file__).parent / "speech"
MANIFEST = "manifest.jsonl"
_REMEDY = "Run tools/render_clients.py, which renders every sentence of the personas."


class Voices(Protocol):
    """Where the sound of words comes from."""

    def pcm(self, voice: str, text: str) -> bytes:
        """8 kHz PCM of a text in a voice. Raises PersonaError when there is none."""
        ...


class RenderedVoices:
    """Speech kept as one small file per voice and text. Each file is decoded once in the life of this object."""

    def __init__(self, files: Mapping[tuple[str, str], Path]) -> None:
        self._files = files
        self._decoded: dict[tuple[str, str], bytes] = {}

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self._files

    def pcm(self, voice: str, text: str) -> bytes:
        key = (voice, text)
        if key not in self._decoded:
            self._decoded[key] = self._decode(key)
        return self._decoded[key]

    def _decode(self, key: tuple[str, str]) -> bytes:
        path = self._files.get(key)
        if path is None:
            raise PersonaError(f"{key[1]!r} was not rendered in the voice {key[0]}", remedy=_REMEDY)
        try:
            samples, rate = soundfile.read(path, dtype="int16")
        except (OSError, soundfile.LibsndfileError) as error:
            raise PersonaError(f"{path}: cannot be decoded: {error}", remedy=_REMEDY) from error
        if rate != SAMPLE_RATE_HZ or samples.ndim != 1:
            raise PersonaError(f"{path}: must be mono at {SAMPLE_RATE_HZ} Hz", remedy=_REMEDY)
        return bytes(samples.astype("<i2").tobytes())


@lru_cache(maxsize=4)
def load_voices(folder: Path = SPEECH) -> RenderedVoices:
    """Read the manifest (a few hundred lines); the audio is read as it is needed. Raises PersonaError."""
    files: dict[tuple[str, str], Path] = {}
    try:
        for line in (folder / MANIFEST).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            files[row["voice"], row["text"]] = folder / row["file"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PersonaError(f"{folder / MANIFEST}: cannot be read: {error!r}", remedy=_REMEDY) from error
    return RenderedVoices(files)
