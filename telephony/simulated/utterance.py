"""What a simulated person says, as the personas write it: words, and sounds in angle brackets.

"Минутку, соединяю. <pause 0.6> <ringback 5>"
"Я не расслышал(а)."            the ending in brackets is a woman's
"Меня зовут {name}."            {name} and {email} belong to the person
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from telephony.audio import SAMPLE_RATE_HZ

_PART = re.compile(r"<(?P<sound>[^<>]*)>|(?P<words>[^<>]+)")
_FEMALE_ENDING = re.compile(r"\((\w{1,3})\)")


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"


class Sound(StrEnum):
    """Sounds of the network and of machines. Ringback is the Russian one: 425 Hz, 1 s on and 4 s off (GOST R 50889,
    ITU-T E.180). Special information goes before announcements: three rising tones (E.180). Fax: the tone with which
    one answers (ITU-T T.30)."""

    PAUSE = "pause"
    BEEP = "beep"
    RINGBACK = "ringback"
    SIT = "sit"
    FAX = "fax"


_HERTZ = {Sound.BEEP: 1000.0, Sound.RINGBACK: 425.0, Sound.FAX: 2100.0}
_SIT_HERTZ = (950.0, 1400.0, 1800.0)


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class Noise:
    sound: Sound
    seconds: float


def parse(utterance: str) -> tuple[Words | Noise, ...]:
    """Cut an utterance into words and sounds. Raises ValueError with what is wrong."""
    parts: list[Words | Noise] = []
    end = 0
    for match in _PART.finditer(utterance):
        if match.start() != end:
            break
        end = match.end()
        if match["sound"] is not None:
            parts.append(_noise(match["sound"]))
        elif words := " ".join(match["words"].split()):
            parts.append(Words(words))
    if end != len(utterance):
        raise ValueError(f"unbalanced angle bracket in {utterance!r}")
    return tuple(parts)


def _noise(text: str) -> Noise:
    name, _, seconds = text.strip().partition(" ")
    try:
        noise = Noise(Sound(name), float(seconds or (1.0 if name == Sound.SIT else 0.4)))
    except ValueError as error:
        raise ValueError(f"<{text}> is not one of {', '.join(Sound)}, then seconds") from error
    if not 0 < noise.seconds <= 60:
        raise ValueError(f"<{text}>: a sound lasts from 0 to 60 seconds")
    return noise


def spoken(text: str, gender: Gender, facts: Mapping[str, str]) -> str:
    """The words as this person says them. Raises ValueError for an unknown {fact}."""
    text = _FEMALE_ENDING.sub(r"\1" if gender is Gender.FEMALE else "", text)
    try:
        return text.format_map(facts)
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"unknown fact {error} in {text!r}") from error


@lru_cache(maxsize=32)
def pcm(noise: Noise) -> bytes:
    """The sound as 8 kHz PCM."""
    count = round(noise.seconds * SAMPLE_RATE_HZ)
    if noise.sound is Sound.PAUSE:
        return bytes(2 * count)
    t = np.arange(count) / SAMPLE_RATE_HZ
    if noise.sound is Sound.SIT:
        hertz = np.array(_SIT_HERTZ)[np.minimum(t * 3 / noise.seconds, 2).astype(int)]
    else:
        hertz = np.full(count, _HERTZ[noise.sound])
    wave = 6000 * np.sin(2 * math.pi * hertz * t)
    if noise.sound is Sound.RINGBACK:
        wave *= (t % 5.0) < 1.0
    return bytes(wave.astype("<i2").tobytes())
