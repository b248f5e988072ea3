"""The course of a month: meetings from its beginning, day by day, as they came and as the plan has them come. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from robot.analytics.plan import Plan


@dataclass(frozen=True, slots=True)
class CourseDay:
    """Sums since the month's beginning. booked: meetings booked by the end of this day, None for a day to come.
    to_come: with what the plan wants by its end, None for a day that is over. even: the even pace of the month."""

    date: date
    booked: int | None
    to_come: int | None
    even: int


def total(plan: Plan) -> int:
    """Meetings of the whole month: booked, and to be booked."""
    return sum(plan.progress.booked.values()) + plan.meetings


def course(plan: Plan) -> Iterator[CourseDay]:
    """Every working day of the month, and every other on which something was booked."""
    left = {day.date for day in plan.days}
    working = {day.date for day in plan.month_days}
    booked = to_come = passed = 0
    for day in sorted(working | set(plan.progress.booked)):
        booked_here = plan.progress.booked.get(day, 0)
        booked += booked_here
        passed += day in working
        if day in left:
            to_come = min(plan.meetings, to_come + max(0, plan.meetings_a_day - booked_here))
        known = day <= plan.progress.today
        yield CourseDay(
            day,
            booked if known else None,
            booked + to_come if day in left else None,
            round(total(plan) * passed / len(working)) if working else 0,
        )
