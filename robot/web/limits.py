"""How often one address may ask: a bucket of requests for each, that fills by the minute. Pure; time is an argument."""

from __future__ import annotations

from collections import OrderedDict

MOST_SOURCES = 10_000
"""Remembered at once: who asks seldom is forgotten first, and begins with a full bucket again."""

MINUTE_S = 60.0


class RateLimit:
    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, source: str, at_s: float) -> float:
        """Take one request; 0 when it is allowed, else the seconds until the next one is. at_s: a monotonic clock."""
        left, since = self._buckets.pop(source, (self._most, at_s))
        left = min(self._most, left + (at_s - since) * self._most / MINUTE_S)
        allowed = left >= 1
        self._buckets[source] = (left - 1 if allowed else left, at_s)
        if len(self._buckets) > MOST_SOURCES:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * MINUTE_S / self._most
