"""The trunk's limit of calls a second. Pure: the loop's time is an argument, in seconds."""

from __future__ import annotations

from collections import deque


class Starts:
    """Counts dials so that no second (for a rate below one: no stretch for one dial) sees more than `per_s`."""

    def __init__(self, per_s: float) -> None:
        if per_s <= 0:
            raise ValueError("a trunk that takes no calls cannot be dialed over")
        self._most = max(1, int(per_s))
        self._window_s = self._most / per_s
        self._started: deque[float] = deque(maxlen=self._most)

    def available(self, now_s: float) -> int:
        """Dials that may start now."""
        return self._most - sum(at > now_s - self._window_s for at in self._started)

    def take(self, now_s: float) -> None:
        """A dial starts."""
        self._started.append(now_s)

    def wait_s(self, now_s: float) -> float:
        """Until another may start; 0 when one may now."""
        if self.available(now_s):
            return 0.0
        return max(0.0, self._started[0] + self._window_s - now_s)
