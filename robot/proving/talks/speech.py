"""What the measuring clients say: recorded or synthesized sentences with their labels, made ready for the line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from robot.proving.errors import ProvingError
from robot.speech.pcm import LINE_RATE_HZ, Samples, resample, to_pcm
from telephony.simulated.soundmarks import HOP_S, LOUD_DBFS

MANIFEST = "manifest.jsonl"
INNER_PAUSE = "inner_pause"
_HOP = round(LINE_RATE_HZ * HOP_S)
_ABOVE_NOISE_DB = 12.0
NOISY_DBFS = -58.0
_JOINED_HOPS = 20
"""Quiet for a fifth of a second inside a sentence is a pause of its own."""


@dataclass(frozen=True, slots=True)
class Sounding:
    """Where the sound of a file lies, in milliseconds: stretches apart by a pause; never empty. noisy: it has a noise
    of its own."""

    stretches: tuple[tuple[int, int], ...]
    noisy: bool = False

    @property
    def first_ms(self) -> int:
        return self.stretches[0][0]

    @property
    def last_ms(self) -> int:
        return self.stretches[-1][1]


@dataclass(frozen=True, slots=True)
class Sentence:
    """label: an intent, or times ("time:friday 11:00"), choices ("choice:2"), email, number, inner_pause; "" for
    unknown. file: 8 kHz, 16 bits."""

    id: str
    text: str
    label: str
    file: Path
    sounding: Sounding

    @property
    def length_s(self) -> float:
        return (self.sounding.last_ms - self.sounding.first_ms) / 1000


def read_speech(folder: Path, made: Path) -> list[Sentence]:
    """Of a folder with `manifest.jsonl`; audio of any rate comes to the line's in files under `made`. Raises
    ProvingError."""
    made.mkdir(parents=True, exist_ok=True)
    sentences = []
    try:
        lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
        for row in map(json.loads, filter(str.strip, lines)):
            source = folder / row["file"]
            samples, rate = soundfile.read(source, dtype="float32", always_2d=True)
            on_line = resample(np.nan_to_num(samples.mean(axis=1)), rate, LINE_RATE_HZ)
            name = Path(row["file"]).with_suffix("").as_posix().replace("/", "_")
            sentences.append(keep(name, row["text"], row.get("label") or "", on_line, made))
    except (OSError, ValueError, KeyError, TypeError, soundfile.SoundFileError) as error:
        raise ProvingError(
            f"{folder}: the speech cannot be read: {error!r}",
            remedy=f'put a {MANIFEST} there, a line for each file: {{"file": "a.wav", "text": "да", "label": "yes"}}',
        ) from error
    if not sentences:
        raise ProvingError(f"{folder}: no sentences in {MANIFEST}")
    return sentences


def keep(name: str, text: str, label: str, samples: Samples, made: Path) -> Sentence:
    """A sentence from line samples, written as a file. Raises ValueError when nothing sounds in it."""
    file = made / f"{name}.wav"
    soundfile.write(file, np.frombuffer(to_pcm(samples), dtype="<i2"), LINE_RATE_HZ, subtype="PCM_16")
    return Sentence(name, text, label, file, sounding(samples))


def sounding(samples: Samples) -> Sounding:
    """Where somebody speaks: above the noise of the file itself, where it has any. Raises ValueError for silence."""
    level = levels(samples)
    floor = float(np.percentile(level, 20)) if level.size else LOUD_DBFS
    speech = level > max(LOUD_DBFS, min(floor + _ABOVE_NOISE_DB, LOUD_DBFS + _ABOVE_NOISE_DB))
    loud = [
        number for number in range(speech.size) if speech[number] and speech[max(0, number - 2) : number + 3].sum() >= 3
    ]
    if not loud:
        raise ValueError("nothing sounds in it")
    cuts = [number for number in range(1, len(loud)) if loud[number] - loud[number - 1] > _JOINED_HOPS]
    parts = zip([0, *cuts], [*cuts, len(loud)], strict=True)
    ms = round(1000 * HOP_S)
    return Sounding(
        tuple((loud[start] * ms, (loud[end - 1] + 1) * ms) for start, end in parts), noisy=floor > NOISY_DBFS
    )


def levels(samples: Samples) -> NDArray[np.float64]:
    """dBFS of each whole hop."""
    hops = samples[: len(samples) // _HOP * _HOP].reshape(-1, _HOP).astype(np.float64)
    return np.asarray(20 * np.log10(np.sqrt((hops**2).mean(axis=1)) + 1e-9))


def words(text: str) -> list[str]:
    """For counting words that were heard right."""
    plain = "".join(letter if letter.isalnum() else " " for letter in text.lower().replace("ё", "е"))
    return plain.split()


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """The least number of words to be changed, put in or left out."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]
