"""How many calls the recognizer keeps up with: measured, not guessed. Pure: the loop's time is an argument, in seconds.

Every utterance tells how long its words took after the client fell silent. While that is short, any number of calls may
be carried; once it is not, as many as were under way then are too many, and the number is found again step by step
(additive increase, multiplicative decrease, as networks do).
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


class Hearing:
    """What the recognition of the last utterances tells."""

    def __init__(self, slow_s: float = SLOW_S) -> None:
        self._slow_s = slow_s
        self._took: deque[tuple[float, float]] = deque(maxlen=500)
        self._carried: int | None = None
        self._looked_s = float("-inf")

    def heard(self, took_s: float, now_s: float) -> None:
        """The words of an utterance came so long after its end."""
        self._took.append((now_s, took_s))

    def headroom(self, under_way: int, now_s: float) -> int | None:
        """How many more calls may begin while so many are under way; None while nothing speaks against any number."""
        recent = sorted(took for at, took in self._took if at > max(now_s - LOOK_S, self._looked_s))
        if len(recent) >= FEWEST:
            slow = recent[int(QUANTILE * (len(recent) - 1))] > self._slow_s
            if slow or now_s >= self._looked_s + LOOK_S:
                self._looked_s = now_s
                self._learn(slow, under_way)
        return None if self._carried is None else max(0, self._carried - under_way)

    def _learn(self, slow: bool, under_way: int) -> None:
        if slow:
            self._carried = max(1, int(under_way * BACK))
        elif self._carried is not None and under_way >= self._carried:
            self._carried += STEP
