"""How many calls the recognizer keeps up with: measured, not guessed. Pure: the loop's time is an argument, in seconds.

Every utterance tells how long its words took after the client fell silent. While that is short, any number of calls may
be carried; once it is not, as many as were under way then are too many, and the number is found again step by step
(additive increase, multiplicative decrease, as networks do).

The recognizer also tells how busy it is, and that comes before anybody waits: work that arrives by chance queues up
steeply once two thirds of the threads' time are taken, so no call is added that would take more. The share that a call
takes is what the calls under way take now, each.
"""

from __future__ import annotations

from collections import deque

SLOW_S = 1.0
"""A client who waits longer than this for an answer asks whether anybody is there."""

LOOK_S = 10.0
FEWEST = 5
QUANTILE = 0.9
BACK = 0.8
STEP = 1
BUSY = 0.65
"""Of the recognizer's time. Two threads so busy let about one answer in twenty wait as long as another one takes."""
WAITING_S = 0.15
"""Waiting for a thread that leaves, after a quick glance at a short answer, words within 350 ms of its end."""
CERTAIN_CALLS = 5
"""From fewer calls the share of one is a guess."""
FRESH_S = 5.0
"""Older figures say nothing of now."""


class Hearing:
    """What the recognition of the last utterances tells."""

    def __init__(self, slow_s: float = SLOW_S) -> None:
        self._slow_s = slow_s
        self._took: deque[tuple[float, float]] = deque(maxlen=500)
        self._carried: int | None = None
        self._looked_s = float("-inf")
        self._busy = 0.0
        self._waiting_s = 0.0
        self._told_s = float("-inf")

    def heard(self, took_s: float, now_s: float) -> None:
        """The words of an utterance came so long after its end."""
        self._took.append((now_s, took_s))

    def loaded(self, busy: float, waiting_s: float, now_s: float) -> None:
        """The recognizer tells the share of its time that was taken lately, and how long 95 of 100 answers waited for a
        thread at most."""
        self._busy, self._waiting_s, self._told_s = busy, waiting_s, now_s

    def headroom(self, under_way: int, now_s: float) -> int | None:
        """How many more calls may begin while so many are under way; None while nothing speaks against any number."""
        recent = sorted(took for at, took in self._took if at > max(now_s - LOOK_S, self._looked_s))
        if len(recent) >= FEWEST:
            slow = recent[int(QUANTILE * (len(recent) - 1))] > self._slow_s
            if slow or now_s >= self._looked_s + LOOK_S:
                self._looked_s = now_s
                self._learn(slow, under_way)
        limits = [one for one in (self._carried, self._bearable(under_way, now_s)) if one is not None]
        return max(0, min(limits) - under_way) if limits else None

    def _bearable(self, under_way: int, now_s: float) -> int | None:
        """How many calls the recognizer's time is enough for."""
        if now_s > self._told_s + FRESH_S or under_way < CERTAIN_CALLS or not self._busy:
            return None
        if self._waiting_s > WAITING_S:
            return under_way
        return int(under_way * BUSY / self._busy)

    def _learn(self, slow: bool, under_way: int) -> None:
        if slow:
            self._carried = max(1, int(under_way * BACK))
        elif self._carried is not None and under_way >= self._carried:
            self._carried += STEP
