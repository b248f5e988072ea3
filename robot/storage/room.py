"""Slots for those who are dialed: nobody is called to be offered a meeting that no manager has time for.

Every call that is to book a meeting may need one slot of its campaign's managers until it holds one. Claims of
campaigns that share a manager are counted one after another, on all nodes: the last slot is promised once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.campaigns import Campaign
from robot.domain.goals import Goal
from robot.domain.meetings import LOOK_AHEAD, NOTICE, Slot, WorkingHours
from robot.domain.slot_room import spoils, sure_slots
from robot.storage import tables as t
from robot.storage.rows import manager_of, slot_of

_MANAGERS = 0x7A6D
"""First key of the advisory locks under which slots are counted; the second is the manager. Taken in the managers'
order, after that of claims in turn and before all row locks."""


async def alone(connection: AsyncConnection, campaign_id: int) -> None:
    """Until this transaction ends nobody else counts the slots of the campaign's managers. Nothing for a campaign that
    books no meetings."""
    if connection.dialect.name != "postgresql":  # SQLite has one writer
        return
    link = t.campaign_managers.c
    managers = (
        sa.select(link.manager_id)
        .join(t.campaigns, t.campaigns.c.id == link.campaign_id)
        .where(link.campaign_id == campaign_id, t.campaigns.c.goal == Goal.MEETING)
        .order_by(link.manager_id)
        .subquery()
    )
    key = sa.cast(managers.c.manager_id, sa.Integer)
    await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MANAGERS, key)))


async def room(connection: AsyncConnection, campaign: Campaign, now: datetime, *, limit: int) -> int:
    """How many of `limit` further calls of the campaign are sure of a slot. Its cost does not grow with the queue."""
    if campaign.goal is not Goal.MEETING:
        return limit
    diaries = await _diaries(connection, campaign, now)
    return max(0, diaries.sure(enough=sum(diaries.needed.values()) + limit) - sum(diaries.needed.values()))


async def left(connection: AsyncConnection, campaign: Campaign, now: datetime, *, enough: int) -> int:
    """Slots that calls begun now are sure to find, but for those that calls of other campaigns may need; `enough` at
    most are counted. What its own calls need is among them."""
    diaries = await _diaries(connection, campaign, now)
    others = sum(slots for whose, slots in diaries.needed.items() if whose != campaign.id)
    return max(0, diaries.sure(enough=enough) - others)


@dataclass(frozen=True, slots=True)
class _Diaries:
    """Of the campaign's managers, at one moment of the database. needed: how many of its slots the calls may take that
    are claimed or under way on any node and hold none, by their campaign."""

    campaign: Campaign
    now: datetime
    hours: Mapping[int, WorkingHours]
    taken: Sequence[Slot]
    needed: Mapping[int, int]

    def sure(self, *, enough: int) -> int:
        after, before, duration = *_span(self.now), timedelta(minutes=self.campaign.meeting_minutes)
        return sure_slots(self.hours, self.taken, after=after, before=before, duration=duration, enough=enough)


def _span(now: datetime) -> tuple[datetime, datetime]:
    return now + NOTICE, now + LOOK_AHEAD


async def _diaries(connection: AsyncConnection, campaign: Campaign, now: datetime) -> _Diaries:
    managers = (
        sa.select(t.managers)
        .join(t.campaign_managers, t.campaign_managers.c.manager_id == t.managers.c.id)
        .where(t.campaign_managers.c.campaign_id == campaign.id)
        .order_by(t.managers.c.id)
    )
    hours = {row.id: manager_of(row).hours for row in await connection.execute(managers)}
    own, taken, needed = timedelta(minutes=campaign.meeting_minutes), [], Counter[int]()
    for row in await connection.execute(_facts(list(hours), now)):
        if row.manager_id is not None:
            taken.append(slot_of(row))
        else:
            needed[row.campaign_id] += row.calls * spoils(own, timedelta(minutes=row.meeting_minutes))
    return _Diaries(campaign, now, hours, taken, needed)


def _facts(managers: Sequence[int], now: datetime) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """In one statement, for a call that lets its slot go between two would be in neither: slots that are taken, and
    calls without one by their campaigns (no manager)."""
    after, before = _span(now)
    task, slot, link, attempt, campaign = (
        one.c for one in (t.tasks, t.slots, t.campaign_managers, t.attempts, t.campaigns)
    )
    whose, no_one = sa.null().cast(campaign.id.type), sa.null().cast(slot.manager_id.type)
    number, no_time = sa.null().cast(sa.Integer), sa.null().cast(slot.starts_at.type)
    shared = sa.exists().where(link.campaign_id == task.campaign_id, link.manager_id.in_(managers)).correlate(t.tasks)
    held = sa.exists().where(attempt.task_id == task.id, attempt.ended_at.is_(None), slot.attempt_id == attempt.id)
    calls = (
        sa.select(no_one, no_time, no_time, campaign.id, campaign.meeting_minutes, sa.func.count())
        .select_from(t.tasks)
        .join(t.campaigns, campaign.id == task.campaign_id)
        .where(task.owner.is_not(None), campaign.goal == Goal.MEETING, shared, ~held.correlate(t.tasks))
        .group_by(campaign.id, campaign.meeting_minutes)
    )
    return sa.union_all(
        sa.select(
            slot.manager_id,
            slot.starts_at,
            slot.ends_at,
            whose.label("campaign_id"),
            number.label("meeting_minutes"),
            number.label("calls"),
        ).where(slot.manager_id.in_(managers), slot.starts_at < before, slot.ends_at > after),
        calls,
    )
