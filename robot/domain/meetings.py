"""Managers' working hours, the free slots in them, and the meetings booked into the slots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from robot.domain.rest_days import NO_DAYS, RUSSIA, DaysOff, holiday
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
    """When a manager holds meetings, on his own clock. Weekdays count from Monday = 0. Meetings end by `closes`.

    buffer: free time he needs between two meetings, or a meeting and what else he has. country: whose public holidays
    he keeps, "" for none's."""

    timezone: str = "Europe/Moscow"
    opens: time = time(10, 0)
    closes: time = time(18, 0)
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    buffer: timedelta = timedelta(0)
    country: str = RUSSIA
    days_off: DaysOff = NO_DAYS

    def works(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.days_off and not holiday(day, self.country)

    def clash(self, start: datetime, end: datetime, taken: Iterable[Slot]) -> bool:
        """Whether a meeting from `start` to `end` comes too near to what he has."""
        return any(slot.starts_at < end + self.buffer and start - self.buffer < slot.ends_at for slot in taken)

    def stretches(
        self, *, after: datetime, before: datetime, duration: timedelta
    ) -> Iterator[tuple[datetime, datetime]]:
        """Stretches of `duration` on the grid, in UTC, that begin not before `after` and end not after `before`."""
        zone = zone_info(self.timezone)
        if zone is None or duration <= timedelta(0):
            return
        day = after.astimezone(zone).date()
        while datetime.combine(day, time.min, zone) < before:
            if self.works(day):
                start = datetime.combine(day, self.opens, zone).astimezone(UTC)
                closing = datetime.combine(day, self.closes, zone).astimezone(UTC)
                while start + duration <= min(closing, before):
                    if start >= after:
                        yield start, start + duration
                    start += GRID
            day += timedelta(days=1)


MOST_BUFFER = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Diaries:
    """Of some managers. hours: by manager; taken: slots of ours that somebody has or is offered; busy: what else they
    have; meetings: how many each is going to hold, by which work is spread evenly."""

    hours: Mapping[int, WorkingHours]
    taken: Sequence[Slot] = ()
    busy: Sequence[Slot] = ()
    meetings: Mapping[int, int] = field(default_factory=dict)

    def free(self, manager: int, *, after: datetime, before: datetime, duration: timedelta) -> Iterator[Slot]:
        """One manager's, in the order of time."""
        his = self.hours[manager]
        taken = [slot for slot in (*self.taken, *self.busy) if slot.manager_id == manager]
        for start, end in his.stretches(after=after, before=before, duration=duration):
            if not his.clash(start, end, taken):
                yield Slot(manager, start, end)


def free_slots(
    diaries: Diaries,
    *,
    after: datetime,
    before: datetime,
    duration: timedelta,
    preferred: Sequence[Sequence[int]] = (),
) -> Sequence[Slot]:
    """Slots nobody has, earliest first, one per start. preferred: groups of managers, best first: the next one is
    looked at only where none has a free slot in the one before; () for all alike. Where several managers of a group are
    free at the same time, the one with the fewest meetings is offered, so that work spreads evenly."""
    for group in preferred or (tuple(diaries.hours),):
        chosen: dict[datetime, Slot] = {}
        for manager in sorted(group, key=lambda m: (diaries.meetings.get(m, 0), m)):
            for slot in diaries.free(manager, after=after, before=before, duration=duration):
                chosen.setdefault(slot.starts_at, slot)
        if chosen:
            return [chosen[start] for start in sorted(chosen)]
    return []


def meetings_of(slots: Iterable[Slot]) -> Mapping[int, int]:
    """How many of these slots each manager has."""
    return Counter(slot.manager_id for slot in slots)
