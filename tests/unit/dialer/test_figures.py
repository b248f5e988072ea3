"""How much of the day is left, and what is not asked anew every second."""

from datetime import UTC, datetime, time, timedelta

import pytest

from robot.dialer.figures import FUNNEL_KEPT, PLENTY, Statistics, time_left
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.goals import Goal
from robot.domain.hours import CallingWindow
from tests.unit.dialer.office import Office

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime(noop_cycles=0)]

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""A Monday, 12:00 in Moscow."""


@pytest.mark.parametrize(
    ("window", "now", "left"),
    [
        (CallingWindow.every(time(9), time(20)), NOON, timedelta(hours=8)),
        (CallingWindow.every(time(9), time(20)), NOON + timedelta(hours=10), timedelta(hours=2)),
        (ALWAYS, NOON, timedelta(hours=12)),
        (CallingWindow.every(time(22), time(3)), NOON + timedelta(hours=11), timedelta(hours=1)),
    ],
    ids=["till it closes", "closed here: clients live elsewhere", "till the quota's day ends", "past midnight"],
)
async def test_the_day_ends_with_the_window_or_with_the_quota(
    window: CallingWindow, now: datetime, left: timedelta
) -> None:
    assert time_left(Campaign(1, "c", "", "", window=window), now) == left


async def test_slow_figures_are_kept_and_scarce_slots_are_counted_every_time() -> None:
    office, asked = Office(), list[str]()
    reach = office._reach

    async def noted(method: str) -> None:
        asked.append(method)
        await reach(method)

    office._reach = noted  # type: ignore[method-assign]
    statistics, campaign = Statistics(office), office.campaign(quota=5)
    office.slots = PLENTY
    for seconds in (0, 1, 2):
        await statistics.of(campaign, NOON + timedelta(seconds=seconds))
    assert (asked.count("funnel"), asked.count("slots_left"), asked.count("quota")) == (1, 1, 3)
    office.slots = PLENTY - 1
    late = NOON + FUNNEL_KEPT
    for seconds in (0, 1, 2):
        figures = await statistics.of(campaign, late + timedelta(seconds=seconds))
    assert (asked.count("funnel"), asked.count("slots_left")) == (2, 4)
    assert figures.slots == PLENTY - 1


async def test_a_goal_without_a_meeting_needs_no_slots() -> None:
    office = Office()
    figures = await Statistics(office).of(office.campaign(quota=5, goal=Goal.QUALIFIED), NOON)
    assert figures.slots is None
