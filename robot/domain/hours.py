"""Calling hours. Pure: an aware moment and the client's zones tell whether his phone may ring, and when it next may.

Wrong configuration means no calls: an unknown zone, no zone at all, no weekdays, or a window that closes as it opens
allow nothing, ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from robot.domain.zones import zone_info

HORIZON = timedelta(days=8)
"""A weekly window that has not opened for this long never will."""


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone cannot be compared with anybody's hours")
    return moment


@dataclass(frozen=True, slots=True)
class CallingWindow:
    """Hours, in the client's local time, in which the phone may ring: from `opens` to before `closes`. Weekdays count
    from Monday = 0. A window that closes earlier than it opens lasts past midnight and belongs to the day it opened."""

    opens: time = time(9, 0)
    closes: time = time(20, 0)
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})

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
        starts = sorted(set(self._openings(after, [z for z in map(zone_info, zones) if z is not None])))
        return next((start for start in starts if self.allows(start, *zones)), None)

    def _allows(self, now: datetime, zone: ZoneInfo) -> bool:
        local = now.astimezone(zone)
        clock, day = local.time(), local.weekday()
        if self.opens < self.closes:
            return day in self.weekdays and self.opens <= clock and (clock < self.closes or self.closes == time.max)
        if self.opens == self.closes:
            return False
        return (day in self.weekdays and clock >= self.opens) or (
            (day - 1) % 7 in self.weekdays and clock < self.closes
        )

    def _openings(self, after: datetime, zones: Iterable[ZoneInfo]) -> Iterable[datetime]:
        for zone in zones:
            today = after.astimezone(zone).date()
            for days in range(HORIZON.days + 1):
                day = today + timedelta(days=days)
                # A local time skipped by a clock change stands for the moment after the change.
                start = datetime.combine(day, self.opens, zone).astimezone(UTC)
                if start > after:
                    yield start


OFFICE_HOURS = CallingWindow()

ALWAYS = CallingWindow(time.min, time.max, frozenset(range(7)))
"""For demonstrations on simulated people, who never sleep."""
