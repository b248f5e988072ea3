"""Counters fed with what a part of the node has counted itself since it was made."""

from __future__ import annotations

from prometheus_client import Counter


class Totals:
    """Parts tell how many there were in all; a counter takes what came since they told last."""

    def __init__(self) -> None:
        self._told: dict[Counter, int] = {}

    def up_to(self, counter: Counter, total: int) -> None:
        """A part that was made anew counts from 0 again: the counter stays until it has caught up."""
        before = self._told.get(counter, 0)
        counter.inc(max(0, total - before))
        self._told[counter] = max(total, before)
