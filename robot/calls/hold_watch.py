"""What sounds while a secretary looks for her chief: ringback, music, or neither. Pure; time comes in as milliseconds.

A note stays where it is; a voice glides, also a monotonous one, and its overtones glide with it, the higher the
further. So the peaks of the spectrum are followed from one 32 ms to the next, and what counts is how much of the sound
lies in peaks that have stood still for an eighth of a second. Over 1.5 s on a telephone line that is

    0.00 .. 0.22   in a quarter of an hour of speech
    0.02 .. 0.05   in noise
    0.43 .. 1.00   in music: chords, a guitar, drums with a bass, a song, our own tune
    0.22 .. 0.78   of a violin alone with vibrato (the median is 0.6)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from robot.calls.answering.tones import Tone, ToneDetector
from telephony.audio import BYTES_PER_MS, SAMPLE_BYTES, SAMPLE_RATE_HZ


class Hold(StrEnum):
    NONE = "none"
    """A voice, or silence."""
    RINGBACK = "ringback"
    MUSIC = "music"


_WINDOW, _HOP, _SPECTRUM = 512, 256, 1024
_HOP_BYTES, _WINDOW_BYTES = _HOP * SAMPLE_BYTES, _WINDOW * SAMPLE_BYTES
_HANN = np.hanning(_WINDOW)
_LOWEST, _HIGHEST = (hertz * _SPECTRUM // SAMPLE_RATE_HZ for hertz in (250, 3400))
_LEAST_PEAK = 0.01
"""Of the power of the highest."""
_STANDS_HOPS = 3
_TOLERANCE_HZ = 8.0
"""The vibrato of a violin stays within it; the peaks of noise lie further apart."""
_RING_HZ = range(410, 441)

_MUSIC_HOPS, _VOICE_HOPS, _SILENCE_HOPS, _ANSWER_HOPS = 47, 24, 32, 8
_LEAST_DBFS = -50.0
_LOUD_DB = 25.0
"""Below the loudest of the stretch: pauses lie lower."""
_LEAST_LOUD, _LEAST_VOICE = 0.6, 0.5
_MUSIC_STANDS, _VOICE_STANDS = 0.3, 0.2
_VOICE_SWINGS_DB = 8.0
_RINGS_AGAIN_MS = 4800
"""4 s off, and what an exchange makes of them."""


@dataclass(frozen=True, slots=True)
class _Hop:
    """32 ms: level in dBFS, share of the sound in peaks that stand, and whether it is the ringback tone alone."""

    level_db: float
    stands: float
    ring: bool


class HoldWatch:
    """Follows one direction of one call, from the moment a secretary asks to wait."""

    def __init__(self) -> None:
        self._audio = bytearray()
        self._tones = ToneDetector()
        self._peaks = _Peaks()
        self._hops: deque[_Hop] = deque(maxlen=_MUSIC_HOPS)
        self._hold = Hold.NONE
        self._rang_ms = 0

    def hear(self, pcm: bytes, at_ms: int) -> Hold:
        """8 kHz PCM that ended at `at_ms`, of any length; what is heard now."""
        if any(one.tone is Tone.RINGBACK for one in self._tones.hear(pcm, at_ms)):
            self._hold = Hold.RINGBACK
            self._hops.clear()
            self._rang_ms = at_ms
        self._audio += pcm
        while len(self._audio) >= _WINDOW_BYTES:
            window = np.frombuffer(bytes(self._audio[:_WINDOW_BYTES]), dtype="<i2")
            del self._audio[:_HOP_BYTES]
            self._follow(self._peaks.hop(window), at_ms - len(self._audio) // BYTES_PER_MS)
        return self._hold

    def _follow(self, hop: _Hop, at_ms: int) -> None:
        self._hops.append(hop)
        if hop.ring and self._hold is Hold.RINGBACK:
            self._rang_ms = at_ms
        if self._is_over(at_ms):
            self._hold = Hold.NONE
            self._hops.clear()  # what was heard before says nothing of what comes now
        elif _is_music(self._hops):
            self._hold = Hold.MUSIC

    def _is_over(self, at_ms: int) -> bool:
        hops = list(self._hops)
        if self._hold is Hold.RINGBACK:
            others = sum(_is_heard(one) and one.stands < _MUSIC_STANDS for one in hops[-2 * _ANSWER_HOPS :])
            return others >= _ANSWER_HOPS or at_ms - self._rang_ms > _RINGS_AGAIN_MS
        if self._hold is Hold.MUSIC:
            silent = not any(_is_heard(one) for one in hops[-_SILENCE_HOPS:])
            return (silent and len(hops) >= _SILENCE_HOPS) or _is_voice(hops[-_VOICE_HOPS:])
        return False


class _Peaks:
    """Of the spectrum, followed while they stand still."""

    def __init__(self) -> None:
        self._born_hz: NDArray[np.float64] = np.zeros(0)
        self._age: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def hop(self, window: NDArray[np.int16]) -> _Hop:
        power = np.abs(np.fft.rfft(window * _HANN, _SPECTRUM)[_LOWEST:_HIGHEST]) ** 2 + 1e-3
        level_db = 10 * float(np.log10(2 * power.sum() / (_SPECTRUM * np.sum(_HANN**2)) / 32768.0**2))
        inner = power[1:-1]
        tops = (inner > power[:-2]) & (inner >= power[2:]) & (inner > _LEAST_PEAK * power.max())
        at = np.flatnonzero(tops) + 1
        before, top, after = np.log(power[at - 1]), np.log(power[at]), np.log(power[at + 1])
        bend = np.minimum(before - 2 * top + after, -1e-9)
        hertz = (at + 0.5 * (before - after) / bend + _LOWEST) * SAMPLE_RATE_HZ / _SPECTRUM
        self._follow(hertz)
        weights = power[at] / max(float(power[at].sum()), 1e-9)
        ring = bool(len(at)) and int(hertz[np.argmax(weights)]) in _RING_HZ and float(weights.max()) > 0.9
        return _Hop(level_db, float(weights[self._age >= _STANDS_HOPS].sum()), ring)

    def _follow(self, hertz: NDArray[np.float64]) -> None:
        """A peak grows older while it is where it was born: a glide, however slow, is none."""
        if not len(self._born_hz) or not len(hertz):
            self._born_hz, self._age = hertz, np.zeros(len(hertz), dtype=np.int64)
            return
        away = np.abs(hertz[:, None] - self._born_hz[None, :])
        nearest = np.argmin(away, axis=1)
        born = self._born_hz[nearest]
        same = away[np.arange(len(hertz)), nearest] < _TOLERANCE_HZ
        self._age = np.where(same, self._age[nearest] + 1, 0)
        self._born_hz = np.where(same, born, hertz)


def _is_heard(hop: _Hop) -> bool:
    return hop.level_db > _LEAST_DBFS and not hop.ring


def _stands(hops: Sequence[_Hop]) -> tuple[float, float]:
    """Share of the hops that are loud, and how much of their sound stands on an average."""
    loudest = max((one.level_db for one in hops), default=-90.0)
    loud = [one.stands for one in hops if _is_heard(one) and one.level_db > loudest - _LOUD_DB]
    return len(loud) / max(len(hops), 1), sum(loud) / max(len(loud), 1)


def _swing_db(hops: Sequence[_Hop]) -> float:
    low, high = np.quantile([one.level_db for one in hops], (0.05, 0.95))
    return float(high - low)


def _is_music(hops: Sequence[_Hop]) -> bool:
    if len(hops) < _MUSIC_HOPS:
        return False
    loud, stands = _stands(hops)
    return loud >= _LEAST_LOUD and stands >= _MUSIC_STANDS


def _is_voice(hops: Sequence[_Hop]) -> bool:
    if len(hops) < _VOICE_HOPS:
        return False
    loud, stands = _stands(hops)
    return loud >= _LEAST_VOICE and stands < _VOICE_STANDS and _swing_db(hops) >= _VOICE_SWINGS_DB
