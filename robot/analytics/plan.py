"""The plan calculator: from a month's revenue to meetings a day, calls, lines, leads and slots. Pure.

Meetings a day are what is left, spread evenly over the working days that are left, rounded up. Today counts while its
window is open, with what was booked on it: so the number is the day's quota, and stays the same during the day.

Lines: calls x seconds is the load (in erlangs: line hours per hour; Little's law, J. D. C. Little, Operations Research
9 (1961) 383-387). It is spread evenly over the shortest working day, and a line carries at most OCCUPANCY of it. No
Erlang B or C: the robot starts a call only when a line is free, so nobody is ever blocked or kept waiting.

All figures are expectations: about half of such months end below them. Hence the ranges.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from robot.analytics.errors import InvalidPlan
from robot.analytics.rates import NOTHING_SUPPOSED, Expected, Rates, Supposed, expected
from robot.analytics.target import Progress, Target, meetings_left, up
from robot.analytics.workdays import WorkingDay, transfers_known

OCCUPANCY = 0.8
"""Share of an open hour that a line is busy: the rest goes to the pauses between calls and to hours in which few
leads are due. An assumption: not measured yet."""


class Code(StrEnum):
    """What a plan can fail by."""

    NO_HOURS = "no_hours"
    NO_DAYS = "no_days"
    LIST = "list"
    CHANNELS = "channels"
    SLOTS = "slots"


class Note(StrEnum):
    """What the reader must know of the figures."""

    FEW_CALLS = "few_calls"
    ANSWERED_ASSUMED = "answered_assumed"
    BOOKED_ASSUMED = "booked_assumed"
    SECONDS_ASSUMED = "seconds_assumed"
    DIALS_PER_LEAD_ASSUMED = "dials_per_lead_assumed"
    SHOW_UP_ASSUMED = "show_up_assumed"
    TRANSFERS_UNKNOWN = "transfers_unknown"
    NOT_BEGUN = "not_begun"


@dataclass(frozen=True, slots=True)
class Means:
    """What there is to dial with. channels: lines of all nodes. fresh: leads of the list never dialed; started: dialed
    and to be dialed again. slots: free stretches of the managers until the month's end, None where the campaign's goal
    needs none. Raises InvalidPlan."""

    channels: int
    fresh: int
    started: int = 0
    slots: int | None = None
    max_attempts: int = 3

    def __post_init__(self) -> None:
        if min(self.channels, self.fresh, self.started, self.slots or 0) < 0:
            raise InvalidPlan(
                "линий, лидов и слотов не бывает меньше нуля", "lines, leads and slots are never below zero"
            )

    @property
    def leads(self) -> int:
        return self.fresh + self.started


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why the plan cannot be met: so much is needed, so much is there. day: when it runs out."""

    code: Code
    need: int = 0
    have: int = 0
    day: date | None = None

    @property
    def short(self) -> int:
        return self.need - self.have


@dataclass(frozen=True, slots=True)
class Span:
    """A count with the bounds of its doubt; `high` None: nobody knows how many."""

    value: int
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """meetings: still to be booked. month_days: the month's working days; days: those of them that are left.
    meetings_a_day: the quota. channels: lines needed on the shortest of the days. list_ends: the day the list runs out
    at this pace, None when not within the calendar. reachable: of `meetings`, with the means there are."""

    target: Target
    progress: Progress
    means: Means
    expected: Expected
    meetings: int
    month_days: Sequence[WorkingDay]
    days: Sequence[WorkingDay]
    meetings_a_day: int
    calls_a_day: Span
    line_minutes_a_day: int
    channels: int
    leads_a_day: int
    list_ends: date | None
    reachable: int
    obstacles: Sequence[Obstacle]
    notes: Sequence[Note]


def make_plan(
    target: Target,
    progress: Progress,
    rates: Rates,
    means: Means,
    calendar: Sequence[WorkingDay],
    *,
    supposed: Supposed = NOTHING_SUPPOSED,
) -> Plan:
    """calendar: working days in order, from the month's first on, and beyond its end as far as the list is to be
    followed."""
    per_dial = expected(rates, max_attempts=means.max_attempts, supposed=supposed)
    meetings = meetings_left(target, progress)
    month_days = [day for day in calendar if target.month.first <= day.date <= target.month.last]
    days = _remaining(progress, month_days)
    quota = _quota(meetings, progress, days)
    calls = _calls(quota, per_dial)
    need = _Need(per_dial, means, meetings, quota, calls.value)
    channels = need.channels(min((day.minutes for day in days), default=0))
    ends = need.list_ends(progress, [day for day in calendar if days and day.date >= days[0].date])
    return Plan(
        target,
        progress,
        means,
        per_dial,
        meetings,
        month_days,
        days,
        quota,
        calls,
        line_minutes_a_day=up(calls.value * per_dial.seconds / 60),
        channels=channels,
        leads_a_day=up(calls.value / per_dial.dials_per_lead),
        list_ends=ends,
        reachable=need.reachable(progress, days),
        obstacles=list(_obstacles(need, channels, ends, days, open_ever=bool(calendar))),
        notes=list(_notes(target, progress, rates, per_dial, supposed)),
    )


