"""What the planner makes of a campaign's calendar, managers and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from robot.analytics.errors import InvalidPlan
from robot.analytics.plan import Code
from robot.analytics.planner import LOOK_BACK, free_stretches, plan
from robot.analytics.ports import Diary, Supply
from robot.analytics.rates import Rates
from robot.analytics.target import Target
from robot.analytics.workdays import Month
from robot.domain.campaigns import CallingWindow, Campaign
from robot.domain.goals import Goal
from robot.domain.meetings import Slot, WorkingHours

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
"""A Monday, noon in Moscow; eleven working days of the month are left."""
CAMPAIGN = Campaign(7, "cold", "Холодные", "cold_call")
TARGET = Target(Month(2026, 11), 3_000_000, 150_000, 4, show_up=0.8)
DAY = timedelta(days=1)
HOURS = WorkingHours(opens=time(10), closes=time(18))


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour - 3, minute, tzinfo=UTC)


@dataclass
class Figures:
    """A source of given figures that remembers what periods it was asked for."""

    found_rates: Rates = field(default_factory=lambda: Rates(1000, 400, 40, 40_000, 24_000, 100, 250))
    found_booked: Mapping[date, int] = field(default_factory=dict)
    found_diaries: Sequence[Diary] = (Diary(HOURS),)
    asked: dict[str, Any] = field(default_factory=dict)

    async def rates(self, campaign_id: int, *, since: datetime, until: datetime) -> Rates:
        self.asked["rates"] = (campaign_id, since, until)
        return self.found_rates

    async def supply(self, campaign_id: int) -> Supply:
        return Supply(2000, 10)

    async def booked(self, campaign_id: int, *, first: date, last: date) -> Mapping[date, int]:
        self.asked["booked"] = (campaign_id, first, last)
        return self.found_booked

    async def upcoming(self, campaign_id: int, *, after: datetime, before: datetime) -> int:
        self.asked["upcoming"] = (campaign_id, after, before)
        return 3

    async def diaries(self, campaign_id: int, *, after: datetime, before: datetime) -> Sequence[Diary]:
        self.asked["diaries"] = (campaign_id, after, before)
        return self.found_diaries


async def test_a_plan_for_the_month_under_way() -> None:
    source = Figures(found_booked={date(2026, 11, 2): 14})
    made = await plan(source, CAMPAIGN, TARGET, channels=4, now=NOW)
    assert (made.meetings, made.meetings_a_day, len(made.days), len(made.month_days)) == (86, 8, 11, 20)
    assert made.progress.minutes_today == 8 * 60
    # Today from 12:00 twelve meetings of half an hour, sixteen on each of ten days more.
    assert made.means.slots == 12 + 160
    assert (made.means.fresh, made.means.started, made.progress.upcoming) == (2000, 10, 3)
    end = datetime(2026, 11, 30, 21, tzinfo=UTC)  # midnight in Moscow
    assert source.asked["rates"] == (7, NOW - LOOK_BACK, NOW)
    assert source.asked["booked"] == (7, date(2026, 11, 1), date(2026, 11, 30))
    assert source.asked["upcoming"] == (7, NOW, end)
    assert source.asked["diaries"] == (7, NOW, end)


async def test_a_month_to_come_begins_with_its_first_day() -> None:
    source = Figures()
    made = await plan(source, CAMPAIGN, replace(TARGET, month=Month(2026, 12)), channels=4, now=NOW)
    assert len(made.days) == 22
    assert source.asked["upcoming"][1] == datetime(2026, 11, 30, 21, tzinfo=UTC)
    assert made.means.slots == 22 * 16  # the 31st is a day off for managers too


async def test_a_month_that_is_over_cannot_be_planned() -> None:
    with pytest.raises(InvalidPlan, match="2026-10 is over"):
        await plan(Figures(), CAMPAIGN, replace(TARGET, month=Month(2026, 10)), channels=4, now=NOW)


async def test_a_day_off_is_no_day_however_wide_the_window() -> None:
    holiday = datetime(2026, 11, 4, 9, tzinfo=UTC)
    made = await plan(Figures(), CAMPAIGN, TARGET, channels=4, now=holiday)
    assert made.progress.minutes_today == 0
    assert made.days[0].date == date(2026, 11, 5)


async def test_the_campaigns_clock_tells_the_day() -> None:
    evening = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)  # December in Moscow
    with pytest.raises(InvalidPlan):
        await plan(Figures(), CAMPAIGN, TARGET, channels=4, now=evening)
    made = await plan(Figures(), replace(CAMPAIGN, timezone="UTC"), TARGET, channels=4, now=evening)
    assert [found.code for found in made.obstacles] == [Code.NO_DAYS]


async def test_a_window_that_never_opens() -> None:
    shut = replace(CAMPAIGN, window=CallingWindow.every(time(9), time(9), {0}))
    made = await plan(Figures(), shut, TARGET, channels=4, now=NOW)
    assert [found.code for found in made.obstacles] == [Code.NO_HOURS]


async def test_only_meetings_need_managers() -> None:
    source = Figures(found_diaries=())
    agreed = await plan(source, replace(CAMPAIGN, goal=Goal.AGREED), TARGET, channels=4, now=NOW)
    assert agreed.means.slots is None
    meetings = await plan(source, CAMPAIGN, TARGET, channels=4, now=NOW)
    assert [found.code for found in meetings.obstacles] == [Code.SLOTS]


@pytest.mark.parametrize(
    ("minutes", "taken", "free"),
    [
        (30, [], 16),
        (60, [], 8),
        (45, [], 8),  # meetings begin on the half hour
        (60, [(10, 30, 11, 0)], 7),  # 11-18
        (60, [(11, 0, 12, 0)], 7),
        (30, [(9, 0, 19, 0)], 0),
        (600, [], 0),
    ],
)
def test_meetings_that_still_fit_into_a_managers_day(
    minutes: int, taken: list[tuple[int, int, int, int]], free: int
) -> None:
    slots = [Slot(1, moscow(17, h, m), moscow(17, to_h, to_m)) for h, m, to_h, to_m in taken]
    found = free_stretches([Diary(HOURS, slots)], minutes, after=moscow(17, 3), before=moscow(18, 3))
    assert found == free


def test_managers_add_up_and_rest_on_holidays() -> None:
    both = [Diary(HOURS), Diary(WorkingHours("Asia/Yekaterinburg", time(10), time(12)))]
    assert free_stretches(both, 60, after=moscow(5, 3), before=moscow(6, 3)) == 10
    assert free_stretches(both, 60, after=moscow(4, 3), before=moscow(5, 3)) == 0
