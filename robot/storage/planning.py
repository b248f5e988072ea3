"""What the plan calculator reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from robot.analytics.ports import Diary, Supply
from robot.analytics.rates import Rates
from robot.domain.calls import TaskState
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.diaries import busy, managers_of, near
from robot.storage.engine import Database
from robot.storage.rows import slot_of
from robot.storage.tables_calls import HELD

DAY_S = 86_400
OUT = "out"

_MOVES = sa.exists().where(t.moved_meetings.c.moved_by == t.attempts.c.id).correlate(t.attempts)
REACHED = sa.or_(t.attempts.c.goal_reached, sa.and_(t.attempts.c.outcome == Outcome.MEETING_BOOKED, ~_MOVES))
"""What counts toward the campaign's quota, whatever its goal. A meeting that was moved counted when it was booked."""


class SqlPlanSource:
    """PlanSource of robot.analytics.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rates(self, campaign_id: int, *, since: datetime, until: datetime) -> Rates:
        async with self._database.read() as connection:
            dialect = connection.dialect.name
            dials = (await connection.execute(_dials(campaign_id, since, until, dialect))).one()
            finished = (await connection.execute(_finished(campaign_id, since, until))).one()
        return Rates(
            dials=dials.dials,
            answered=dials.answered or 0,
            booked=dials.booked or 0,
            line_s=float(dials.line_s or 0),
            talk_s=float(dials.talk_s or 0),
            finished=finished.leads,
            finished_dials=finished.dials or 0,
        )

    async def supply(self, campaign_id: int) -> Supply:
        dialed = t.tasks.c.attempts > 0
        query = (
            sa.select(dialed, sa.func.count())
            .where(t.tasks.c.campaign_id == campaign_id, t.tasks.c.state != TaskState.DONE)
            .group_by(dialed)
        )
        async with self._database.read() as connection:
            numbers = {bool(before): number for before, number in await connection.execute(query)}
        return Supply(numbers.get(False, 0), numbers.get(True, 0))

    async def booked(self, campaign_id: int, *, first: date, last: date) -> Mapping[date, int]:
        a = t.attempts.c
        query = (
            sa.select(a.day, sa.func.count().label("meetings"))
            .where(a.campaign_id == campaign_id, a.day.between(first, last), REACHED)
            .group_by(a.day)
            .order_by(a.day)
        )
        async with self._database.read() as connection:
            return {row.day: row.meetings for row in await connection.execute(query)}

    async def upcoming(self, campaign_id: int, *, after: datetime, before: datetime) -> int:
        query = (
            sa.select(sa.func.count())
            .join_from(t.meetings, t.slots, t.slots.c.id == t.meetings.c.slot_id)
            .where(t.meetings.c.campaign_id == campaign_id, t.slots.c.starts_at >= after, t.slots.c.starts_at < before)
        )
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar_one()

    async def diaries(self, campaign_id: int, *, after: datetime, before: datetime) -> Sequence[Diary]:
        async with self._database.read() as connection:
            managers = await managers_of(connection, campaign_id)
            ids = [manager.id for manager in managers]
            held = sa.select(t.slots).where(near(t.slots, ids, after, before), t.slots.c.state == HELD)
            taken = [slot_of(row) for row in await connection.execute(held.order_by(t.slots.c.starts_at))]
            taken += await busy(connection, ids, after, before)
        return [
            Diary(
                manager.hours,
                tuple(
                    slot
                    for slot in taken
                    if slot.manager_id == manager.id and slot.starts_at < before and slot.ends_at > after
                ),
            )
            for manager in managers
        ]


def _dials(campaign_id: int, since: datetime, until: datetime, dialect: str) -> sa.Select[*tuple[object, ...]]:
    a = t.attempts.c
    answered = sa.or_(a.answered_at.is_not(None), REACHED)
    return sa.select(
        sa.func.count().label("dials"),
        sa.func.sum(sa.case((answered, 1), else_=0)).label("answered"),
        sa.func.sum(sa.case((REACHED, 1), else_=0)).label("booked"),
        sa.func.sum(_seconds(a.started_at, a.ended_at, dialect)).label("line_s"),
        sa.func.sum(_seconds(a.answered_at, a.ended_at, dialect)).label("talk_s"),
    ).where(
        a.campaign_id == campaign_id,
        a.started_at >= since,
        a.started_at < until,
        a.ended_at.is_not(None),
        a.counts,
        a.direction == OUT,
    )


def _finished(campaign_id: int, since: datetime, until: datetime) -> sa.Select[*tuple[object, ...]]:
    """Leads whose task is done and was dialed in the period, with all the dials they took."""
    a = t.attempts.c
    dialed = (
        sa.select(a.task_id)
        .where(a.campaign_id == campaign_id, a.started_at >= since, a.started_at < until, a.counts, a.direction == OUT)
        .distinct()
        .subquery("dialed")
    )
    return (
        sa.select(sa.func.count().label("leads"), sa.func.sum(t.tasks.c.attempts).label("dials"))
        .join_from(dialed, t.tasks, t.tasks.c.id == dialed.c.task_id)
        .where(t.tasks.c.state == TaskState.DONE)
    )


def _seconds(
    start: sa.ColumnElement[datetime], end: sa.ColumnElement[datetime], dialect: str
) -> sa.ColumnElement[float]:
    """From one column to the other, never below zero (clocks are set back); NULL where either is."""
    span: sa.ColumnElement[Any] = (
        (sa.func.julianday(end) - sa.func.julianday(start)) * DAY_S
        if dialect == "sqlite"
        else sa.extract("epoch", end - start)
    )
    return sa.case((span < 0, 0.0), else_=span)
