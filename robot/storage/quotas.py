"""How far a campaign's day is: what counts toward its quota, and the lock under which it is counted."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.campaigns import Campaign
from robot.domain.goals import Goal
from robot.storage import tables as t
from robot.storage.rows import campaign_of
from robot.storage.tables_calls import HELD


def booked_on(campaign: Campaign, day: date) -> sa.ScalarSelect[int]:
    """Goals reached on the campaign's day. Slots held in calls under way count as booked: half a promise is one; slots
    that are only offered do not count. A meeting counts on the day its slot was held, also when it was moved since, by
    whatever campaign; all else on the day its call began."""
    held = t.slots.c.state == HELD
    slots = sa.select(sa.func.count()).where(t.slots.c.campaign_id == campaign.id, t.slots.c.day == day, held)
    if campaign.goal is Goal.MEETING:
        return slots.scalar_subquery()
    a = t.attempts.c
    meets = sa.exists().where(t.slots.c.attempt_id == a.id, t.slots.c.campaign_id == a.campaign_id, held)
    moved = sa.exists().where(t.moved_meetings.c.attempt_id == a.id)  # by what holds its slot now
    reached = sa.select(sa.func.count()).where(
        a.campaign_id == campaign.id,
        a.day == day,
        a.goal_reached,
        ~meets.correlate(t.attempts),
        ~moved.correlate(t.attempts),
    )
    return sa.select(slots.scalar_subquery() + reached.scalar_subquery()).scalar_subquery()


async def booked(connection: AsyncConnection, campaign: Campaign, day: date) -> int:
    return (await connection.execute(sa.select(booked_on(campaign, day)))).scalar_one()


async def locked(connection: AsyncConnection, campaign_id: int, *, shared: bool = False) -> Campaign | None:
    """The campaign as it stands, locked until the transaction ends. shared: with claims and dials, against changes of
    quota and state, and holds; else against them all."""
    query = sa.select(t.campaigns).where(t.campaigns.c.id == campaign_id)
    query = query.with_for_update(read=True) if shared else query.with_for_update(key_share=True)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else campaign_of(row)


async def dialing(connection: AsyncConnection, campaign_id: int, now: datetime) -> Campaign | None:
    """The campaign, locked and shared, if it may dial now, else None: it is paused or stopped, has no quota, or has met
    it. Counted in a statement after the lock: what was written before it is seen."""
    campaign = await locked(connection, campaign_id, shared=True)
    if campaign is None or not campaign.active or campaign.quota is None:
        return None
    return campaign if await booked(connection, campaign, campaign.day(now)) < campaign.quota else None
