"""How many clients are sure of a slot, whichever of them each chooses. Pure.

Meetings of an hour on a grid of half hours: 10:00 to 12:00 is room for two, but who takes 10:30 leaves none to others.
A dialer that counted two would call somebody to whom nothing can be offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from robot.domain.meetings import GRID, Slot, WorkingHours


def sure_slots(
    hours: Mapping[int, WorkingHours],
    taken: Iterable[Slot],
    *,
    after: datetime,
    before: datetime,
    duration: timedelta,
    enough: int,
) -> int:
    """The least number of clients who find a slot one after another until none is left. hours: by manager; taken: of
    these managers. Stops counting at `enough`."""
    busy: dict[int, list[Slot]] = {manager: [] for manager in hours}
    for slot in taken:
        busy.setdefault(slot.manager_id, []).append(slot)
    found = 0
    for manager, his in hours.items():
        stretches = his.stretches(after=after, before=before, duration=duration)
        free = (
            start
            for start, end in stretches
            if not any(slot.starts_at < end and start < slot.ends_at for slot in busy[manager])
        )
        for _ in _spoilers(free, duration):
            if found >= enough:
                return enough
            found += 1
    return min(found, enough)


def _spoilers(starts: Iterable[datetime], duration: timedelta) -> Iterator[datetime]:
    """The fewest choices that leave nothing: each the latest that still spoils the earliest start not spoilt yet. One
    value for each. starts: free ones, in order."""
    earliest = choice = None
    for start in starts:
        if earliest is not None and start < earliest + duration:
            choice = start
        elif choice is None or start >= choice + duration:
            earliest = choice = start
            yield start


def spoils(own: timedelta, other: timedelta) -> int:
    """How many clients of meetings of `own` length one meeting of another campaign with the same manager may leave
    without a slot."""
    mine, his = -(-own // GRID), -(-other // GRID)
    return 1 if mine == his else -(-(mine + his - 1) // mine)
