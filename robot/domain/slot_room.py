"""How many clients are sure of a slot, whichever of them each chooses. Pure.

Meetings of an hour on a grid of half hours: 10:00 to 12:00 is room for two, but who takes 10:30 leaves none to others.
A dialer that counted two would call somebody to whom nothing can be offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from robot.domain.meetings import GRID, Diaries


def sure_slots(diaries: Diaries, *, after: datetime, before: datetime, duration: timedelta, enough: int) -> int:
    """The least number of clients who find a slot one after another until none is left. Stops counting at `enough`."""
    found = 0
    for manager, his in diaries.hours.items():
        free = diaries.free(manager, after=after, before=before, duration=duration)
        for _ in _spoilers((slot.starts_at for slot in free), duration + his.buffer):
            if found >= enough:
                return enough
            found += 1
    return min(found, enough)


def _spoilers(starts: Iterable[datetime], apart: timedelta) -> Iterator[datetime]:
    """The fewest choices that leave nothing: each the latest that still spoils the earliest start not spoilt yet. One
    value for each. starts: free ones, in order; apart: how far two meetings begin from each other at least."""
    earliest = choice = None
    for start in starts:
        if earliest is not None and start < earliest + apart:
            choice = start
        elif choice is None or start >= choice + apart:
            earliest = choice = start
            yield start


def spoils(own: timedelta, other: timedelta, buffer: timedelta = timedelta(0)) -> int:
    """How many clients of meetings of `own` length one meeting of another campaign with the same manager may leave
    without a slot."""
    mine, his = -(-(own + buffer) // GRID), -(-(other + buffer) // GRID)
    return 1 if mine == his else -(-(mine + his - 1) // mine)
