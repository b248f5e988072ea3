"""Which of our numbers a call shows. Pure.

A number that many people have called unwanted is marked as spam by operators and telephones, and is then hardly
answered. So dials are spread evenly over the pool, and a number that is answered far less than its fellows rests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

REST = timedelta(hours=24)
ENOUGH_DIALS = 30
"""Fewer dials tell too little of a number to judge it by."""


@dataclass(frozen=True, slots=True)
class CallerStats:
    """What one of our numbers did in the last 24 hours: dials that reached the network, how many were answered, and
    when it was last used (aware)."""

    dials: int
    answered: int
    last_at: datetime

    @property
    def rate(self) -> float:
        return self.answered / self.dials if self.dials else 0.0


def resting(pool: Sequence[str], recent: Mapping[str, CallerStats], now: datetime) -> frozenset[str]:
    """Numbers of the pool that are answered less than half as often as its median, by 30 dials or more each. Such a
    number rests until those dials are a day old; never all of them rest, for the best is no worse than the median."""
    judged = {
        number: recent[number].rate
        for number in pool
        if number in recent and recent[number].dials >= ENOUGH_DIALS and now - recent[number].last_at < REST
    }
    if len(judged) < 2:
        return frozenset()
    usual = median(judged.values())
    return frozenset(number for number, rate in judged.items() if rate < usual / 2)


def choose(pool: Sequence[str], recent: Mapping[str, CallerStats], now: datetime) -> str | None:
    """The number to show next: of those not resting the one with the fewest dials, of these the one idle for longest,
    then the first of the pool. None when the pool is empty: the trunk's own number is shown."""
    numbers = [number for number in pool if number]
    tired = resting(numbers, recent, now)
    fresh = [number for number in numbers if number not in tired] or numbers

    def use(number: str) -> tuple[int, datetime]:
        stats = recent.get(number)
        if stats is None or now - stats.last_at >= REST:
            return 0, datetime.min.replace(tzinfo=UTC)
        return stats.dials, stats.last_at

    return min(fresh, key=use, default=None)