def _remaining(progress: Progress, days: Sequence[WorkingDay]) -> Sequence[WorkingDay]:
    today = progress.today
    return [day for day in days if day.date > today or (day.date == today and progress.minutes_today > 0)]


def _quota(meetings: int, progress: Progress, days: Sequence[WorkingDay]) -> int:
    if not meetings or not days:
        return 0
    today_counts = days[0].date == progress.today
    return up((meetings + (progress.booked_today if today_counts else 0)) / len(days))


def _calls(quota: int, per_dial: Expected) -> Span:
    rate = per_dial.booked_per_dial
    most = up(quota / rate.low) if rate.low > 0 else None
    return Span(up(quota / rate.value), up(quota / rate.high), most if quota else 0)


@dataclass(frozen=True, slots=True)
class _Need:
    """The load of a plan, and what the means carry of it."""

    per_dial: Expected
    means: Means
    meetings: int
    quota: int
    calls_a_day: int

    @property
    def dials(self) -> float:
        return self.meetings / self.per_dial.booked_per_dial.value

    @property
    def dials_left(self) -> float:
        """A lead that was dialed has its first dial behind it, and one more before it at least."""
        each = self.per_dial.dials_per_lead
        return self.means.fresh * each + self.means.started * max(1.0, each - 1)

    @property
    def leads_short(self) -> int:
        return up(max(0.0, self.dials - self.dials_left) / self.per_dial.dials_per_lead)

    def channels(self, shortest_minutes: int) -> int:
        if not self.calls_a_day or not shortest_minutes:
            return 0
        return up(self.calls_a_day * self.per_dial.seconds / (shortest_minutes * 60 * OCCUPANCY))

    def list_ends(self, progress: Progress, days: Sequence[WorkingDay]) -> date | None:
        left = self.dials_left
        if not self.quota:
            return None
        for day in days:
            missing = self._missing(progress, day)
            left -= missing / self.per_dial.booked_per_dial.value
            if left <= 0 and missing:
                return day.date
        return None

    def reachable(self, progress: Progress, days: Sequence[WorkingDay]) -> int:
        rate = self.per_dial.booked_per_dial.value
        by_lines = 0.0
        for day in days:
            minutes = progress.minutes_today if day.date == progress.today else day.minutes
            dials = self.means.channels * OCCUPANCY * minutes * 60 / self.per_dial.seconds
            by_lines += min(float(self._missing(progress, day)), dials * rate)
        slots = self.means.slots if self.means.slots is not None else self.meetings
        return math.floor(min(self.meetings, by_lines, self.dials_left * rate, slots) + 1e-9)

    def _missing(self, progress: Progress, day: WorkingDay) -> int:
        """Meetings the day is to bring from now on."""
        return max(0, self.quota - (progress.booked_today if day.date == progress.today else 0))


def _obstacles(
    need: _Need, channels: int, ends: date | None, days: Sequence[WorkingDay], *, open_ever: bool
) -> Iterator[Obstacle]:
    means = need.means
    if not need.meetings:
        return
    if not days:
        yield Obstacle(Code.NO_DAYS if open_ever else Code.NO_HOURS, need.meetings)
        return
    if short := need.leads_short:
        yield Obstacle(Code.LIST, means.leads + short, means.leads, ends)
    if channels > means.channels:
        yield Obstacle(Code.CHANNELS, channels, means.channels)
    if means.slots is not None and means.slots < need.meetings:
        yield Obstacle(Code.SLOTS, need.meetings, means.slots)


def _notes(target: Target, progress: Progress, rates: Rates, per_dial: Expected, supposed: Supposed) -> Iterator[Note]:
    facts = {
        Note.FEW_CALLS: rates.small,
        Note.ANSWERED_ASSUMED: supposed.answered is None and not per_dial.answered.measured,
        Note.BOOKED_ASSUMED: supposed.booked is None and not per_dial.booked.measured,
        Note.SECONDS_ASSUMED: not per_dial.seconds_measured,
        Note.DIALS_PER_LEAD_ASSUMED: not per_dial.dials_per_lead_measured,
        Note.SHOW_UP_ASSUMED: target.show_up is None,
        Note.TRANSFERS_UNKNOWN: not transfers_known(target.month.year),
        Note.NOT_BEGUN: progress.today < target.month.first,
    }
    return (note for note, holds in facts.items() if holds)
