"""What a client hears while a manager's telephone rings: a soft tune, computed here, so that it is anybody's to use."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from telephony.audio import SAMPLE_RATE_HZ

LEVEL_DB = -27.0
"""RMS below full scale: under the robot's voice, so that nobody starts when it returns."""

NOTE_S = 0.4
RING_S = 1.6
_A4_HZ = 440.0
# Broken chords C - a - F - G, as steps from A4.
_CHORDS = ((-9, -5, -2, 3), (-12, -9, -5, 0), (-16, -12, -9, -4), (-14, -10, -7, -2))
_PATTERN = (0, 1, 2, 3, 2, 1, 2, 1)
_OVERTONES = ((1.0, 1.0), (2.0, 0.22), (3.0, 0.06))


@lru_cache(maxsize=1)
def hold_music() -> bytes:
    """8 kHz PCM that may be repeated without a seam: 12.8 s, within the telephone's band."""
    notes = [chord[step] for chord in _CHORDS for step in _PATTERN]
    length = round(len(notes) * NOTE_S * SAMPLE_RATE_HZ)
    tune = np.zeros(length)
    for place, note in enumerate(notes):
        sound = _note(_A4_HZ * 2 ** (note / 12))
        at = (round(place * NOTE_S * SAMPLE_RATE_HZ) + np.arange(len(sound))) % length  # rings on into the next round
        np.add.at(tune, at, sound)
    tune *= 32768 * 10 ** (LEVEL_DB / 20) / np.sqrt(np.mean(tune**2))
    return np.clip(np.rint(tune), -32768, 32767).astype("<i2").tobytes()


def _note(frequency_hz: float) -> NDArray[np.float64]:
    """A plucked sound: quick to come, slow to go."""
    at = np.arange(round(RING_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    wave = sum(share * np.sin(2 * np.pi * frequency_hz * order * at) for order, share in _OVERTONES)
    envelope = np.minimum(at / 0.015, 1.0) * np.exp(-2.2 * at) * np.minimum((RING_S - at) / 0.1, 1.0)
    return np.asarray(wave * envelope, dtype=np.float64)
