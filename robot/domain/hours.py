"""Calling hours. Pure: an aware moment and the client's zones tell whether his phone may ring, until when, and when it
next may.

Wrong configuration means no calls: an unknown zone, no zone at all, no weekdays, or a window that closes as it opens
allow nothing, ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from robot.domain.hours_text import read_days, write_days
from robot.domain.stretches import WEEKDAYS, Stretch
from robot.domain.zones import zone_info

__all__ = ["ALWAYS", "OFFICE_HOURS", "CallingWindow", "Stretch"]

HORIZON = timedelta(days=15)
"""A weekly window that has not opened for this long never will: a change of clocks may skip it in one week, not two."""

NEAR = timedelta(days=2)
DAY = timedelta(days=1)

WORKING_DAYS = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class CallingWindow:
    """Hours, in the client's local time, in which the phone may ring: the stretches of each weekday, Monday = 0.

    What can never be open (a stretch that closes as it opens, an eighth weekday) is left out, so that equal hours are
    equal windows.
    """

    days: Mapping[int, tuple[Stretch, ...]]

    def __post_init__(self) -> None:
        open_days = {
            day: tuple(sorted({stretch for stretch in self.days.get(day, ()) if stretch.opens != stretch.closes}))
            for day in WEEKDAYS
        }
        object.__setattr__(self, "days", {day: stretches for day, stretches in open_days.items() if stretches})

    @classmethod
    def every(
        cls, opens: time = time(9), closes: time = time(20), weekdays: Iterable[int] = WORKING_DAYS
    ) -> CallingWindow:
        """The same hours on each of these weekdays."""
        return cls({day: (Stretch(opens, closes),) for day in weekdays})

    @classmethod
    def parse(cls, text: str) -> CallingWindow:
        """From words: "пн-пт 09:00-20:00; сб 10:00-16:00". Raises InvalidWindow, which says what to write."""
        return cls(read_days(text))

    @property
    def text(self) -> str:
        """The hours in words that `parse` reads back to the same window."""
        return write_days(self.days)

    def allows(self, now: datetime, *zones: str) -> bool:
        """Whether an aware `now` lies in the window in every one of the client's zones."""
        known = [zone_info(name) for name in zones]
        return bool(known) and all(zone is not None and self._allows(_aware(now), zone) for zone in known)

    def opening(self, after: datetime, *zones: str) -> datetime | None:
        """The first moment not before an aware `after` at which the phone may ring, in UTC; None when there is none.

        The hours of several zones begin together where the last of them opens, so only openings need be tried.
        """
        if self.allows(after, *zones):
            return after
        return next((start for start in self._edges(after, zones, opens=True) if self.allows(start, *zones)), None)

    def closing(self, now: datetime, *zones: str) -> datetime | None:
        """The first moment after an aware `now` at which the phone may no longer ring, in UTC; None when it may not
        ring now. A window that does not close within HORIZON (day and night) closes there."""
        if not self.allows(now, *zones):
            return None
        ends = self._edges(now, zones, opens=False)
        return next((end for end in ends if not self.allows(end, *zones)), now.astimezone(UTC) + HORIZON)

    def _allows(self, now: datetime, zone: ZoneInfo) -> bool:
        local = now.astimezone(zone)
        clock, day = local.time(), local.weekday()
        return any(stretch.holds(clock) for stretch in self.days.get(day, ())) or any(
            stretch.holds_over(clock) for stretch in self.days.get((day - 1) % 7, ())
        )

    def _edges(self, after: datetime, zones: Iterable[str], *, opens: bool) -> Iterator[datetime]:
        """Where the answer of `allows` may turn, later than `after` and within HORIZON, in UTC and in order: openings
        (or closings) on each zone's clock, and the moments that clock is changed."""
        clocks = [zone for zone in map(zone_info, zones) if zone is not None]
        since = _aware(after)
        # Nearly always the answer is near: the far days are looked at only when it is not.
        for until in (after + NEAR, after + HORIZON):
            found = {moment for zone in clocks for moment in self._edges_of(zone, since, until, opens=opens)}
            yield from sorted(moment for moment in found if since < moment <= until)
            since = until

    def _edges_of(self, zone: ZoneInfo, since: datetime, until: datetime, *, opens: bool) -> Iterator[datetime]:
        """At least those between the two moments."""
        first, last = since.astimezone(zone).date() - DAY, until.astimezone(zone).date()
        changes = _clock_changes(zone, first, last + DAY)
        yield from changes
        steady = None if changes else since.astimezone(zone).utcoffset()
        for day in (first + n * DAY for n in range((last - first).days + 1)):
            for stretch in self.days.get(day.weekday(), ()):
                yield from _instants(*_edge(stretch, day, opens=opens), zone, steady)


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone cannot be compared with anybody's hours")
    return moment


def _edge(stretch: Stretch, day: date, *, opens: bool) -> tuple[date, time]:
    """Date and time, on the client's clock, at which the stretch of that day opens or closes."""
    if opens:
        return day, stretch.opens
    if stretch.closes == time.max:
        return day + timedelta(days=1), time.min
    return day + timedelta(days=1) if stretch.past_midnight else day, stretch.closes


def _instants(day: date, clock: time, zone: ZoneInfo, steady: timedelta | None) -> Iterator[datetime]:
    """The moment a local time stands for, in UTC; both where the clock is put back and shows it twice. steady: the
    zone's offset where its clock is not changed in these days."""
    if steady is not None:
        yield datetime.combine(day, clock, UTC) - steady
        return
    for fold in (0, 1):
        yield datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC)


@lru_cache(maxsize=512)
def _clock_changes(zone: ZoneInfo, first: date, last: date) -> tuple[datetime, ...]:
    """When the zone's clock is put forward or back on these local days, and about them, to the second, in UTC."""
    changes = []
    for n in range(-1, (last - first).days + 2):
        before = datetime.combine(first + n * DAY, time.min, UTC)
        after = before + DAY
        old = before.astimezone(zone).utcoffset()
        if after.astimezone(zone).utcoffset() == old:
            continue
        while after - before > timedelta(seconds=1):
            middle = (before + (after - before) // 2).replace(microsecond=0)
            before, after = (middle, after) if middle.astimezone(zone).utcoffset() == old else (before, middle)
        changes.append(after)
    return tuple(changes)


OFFICE_HOURS = CallingWindow.every()

ALWAYS = CallingWindow.every(time.min, time.max, WEEKDAYS)
"""For demonstrations on simulated people, who never sleep."""
