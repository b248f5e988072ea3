"""On which days of a month a campaign can dial, and for how many minutes. Pure.

A working day is a day on which the campaign's calling window opens and which is no public holiday in Russia. So the
window says which days of the week the company works, and the package `holidays` which dates fall out: it knows the
yearly decrees that move days off (until 2027 in its release 0.109), and for later years only what the Labour Code
says. A Saturday that a decree makes a working day counts when the window opens on Saturdays, for the robot dials by
the window.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from robot.analytics.errors import InvalidPlan
from robot.domain.rest_days import RUSSIA, holiday, public_holidays

STEP = timedelta(minutes=5)
"""How finely a window is looked at: nobody opens at 9:03."""

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""A year outside is a slip of the pen."""


class Hours(Protocol):
    """The calling window, as far as it is needed here."""

    def allows(self, now: datetime, *zones: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """`minutes`: how long the phone may ring that day on the campaign's clock."""

    date: date
    minutes: int


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    month: int

    def __post_init__(self) -> None:
        if not (FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.month <= 12):
            raise InvalidPlan(
                f"нет такого месяца: {self.year}-{self.month:02}, пишите год и месяц, например 2026-12",
                f"no such month: {self.year}-{self.month:02}; write year and month, like 2026-12",
            )

    @classmethod
    def parse(cls, text: str) -> Month:
        """Of "2026-12". Raises InvalidPlan."""
        year, dash, month = text.strip().partition("-")
        if not (dash and len(year) == 4 and f"{year}{month}".isascii() and f"{year}{month}".isdigit()):
            raise InvalidPlan(
                f"«{text}» — не месяц, пишите год и месяц, например 2026-12",
                f"{text!r} is no month; write year and month, like 2026-12",
            )
        return cls(int(year), int(month))

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"


def transfers_known(year: int) -> bool:
    """Whether the decree that moves days off in this year is known."""
    decrees: Mapping[int, object] = getattr(public_holidays(RUSSIA, year), "special_public_holidays", {})
    return year in decrees


def working_days(window: Hours, timezone: str, first: date, last: date) -> Sequence[WorkingDay]:
    """The days from `first` to `last`, both included, on which the campaign can dial. timezone: the campaign's."""
    lengths: dict[tuple[object, ...], int] = {}
    days = []
    for day in _dates(first, last):
        midnight, next_midnight = (_midnight(d, timezone) for d in (day, day + timedelta(days=1)))
        # Days of the same name are alike unless the clocks are changed in between.
        kind = (day.weekday(), midnight.utcoffset(), next_midnight.utcoffset())
        if kind not in lengths:
            lengths[kind] = minutes_left(window, timezone, midnight)
        if lengths[kind] and not holiday(day):
            days.append(WorkingDay(day, lengths[kind]))
    return days


def minutes_left(window: Hours, timezone: str, now: datetime) -> int:
    """Minutes in which the phone may still ring on the day of an aware moment, on the campaign's clock."""
    end = _midnight(now.astimezone(ZoneInfo(timezone)).date() + timedelta(days=1), timezone)
    steps = int((end.timestamp() - now.timestamp()) // STEP.total_seconds())
    start = datetime.fromtimestamp(end.timestamp() - steps * STEP.total_seconds(), ZoneInfo("UTC"))
    return sum(window.allows(start + n * STEP, timezone) for n in range(steps)) * int(STEP.total_seconds() // 60)


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(timezone))


def _dates(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
