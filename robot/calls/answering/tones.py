"""Tones of the network and of machines, found in line audio. Pure; milliseconds of the call come in.

Each 40 ms the power at the few frequencies that matter is compared with the whole (single bins of the Fourier sum, as
Goertzel's algorithm gives them). A voice puts nowhere near all of its power on one frequency for a quarter of a second.

    425 Hz   ringback, 1 s on and 4 s off; busy, 0.35 s on and off (GOST R 50889, ITU-T E.180)
    950, 1400, 1800 Hz in turn   "special information": an announcement follows (ITU-T E.180)
    1000 or 1400 Hz   a recorder's beep
    1100 Hz   a fax that calls (CNG, 0.5 s); 2100 Hz   a fax or modem that answers (CED, 2.6-4 s; ITU-T T.30)
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from telephony.audio import FRAME_MS, SAMPLE_BYTES, SAMPLE_RATE_HZ

_WINDOW = 320
_HOP_BYTES = SAMPLE_RATE_HZ * FRAME_MS // 1000 * SAMPLE_BYTES
_WINDOW_BYTES = _WINDOW * SAMPLE_BYTES
_BIN_HZ = SAMPLE_RATE_HZ / _WINDOW
_PURITY = 0.8
"""Of the power, at the frequency and its two neighbouring bins."""
_LEAST_RMS = 300.0
"""Of 32768: what lies below is crosstalk."""

_BANDS: dict[str, tuple[float, ...]] = {
    "425": (425,),
    "low": (914, 950),
    "1000": (1000,),
    "1100": (1100,),
    "mid": (1371, 1400, 1429),
    "high": (1777, 1800),
    "2100": (2100,),
}
_FREQUENCIES = [(name, hertz) for name, group in _BANDS.items() for hertz in group]
_TURNS = np.array(
    [
        2 * np.pi * (hertz + side * _BIN_HZ) * np.arange(_WINDOW) / SAMPLE_RATE_HZ
        for _, hertz in _FREQUENCIES
        for side in (-1, 0, 1)
    ]
)
_PROBES = np.concatenate((np.cos(_TURNS), np.sin(_TURNS)))

_BEEP_MS = 240
_CED_MS = 480
_CNG_MS = 380
_RINGBACK_MS = 700
_SIT_MS = 200
_BUSY_MS = range(140, 620)
_BUSY_BURSTS = 3
_TOGETHER_MS = 160
_SHORTEST_MS = 120


class Tone(StrEnum):
    BEEP = "beep"
    CED = "ced"
    CNG = "cng"
    SIT = "sit"
    BUSY = "busy"
    RINGBACK = "ringback"


_LASTING = {"2100": (Tone.CED, _CED_MS), "1100": (Tone.CNG, _CNG_MS), "425": (Tone.RINGBACK, _RINGBACK_MS)}


@dataclass(frozen=True, slots=True)
class Toned:
    """A tone heard, in milliseconds of the call; to_ms: so far, where it may go on."""

    tone: Tone
    from_ms: int
    to_ms: int


@dataclass(slots=True)
class _Run:
    """One frequency without a break."""

    band: str
    from_ms: int
    to_ms: int
    told: bool = False

    @property
    def ms(self) -> int:
        return self.to_ms - self.from_ms


class ToneDetector:
    """Follows one direction of one call."""

    def __init__(self) -> None:
        self._audio = bytearray()
        self._runs: deque[_Run] = deque(maxlen=2 * _BUSY_BURSTS)
        self._run: _Run | None = None

    @property
    def last_ms(self) -> int | None:
        """Where the last sound that may be a tone, or become one, ended so far; None when there was none."""
        if self._run is not None and self._run.ms >= _SHORTEST_MS:
            return self._run.to_ms
        return next((run.to_ms for run in reversed(self._runs) if run.ms >= _SHORTEST_MS), None)

    def hear(self, pcm: bytes, at_ms: int) -> list[Toned]:
        """8 kHz PCM that ended at `at_ms`, of any length; the tones that became certain with it."""
        self._audio += pcm
        found: list[Toned] = []
        while len(self._audio) >= _WINDOW_BYTES:
            window = bytes(self._audio[:_WINDOW_BYTES])
            del self._audio[:_HOP_BYTES]
            ended_ms = at_ms - (len(self._audio) + _HOP_BYTES - _WINDOW_BYTES) // (2 * SAMPLE_RATE_HZ // 1000)
            found += self._follow(_band(window), ended_ms)
        return found

    def _follow(self, band: str, at_ms: int) -> list[Toned]:
        run = self._run
        if run is not None and run.band == band:
            run.to_ms = at_ms
            return self._while_it_lasts(run)
        found = []
        if run is not None:
            self._runs.append(run)
            found = self._at_its_end(run)
        self._run = _Run(band, at_ms - 2 * FRAME_MS, at_ms) if band else None
        return found

    def _while_it_lasts(self, run: _Run) -> list[Toned]:
        tone, least_ms = _LASTING.get(run.band, (None, 0))
        if tone is None or run.told or run.ms < least_ms:
            return []
        run.told = True
        return [Toned(tone, run.from_ms, run.to_ms)]

    def _at_its_end(self, run: _Run) -> list[Toned]:
        before = [one for one in self._runs if one is not run]
        if run.band == "425" and self._is_busy():
            return [Toned(Tone.BUSY, self._runs[-_BUSY_BURSTS].from_ms, run.to_ms)]
        if run.band == "high" and self._is_sit():
            return [Toned(Tone.SIT, self._runs[-3].from_ms, run.to_ms)]
        rising = (
            run.band == "mid" and bool(before) and before[-1].band in {"low", "1000"} and _together(before[-1], run)
        )
        if run.band in {"1000", "mid"} and run.ms >= _BEEP_MS and not rising:
            return [Toned(Tone.BEEP, run.from_ms, run.to_ms)]
        return []

    def _is_busy(self) -> bool:
        bursts = list(self._runs)[-_BUSY_BURSTS:]
        gaps = [late.from_ms - early.to_ms for early, late in pairwise(bursts)]
        even = all(one.band == "425" and one.ms in _BUSY_MS for one in bursts)
        return len(bursts) == _BUSY_BURSTS and even and all(gap in range(60, 620) for gap in gaps)

    def _is_sit(self) -> bool:
        three = list(self._runs)[-3:]
        bands = [one.band for one in three]
        return (
            bands in (["low", "mid", "high"], ["1000", "mid", "high"])
            and all(one.ms >= _SIT_MS for one in three)
            and _together(three[0], three[1])
            and _together(three[1], three[2])
        )


def _together(early: _Run, late: _Run) -> bool:
    return late.from_ms - early.to_ms <= _TOGETHER_MS


def _band(window: bytes) -> str:
    """Which tone 40 ms of audio are; "" for anything else."""
    samples = np.frombuffer(window, dtype="<i2").astype(np.float64)
    power = float(np.mean(samples * samples))
    if power < _LEAST_RMS**2:
        return ""
    # Not `@`: that goes to the threads of BLAS, which wait for a free core, ten milliseconds on a busy machine.
    squares = np.einsum("ij,j->i", _PROBES, samples) ** 2 * 2 / _WINDOW**2
    shares = squares.reshape(2, -1, 3).sum(axis=(0, 2)) / power
    best = int(np.argmax(shares))
    return _FREQUENCIES[best][0] if shares[best] >= _PURITY else ""
