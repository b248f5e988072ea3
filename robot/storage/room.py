"""Slots for those who are dialed: nobody is called to be offered a meeting that no manager has time for.

Every call that is to book a meeting may need one slot of its campaign's managers until it holds one. Claims of
campaigns that share a manager are counted one after another, on all nodes: the last slot is promised once. Slots that
a client is offered are his alone until he has chosen, so while slots are few he is offered one instead of several.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.campaigns import Campaign
from robot.domain.goals import Goal
from robot.domain.meetings import LOOK_AHEAD, NOTICE, Diaries, Slot
from robot.domain.slot_room import spoils, sure_slots
from robot.storage import tables as t
from robot.storage.diaries import managers_of, near
from robot.storage.rows import campaign_of, slot_of
from robot.storage.tables_calls import HELD, OFFERED

ELSEWHERE = "elsewhere"
"""Beside the states of slots: what managers have in other calendars."""

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
    standing = await _standing(connection, campaign, now)
    return max(0, standing.room(enough=sum(standing.needed.values()) + limit))


async def left(connection: AsyncConnection, campaign: Campaign, now: datetime, *, enough: int) -> int:
    """Slots that calls begun now are sure to find, but for those that calls of other campaigns may need; `enough` at
    most are counted. What its own calls need is among them."""
    standing = await _standing(connection, campaign, now)
    return max(0, standing.room(enough=enough) + standing.needed[campaign.id])


async def enough_for_all(connection: AsyncConnection, campaign: Campaign, now: datetime) -> bool:
    """Whether each call of this campaign, and of those that share a manager with it, that is offered nothing is sure of
    a slot beside what others are offered."""
    link, other = t.campaign_managers.c, t.campaign_managers.alias("other")
    sharing = (
        sa.select(t.campaigns)
        .where(
            t.campaigns.c.goal == Goal.MEETING,
            t.campaigns.c.id.in_(
                sa.select(link.campaign_id)
                .join(other, other.c.manager_id == link.manager_id)
                .where(other.c.campaign_id == campaign.id)
            ),
        )
        .order_by(t.campaigns.c.id)
    )
    for row in (await connection.execute(sharing)).all():
        standing = await _standing(connection, campaign_of(row), now)
        if standing.waiting[row.id] and standing.beside_offers(enough=sum(standing.waiting.values())) < 0:
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Standing:
    """Of the campaign's managers, at one moment of the database. diaries: without what is only offered. needed: how
    many of the campaign's slots the calls may take that are claimed or under way on any node and hold none, by their
    campaign; waiting: of those the calls that are offered none either."""

    campaign: Campaign
    now: datetime
    diaries: Diaries
    offered: Sequence[Slot]
    needed: Counter[int]
    waiting: Counter[int]

    def room(self, *, enough: int) -> int:
        """For whom there are slots: when everybody has chosen, and now, while some are offered more than they will
        take. Below zero when there are too few."""
        in_the_end = self._sure(self.diaries, enough) - sum(self.needed.values())
        return min(in_the_end, self.beside_offers(enough=enough)) if self.offered else in_the_end

    def beside_offers(self, *, enough: int) -> int:
        taken = replace(self.diaries, taken=[*self.diaries.taken, *self.offered])
        return self._sure(taken, enough) - sum(self.waiting.values())

    def _sure(self, diaries: Diaries, enough: int) -> int:
        after, before = _span(self.now)
        duration = timedelta(minutes=self.campaign.meeting_minutes)
        return sure_slots(diaries, after=after, before=before, duration=duration, enough=enough)


def _span(now: datetime) -> tuple[datetime, datetime]:
    return now + NOTICE, now + LOOK_AHEAD


async def _standing(connection: AsyncConnection, campaign: Campaign, now: datetime) -> _Standing:
    managers = await managers_of(connection, campaign.id)
    hours = {manager.id: manager.hours for manager in managers}
    buffers = {his.buffer for his in hours.values()} or {timedelta(0)}
    own = timedelta(minutes=campaign.meeting_minutes)
    has: dict[str, list[Slot]] = {HELD: [], OFFERED: [], ELSEWHERE: []}
    needed, waiting = Counter[int](), Counter[int]()
    for row in await connection.execute(_facts(list(hours), now)):
        if row.manager_id is not None:
            has[row.state].append(slot_of(row))
            continue
        other = timedelta(minutes=row.meeting_minutes)
        each = max(spoils(own, other, buffer) for buffer in buffers)
        needed[row.campaign_id] += row.calls * each
        waiting[row.campaign_id] += (row.calls - row.offered) * each
    return _Standing(campaign, now, Diaries(hours, has[HELD], has[ELSEWHERE]), has[OFFERED], needed, waiting)


def _facts(managers: Sequence[int], now: datetime) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """In one statement, for a call that lets its slot go between two would be in neither: what the managers have, and
    calls without a slot by their campaigns (no manager)."""
    after, before = _span(now)
    task, slot, busy, link, attempt, campaign = (
        one.c for one in (t.tasks, t.slots, t.busy_times, t.campaign_managers, t.attempts, t.campaigns)
    )
    whose, no_one = sa.null().cast(campaign.id.type), sa.null().cast(slot.manager_id.type)
    number, no_time, no_state = (sa.null().cast(kind) for kind in (sa.Integer(), slot.starts_at.type, slot.state.type))
    shared = sa.exists().where(link.campaign_id == task.campaign_id, link.manager_id.in_(managers)).correlate(t.tasks)

    def has(state: str) -> sa.Exists:
        of_call = (attempt.task_id == task.id, attempt.ended_at.is_(None), slot.attempt_id == attempt.id)
        return sa.exists().where(*of_call, slot.state == state).correlate(t.tasks)

    offered = sa.func.sum(sa.case((has(OFFERED), 1), else_=0))
    calls = (
        sa.select(no_one, no_time, no_time, no_state, campaign.id, campaign.meeting_minutes, sa.func.count(), offered)
        .select_from(t.tasks)
        # Not by an index of campaigns: whole queues would be walked to find the few tasks that somebody has.
        .join(t.campaigns, campaign.id == task.campaign_id + 0)
        .where(task.owner.is_not(None), campaign.goal == Goal.MEETING, shared, ~has(HELD))
        .group_by(campaign.id, campaign.meeting_minutes)
    )
    ours = sa.select(
        slot.manager_id,
        slot.starts_at,
        slot.ends_at,
        slot.state.label("state"),
        whose.label("campaign_id"),
        number.label("meeting_minutes"),
        number.label("calls"),
        number.label("offered"),
    ).where(near(t.slots, managers, after, before))
    elsewhere = sa.select(
        busy.manager_id, busy.starts_at, busy.ends_at, sa.literal(ELSEWHERE), whose, number, number, number
    ).where(near(t.busy_times, managers, after, before))
    return sa.union_all(ours, elsewhere, calls)
