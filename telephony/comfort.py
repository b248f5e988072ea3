"""Comfort noise: what the line carries between two phrases, so that the client does not think he was cut off."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from telephony.audio import FRAME_BYTES, SAMPLE_RATE_HZ

LEVEL_DBFS = -62.0
"""RMS: heard in a quiet room as an open line, and far below what any voice detector takes for a voice."""

_LOOP_S = 11
_SOFT_HZ = 800.0


class ComfortNoise:
    """Of one call: seed says where in the common noise it begins, so that calls do not sound alike."""

    def __init__(self, seed: int) -> None:
        self._noise = _noise()
        self._at = int(np.random.default_rng(seed).integers(0, len(self._noise) // FRAME_BYTES)) * FRAME_BYTES

    def frame(self) -> bytes:
        """The next 20 ms of line audio."""
        frame = self._noise[self._at : self._at + FRAME_BYTES]
        self._at = (self._at + FRAME_BYTES) % len(self._noise)
        return frame


@lru_cache(maxsize=1)
def _noise() -> bytes:
    """Shaped in the frequency domain, hence without a seam where it begins anew, and too long for anybody to notice."""
    count = _LOOP_S * SAMPLE_RATE_HZ
    hertz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
    shape = 1 / np.sqrt(1 + (hertz / _SOFT_HZ) ** 2) * (hertz > 100)
    sound = np.fft.irfft(np.fft.rfft(np.random.default_rng(62).standard_normal(count)) * shape, count)
    return bytes((sound * 32768 * 10 ** (LEVEL_DBFS / 20) / np.std(sound)).round().astype("<i2").tobytes())
