"""Where sound begins and ends in what arrives on a line: by its energy in steps of 10 ms, by nothing else. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from telephony.audio import SAMPLE_BYTES, SAMPLE_RATE_HZ

HOP_S = 0.01
HOP_BYTES = round(HOP_S * SAMPLE_RATE_HZ) * SAMPLE_BYTES
LOUD_DBFS = -45.0
"""Ten decibels above the comfort noise of a line, far below any voice on it."""
_LOUD_RMS = 32768 * 10 ** (LOUD_DBFS / 20)
_LOUD_ENERGY = _LOUD_RMS**2 * (HOP_BYTES // SAMPLE_BYTES)
_PCM, _FLOAT = np.dtype("<i2"), np.dtype(np.float32)
_OF_THE_LAST = 5
_LOUD_ONES = 3
"""So many loud hops among the last ones are sound; a single click is none."""
OVER_S = 0.06
"""Quiet for so long, a stretch of sound is over. What reads the marks joins stretches as it needs."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Sound begins (`on`) or has ended at this moment of the caller's clock."""

    at_s: float
    on: bool


class SoundMarks:
    """Feed it what arrives, tick by tick."""

    __slots__ = ("_last_s", "_loud", "_on", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._loud: deque[float] = deque()
        self._on = False
        self._last_s = 0.0

    @property
    def on(self) -> bool:
        """There is sound, pauses shorter than `OVER_S` included."""
        return self._on

    @property
    def last_s(self) -> float:
        """The end of the last loud hop."""
        return self._last_s

    def hear(self, at_s: float, pcm: bytes) -> list[Mark]:
        """What arrived at `at_s` begins to sound then. b"" is silence too."""
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % HOP_BYTES
        self._rest = pcm[whole:]
        if not self._on and not self._loud and not _may_be_loud(pcm):  # nothing said on most ticks of most calls
            return []
        marks: list[Mark] = []
        for number, loud in enumerate(loudness(pcm[:whole])):
            self._step(at_s + number * HOP_S, loud, marks)
        self._end(at_s + whole / HOP_BYTES * HOP_S, marks)
        return marks

    def _step(self, from_s: float, loud: bool, marks: list[Mark]) -> None:
        self._end(from_s, marks)
        while self._loud and self._loud[0] < from_s - (_OF_THE_LAST - 0.5) * HOP_S:
            self._loud.popleft()
        if not loud:
            return
        if self._on:
            self._last_s = from_s + HOP_S
            return
        self._loud.append(from_s)
        if len(self._loud) >= _LOUD_ONES:
            self._on = True
            self._last_s = from_s + HOP_S
            marks.append(Mark(self._loud[0], on=True))
            self._loud.clear()

    def _end(self, now_s: float, marks: list[Mark]) -> None:
        if self._on and now_s - self._last_s >= OVER_S - HOP_S / 2:
            self._on = False
            marks.append(Mark(self._last_s, on=False))


def _may_be_loud(pcm: bytes) -> bool:
    """False where all of it together has not the energy of one loud hop."""
    samples = np.frombuffer(pcm, dtype=_PCM, count=len(pcm) // SAMPLE_BYTES).astype(_FLOAT)
    return bool(samples.dot(samples) >= _LOUD_ENERGY)


def loudness(pcm: bytes) -> list[bool]:
    """Of whole hops of 8 kHz PCM: which are loud."""
    if not pcm:
        return []
    hops = np.frombuffer(pcm, dtype=_PCM).reshape(-1, HOP_BYTES // SAMPLE_BYTES).astype(_FLOAT)
    return [bool(hop.dot(hop) >= _LOUD_ENERGY) for hop in hops]
