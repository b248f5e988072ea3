"""What the head of sales wants of a month, in money, and how many meetings that takes. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from robot.analytics.errors import InvalidPlan
from robot.analytics.workdays import Month

MOST_MONEY = 1e13
MOST_MEETINGS_PER_DEAL = 1000.0
LEAST_SHOW_UP = 0.01


def up(number: float) -> int:
    """Rounded up: 20.000000001 of a division is 20."""
    return math.ceil(number - 1e-9 * max(1.0, abs(number)))


@dataclass(frozen=True, slots=True)
class Target:
    """Revenue of a month and what it is made of, money in one currency.

    meetings_per_deal: meetings that take place for one deal. show_up: share of booked meetings that take place; None
    counts all of them. won: revenue of the month that is won already; None: unknown, then the meetings booked in the
    month stand for it. Raises InvalidPlan."""

    month: Month
    revenue: float
    average_deal: float
    meetings_per_deal: float
    show_up: float | None = None
    won: float | None = None

    def __post_init__(self) -> None:
        _money("выручка", "the revenue", self.revenue)
        _money("средний чек", "the average deal", self.average_deal)
        if self.won is not None and not 0 <= self.won <= MOST_MONEY:
            raise InvalidPlan("полученная выручка не может быть такой", "revenue already won cannot be that")
        if not 1 <= self.meetings_per_deal <= MOST_MEETINGS_PER_DEAL:
            raise InvalidPlan(
                f"встреч на сделку — от 1 до {MOST_MEETINGS_PER_DEAL:.0f}",
                f"meetings per deal are from 1 to {MOST_MEETINGS_PER_DEAL:.0f}",
            )
        if self.show_up is not None and not LEAST_SHOW_UP <= self.show_up <= 1:
            raise InvalidPlan(
                "доля состоявшихся встреч — от 0.01 до 1, например 0.7",
                "the share of meetings that take place is from 0.01 to 1, like 0.7",
            )

    @property
    def deals(self) -> int:
        return up(self.revenue / self.average_deal)

    @property
    def deals_left(self) -> int:
        return up(max(0.0, self.revenue - (self.won or 0.0)) / self.average_deal)

    def meetings(self, deals: int) -> int:
        """Meetings to be booked for so many deals."""
        return up(deals * self.meetings_per_deal / (self.show_up or 1.0))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the month is. today: on the campaign's calendar. minutes_today: in which the phone may still ring.
    booked: meetings by the day of the month on which they were booked. upcoming: meetings that are still to be held
    before the month ends, whenever they were booked."""

    today: date
    minutes_today: int
    booked: Mapping[date, int] = field(default_factory=dict)
    upcoming: int = 0

    @property
    def booked_today(self) -> int:
        return self.booked.get(self.today, 0)


def meetings_left(target: Target, progress: Progress) -> int:
    """Meetings still to be booked. Where it is known what was won, only the meetings still to be held can bring more;
    where it is not, every meeting booked is taken to bring its share."""
    if target.won is None:
        return max(0, target.meetings(target.deals) - sum(progress.booked.values()))
    return max(0, target.meetings(target.deals_left) - progress.upcoming)


def _money(ru: str, en: str, value: float) -> None:
    if not 0 < value <= MOST_MONEY:
        raise InvalidPlan(
            f"{ru} — число больше нуля и не больше {MOST_MONEY:.0f}",
            f"{en} is a number above zero and not above {MOST_MONEY:.0f}",
        )
