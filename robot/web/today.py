"""How each campaign's day goes: by the hour against its plan, and what it will come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from robot.analytics.day_plan import Opening, opening
from robot.analytics.forecast import Day, Forecast, Why, forecast
from robot.analytics.ports import PlanSource, Supply
from robot.analytics.report import NOTHING, total
from robot.analytics.report_ports import AttemptRollups, Attempts, Cut, HourSums
from robot.dialer.ports import Progress
from robot.domain.campaigns import Campaign
from robot.domain.goals import Goal
from robot.i18n import tr
from robot.web.schemas_reports import ForecastOut, TodayHourOut, TodayOut
from robot.web.services import Ports

PAST = timedelta(days=28)
KEPT = timedelta(seconds=60)
"""Leads and slots that are left are counted so often at most: they are many, and change slowly."""


@dataclass(frozen=True, slots=True)
class _Left:
    at: datetime
    slots: int | None
    supply: Supply


class DayBoard:
    """One for the whole application; keeps what is slow to count for a minute."""

    def __init__(self, rollups: AttemptRollups, progress: Progress, plan: PlanSource) -> None:
        self._rollups = rollups
        self._progress = progress
        self._plan = plan
        self._kept: dict[int, _Left] = {}

    async def of(self, campaign: Campaign, now: datetime) -> TodayOut:
        day = campaign.day(now)
        cut = Cut(day - PAST, day, campaigns=[campaign.id])
        hours = await self._rollups.hours(cut)
        today = [row for row in hours if row.day == day]
        past = [row for row in hours if row.day < day]
        quota = await self._progress.quota(campaign, now)
        under_way = await self._progress.under_way(campaign)
        left = await self._left(campaign, now)
        opened = opening(campaign.window, campaign.timezone, day, now)
        facts = Day(
            quota=campaign.quota,
            booked=quota.booked,
            active=campaign.active,
            dials=total(today).dials,
            minutes_gone=opened.gone,
            minutes_left=opened.left,
            ringing=under_way.ringing,
            talking=under_way.talking,
            booking=under_way.booking,
            past=total(hours),
            usual_dials=_usual(past),
            slots=left.slots,
            leads=left.supply.fresh + left.supply.started,
        )
        return _out(campaign, opened, facts, today, now)

    async def _left(self, campaign: Campaign, now: datetime) -> _Left:
        kept = self._kept.get(campaign.id)
        if kept is None or not kept.at <= now < kept.at + KEPT:
            slots = await self._progress.slots_left(campaign, now) if campaign.goal is Goal.MEETING else None
            kept = self._kept[campaign.id] = _Left(now, slots, await self._plan.supply(campaign.id))
        return kept


DAY_BOARD = web.AppKey("day_board", DayBoard)


def day_board(ports: Ports) -> DayBoard:
    return DayBoard(ports.reports.attempts, ports.progress, ports.reports.plan)


def _usual(past: Sequence[HourSums]) -> float | None:
    """Dials in an hour in which there were any."""
    busy = [row.attempts.dials for row in past if row.attempts.dials]
    return sum(busy) / len(busy) if busy else None


def _out(campaign: Campaign, opened: Opening, facts: Day, today: Sequence[HourSums], now: datetime) -> TodayOut:
    due = opened.due(campaign.quota or 0)
    return TodayOut(
        campaign=campaign.slug,
        title=campaign.title,
        day=campaign.day(now),
        quota=campaign.quota,
        booked=facts.booked,
        due=due,
        behind=facts.booked < int(due),
        calls=facts.calls,
        slots=facts.slots,
        leads=facts.leads,
        forecast=_forecast(forecast(facts), facts),
        hours=_hours(opened, today, campaign.quota or 0),
    )


def _hours(opened: Opening, today: Sequence[HourSums], quota: int) -> list[TodayHourOut]:
    """From the first hour that is open, or in which something happened, to the last."""
    sums: dict[int, Attempts] = {row.hour: row.attempts for row in today}
    shown = sorted({*sums, *opened.minutes})
    outs, so_far = [], 0
    for hour in range(shown[0], shown[-1] + 1) if shown else ():
        of_hour = sums.get(hour, NOTHING)
        so_far += of_hour.goal
        outs.append(
            TodayHourOut(
                hour=hour,
                open=hour in opened.minutes,
                dials=of_hour.dials,
                answered=of_hour.answered,
                goal=of_hour.goal,
                goal_so_far=so_far,
                planned_so_far=opened.planned(quota, hour),
            )
        )
    return outs


def _forecast(found: Forecast, facts: Day) -> ForecastOut:
    return ForecastOut(
        value=found.value,
        low=found.low,
        high=found.high,
        why=found.why.value,
        sentence=_sentence(found, facts),
        dials_an_hour=found.pace,
        goal_per_dial=found.per_dial.value,
    )


def _sentence(found: Forecast, facts: Day) -> str:
    pace, one_in = round(found.pace or 0), round(1 / found.per_dial.value) if found.per_dial.value else 0
    goes_ru = f"{pace} звонков в час, до цели доходит один из {one_in}"
    goes_en = f"{pace} dials an hour, one in {one_in} gets there"
    ru, en = {
        Why.NO_QUOTA: ("План на день не задан", "No plan is set for the day"),
        Why.MET: ("План выполнен", "The plan is met"),
        Why.STOPPED: ("Кампания не звонит: её поставили на паузу", "The campaign does not dial: it was paused"),
        Why.CLOSED: ("Время звонков на сегодня вышло", "Calling hours are over for today"),
        Why.NO_PACE: ("Звонков ещё не было, темп не известен", "Nothing was dialed yet: the pace is not known"),
        Why.ON_PLAN: (f"Успеваем: {goes_ru}", f"On plan: {goes_en}"),
        Why.PACE: (f"Не успеваем: {goes_ru}", f"Too slow for the plan: {goes_en}"),
        Why.SLOTS: (f"У менеджеров осталось окон: {facts.slots}", f"The managers have {facts.slots} slots left"),
        Why.LEADS: (f"Список кончается, осталось {facts.leads}", f"The list runs out: {facts.leads} are left"),
    }[found.why]
    return tr(ru, en)
