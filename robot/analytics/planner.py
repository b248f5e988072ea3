"""A plan from a campaign's own figures: gathers what the calculator asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from robot.analytics.errors import InvalidPlan
from robot.analytics.plan import Means, Plan, make_plan
from robot.analytics.ports import Diary, PlanSource
from robot.analytics.rates import NOTHING_SUPPOSED, Supposed
from robot.analytics.target import Progress, Target
from robot.analytics.workdays import minutes_left, working_days
from robot.domain.campaigns import Campaign
from robot.domain.goals import Goal

LOOK_BACK = timedelta(days=90)
"""Calls of so long ago still tell how the campaign's calls go."""
LOOK_AHEAD = timedelta(days=366)
"""A list that lasts longer than this is not worth a date."""


async def plan(
    source: PlanSource,
    campaign: Campaign,
    target: Target,
    *,
    channels: int,
    now: datetime,
    supposed: Supposed = NOTHING_SUPPOSED,
) -> Plan:
    """channels: lines of all nodes. Raises InvalidPlan: also for a month that is over."""
    today = campaign.day(now)
    if target.month.last < today:
        raise InvalidPlan(f"месяц {target.month} уже кончился", f"the month {target.month} is over")
    zone = ZoneInfo(campaign.timezone)
    begins = max(now, datetime.combine(target.month.first, time.min, zone))
    ends = datetime.combine(target.month.last + timedelta(days=1), time.min, zone)
    calendar = working_days(
        campaign.window, campaign.timezone, target.month.first, max(today, target.month.last) + LOOK_AHEAD
    )
    rests = today not in {day.date for day in calendar}
    supply = await source.supply(campaign.id)
    slots = None
    if campaign.goal is Goal.MEETING:
        diaries = await source.diaries(campaign.id, after=begins, before=ends)
        slots = free_stretches(diaries, campaign.meeting_minutes, after=begins, before=ends)
    return make_plan(
        target,
        Progress(
            today,
            0 if rests else minutes_left(campaign.window, campaign.timezone, now),
            await source.booked(campaign.id, first=target.month.first, last=target.month.last),
            await source.upcoming(campaign.id, after=begins, before=ends),
        ),
        await source.rates(campaign.id, since=now - LOOK_BACK, until=now),
        Means(channels, supply.fresh, supply.started, slots, campaign.max_attempts),
        calendar,
        supposed=supposed,
    )


def free_stretches(diaries: Iterable[Diary], minutes: int, *, after: datetime, before: datetime) -> int:
    """How many meetings of this length still fit into the managers' hours, one after another, on working days."""
    return sum(_fitting(diary, timedelta(minutes=minutes), after, before) for diary in diaries)


def _fitting(diary: Diary, duration: timedelta, after: datetime, before: datetime) -> int:
    number, free_from = 0, after
    for start, end in diary.hours.stretches(after=after, before=before, duration=duration):
        if start < free_from or diary.hours.clash(start, end, diary.taken):
            continue
        number, free_from = number + 1, end + diary.hours.buffer
    return number
