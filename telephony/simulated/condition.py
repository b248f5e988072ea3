"""What a telephone network does to sound: A-law companding (ITU-T G.711) and the noise of the line."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from telephony.audio import SAMPLE_RATE_HZ

_NOISE_S = 4


class Condition:
    """noise_rms: white noise added before companding, of 32768; 0 for none. The noise repeats every few seconds and
    starts at a place drawn from the seed."""

    def __init__(self, *, noise_rms: float = 20.0, alaw: bool = True, seed: int = 0) -> None:
        if noise_rms < 0:
            raise ValueError("noise_rms is not negative")
        self._noise = _noise(noise_rms) if noise_rms else None
        self._at = seed * 7919 % (_NOISE_S * SAMPLE_RATE_HZ)
        self._alaw = alaw

    def carry(self, pcm: bytes) -> bytes:
        """What arrives of 8 kHz PCM, at most a second of it."""
        samples = np.frombuffer(pcm, dtype="<i2")
        if self._noise is not None:
            if self._at + samples.size > self._noise.size:
                self._at = 0
            noise = self._noise[self._at : self._at + samples.size]
            self._at += samples.size
            samples = np.minimum(np.maximum(samples + noise, -32768), 32767).astype("<i2")
        if self._alaw:
            samples = _alaw_round_trip()[samples.view("<u2")]
        return samples.tobytes()


@lru_cache(maxsize=8)
def _noise(rms: float) -> NDArray[np.int32]:
    generator = np.random.default_rng(20)
    return np.rint(generator.normal(0.0, rms, _NOISE_S * SAMPLE_RATE_HZ)).astype(np.int32)


@lru_cache(maxsize=1)
def _alaw_round_trip() -> NDArray[np.int16]:
    """Every 16-bit sample (as its unsigned bits) after coding to A-law and back: 13 bits of sign and magnitude, a
    segment of its highest bit and 4 bits within it, decoded to the middle of the step (G.711, table 1a)."""
    samples = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    magnitude = np.where(samples >= 0, samples >> 3, (-samples - 1) >> 3)
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 4, 0)
    shift = np.maximum(segment, 1)
    middle = (((magnitude >> shift) << shift) << 3) + (1 << (shift + 2))
    return np.where(samples >= 0, middle, -middle).astype("<i2")
