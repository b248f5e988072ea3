"""How far a campaign's day is, and how far its calls come."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from robot.dialer.funnel import Funnel, UnderWay
from robot.domain.calls import TurnEnding
from robot.domain.campaigns import Campaign, QuotaState
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.quotas import booked
from robot.storage.room import left
from robot.storage.tables_calls import HELD

MOST_SLOTS = 1000

LONGEST_CALL = timedelta(hours=2)
"""Of attempts that ended in a period, the first began at most so long before it."""


class SqlProgress:
    """Progress of robot.dialer.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def quota(self, campaign: Campaign, now: datetime) -> QuotaState:
        a, day = t.attempts.c, campaign.day(now)
        target = sa.select(t.campaigns.c.quota).where(t.campaigns.c.id == campaign.id)
        dials = sa.select(sa.func.count()).where(
            a.campaign_id == campaign.id, a.day == day, a.counts, a.direction == "out"
        )
        async with self._database.read() as connection:
            return QuotaState(
                target=(await connection.execute(target)).scalar_one_or_none() or 0,
                booked=await booked(connection, campaign, day),
                attempts=(await connection.execute(dials)).scalar_one(),
            )

    async def funnel(self, campaign: Campaign, since: datetime) -> Funnel:
        a = t.attempts.c
        spoke = sa.exists().where(t.turns.c.attempt_id == a.id, t.turns.c.ending == TurnEnding.ANSWERED)
        engaged = sa.case((sa.and_(a.answered_at.is_not(None), sa.or_(a.goal_reached, spoke)), 1), else_=0)
        booked_ = sa.case((sa.and_(a.answered_at.is_not(None), a.goal_reached), 1), else_=0)
        query = sa.select(
            sa.func.count(), sa.func.count(a.answered_at), sa.func.sum(engaged), sa.func.sum(booked_)
        ).where(
            a.campaign_id == campaign.id,
            a.started_at >= since - LONGEST_CALL,
            a.ended_at >= since,
            a.counts,
            a.direction == "out",
        )
        async with self._database.read() as connection:
            dialed, answered, talked, won = (await connection.execute(query)).one()
            return Funnel(dialed, answered, talked or 0, won or 0)

    async def slots_left(self, campaign: Campaign, now: datetime) -> int:
        async with self._database.read() as connection:
            return await left(connection, campaign, now, enough=MOST_SLOTS)

    async def under_way(self, campaign: Campaign) -> UnderWay:
        attempt, slot = t.attempts.c, t.slots.c
        query = (
            sa.select(sa.func.count(), sa.func.count(attempt.answered_at), sa.func.count(slot.id))
            .select_from(t.tasks)
            .outerjoin(t.attempts, sa.and_(attempt.task_id == t.tasks.c.id, attempt.ended_at.is_(None)))
            .outerjoin(t.slots, sa.and_(slot.attempt_id == attempt.id, slot.state == HELD))
            .where(t.tasks.c.owner.is_not(None), t.tasks.c.campaign_id == campaign.id)
        )
        async with self._database.read() as connection:
            claimed, answered, booking = (await connection.execute(query)).one()
            return UnderWay(claimed - answered, answered - booking, booking)
