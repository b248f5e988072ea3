"""How busy recognition is: the share of its threads that work, how long jobs wait, how long they take. Pure.

Times are seconds of one monotonic clock, given by the caller.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

LOOK_S = 5.0
_MOST_JOBS = 1000
_HIGH = 0.95
_DELAYS = ((0.7, 0.0), (0.85, 0.1), (0.95, 0.5))
"""How busy, and how long a pause is then let grow; straight lines between. Of 100 pauses within a sentence (633, of
synthetic voices) 40 are over by 200 ms, 80 by 400, and looks at them are for nothing: only a recognizer that falls
behind cannot afford them."""


@dataclass(frozen=True, slots=True)
class Load:
    """Over the last seconds. busy: 0..1 of all threads. waiting_s, decoding_s: 95 of 100 answers waited, took no
    longer; 0 without any."""

    busy: float = 0.0
    waiting_s: float = 0.0
    decoding_s: float = 0.0


@runtime_checkable
class Measured(Protocol):
    """An engine that knows how busy it is."""

    def load(self) -> Load: ...


class LoadMeter:
    """Not thread-safe."""

    def __init__(self, threads: int, look_s: float = LOOK_S) -> None:
        self._threads = threads
        self._look_s = look_s
        self._jobs: deque[tuple[float, float, float, bool]] = deque(maxlen=_MOST_JOBS)

    def record(self, asked_s: float, began_s: float, ended_s: float, *, answer: bool) -> None:
        """A job is done. answer: somebody waits for its words."""
        self._jobs.append((asked_s, began_s, ended_s, answer))

    def read(self, now_s: float, threads: int | None = None) -> Load:
        """threads: as many as there are now, where that changes."""
        since = now_s - self._look_s
        while self._jobs and self._jobs[0][2] <= since:
            self._jobs.popleft()
        recent = [job for job in self._jobs if job[2] > since]
        worked = sum(ended - max(began, since) for _, began, ended, _ in recent)
        answers = [job for job in recent if job[3]]
        return Load(
            min(1.0, worked / (self._look_s * (threads or self._threads))),
            _high([began - asked for asked, began, _, _ in answers]),
            _high([ended - began for _, began, ended, _ in answers]),
        )


def load_of(engine: object) -> Load:
    """How busy an engine is; nothing is known of one that does not measure it."""
    return engine.load() if isinstance(engine, Measured) else Load()


def look_delay_s(load: Load) -> float:
    """How long a pause is let grow before its words are asked for. Half of the looks are at pauses within a sentence:
    who is idle can afford them, who falls behind saves most of them by waiting a moment."""
    busy, delays_s = zip(*_DELAYS, strict=True)
    return float(np.interp(load.busy, busy, delays_s))


def _high(values: list[float]) -> float:
    return sorted(values)[int(_HIGH * (len(values) - 1))] if values else 0.0
