"""Managers' working hours, the free slots in them, and the meetings booked into the slots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from robot.domain.zones import zone_info

GRID = timedelta(minutes=30)
"""Meetings are offered in steps of half an hour from the opening of the manager's day."""

LOOK_AHEAD = timedelta(days=14)
"""A call offers slots of so many days: meetings further off are rarely kept."""


NOTICE = timedelta(hours=2, minutes=15)
"""What begins sooner is no slot for who is dialed now: scripts offer nothing within two hours, unless they say
otherwise, and the offer comes some minutes into the call."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of one manager's free time. Aware times; UTC in storage."""

    manager_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment with a client. One per manager and start."""

    id: int
    slot: Slot
    manager_name: str
    lead_id: int
    lead_name: str
    company: str
    attempt_id: UUID


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When a manager holds meetings, on his own clock. Weekdays count from Monday = 0. Meetings end by `closes`."""

    timezone: str = "Europe/Moscow"
    opens: time = time(10, 0)
    closes: time = time(18, 0)
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})

    def stretches(
        self, *, after: datetime, before: datetime, duration: timedelta
    ) -> Iterator[tuple[datetime, datetime]]:
        """Stretches of `duration` on the grid, in UTC, that begin not before `after` and end not after `before`."""
        zone = zone_info(self.timezone)
        if zone is None or duration <= timedelta(0):
            return
        day = after.astimezone(zone).date()
        while datetime.combine(day, time.min, zone) < before:
            if day.weekday() in self.weekdays:
                start = datetime.combine(day, self.opens, zone).astimezone(UTC)
                closing = datetime.combine(day, self.closes, zone).astimezone(UTC)
                while start + duration <= min(closing, before):
                    if start >= after:
                        yield start, start + duration
                    start += GRID
            day += timedelta(days=1)


def free_slots(
    hours: Mapping[int, WorkingHours],
    taken: Iterable[Slot],
    *,
    after: datetime,
    before: datetime,
    duration: timedelta,
) -> Sequence[Slot]:
    """Slots nobody has, earliest first, one per start. hours: by manager. Where several managers are free at the same
    time, the one with the fewest taken slots is offered, so that work spreads evenly."""
    busy: dict[int, list[Slot]] = {manager: [] for manager in hours}
    for slot in taken:
        busy.setdefault(slot.manager_id, []).append(slot)
    chosen: dict[datetime, Slot] = {}
    for manager in sorted(hours, key=lambda m: (len(busy[m]), m)):
        for start, end in hours[manager].stretches(after=after, before=before, duration=duration):
            if start not in chosen and not any(s.starts_at < end and start < s.ends_at for s in busy[manager]):
                chosen[start] = Slot(manager, start, end)
    return [chosen[start] for start in sorted(chosen)]
