"""The quota queue: which tasks are taken, in which order, and never twice.

A claim reads the heads of the lanes that are open now (see tables.lanes), so it touches a bounded number of rows
however long the queue is. What it takes is locked with SKIP LOCKED, lead row included: nodes do not wait for each
other, and one number cannot be taken through two campaigns at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.dialer.funnel import Funnel, UnderWay
from robot.domain.calls import PRIORITY_CALLBACK, PRIORITY_COLD, CallTask, ClaimedTask, TaskState
from robot.domain.campaigns import Campaign, QuotaState
from robot.domain.people import Lead
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import booked, campaign_of, chunks, dialing, lead_of, stopped, task_of, under_way
from robot.storage.stops import withdraw

SPARE = 32
"""Heads read beyond the limit, for those that another node takes at the same moment."""

LANES = 200
"""Lanes read by one statement: SQLite joins at most 500 SELECTs."""


class SqlQueue:
    """TaskQueue and Progress of robot.dialer.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def campaigns(self) -> Sequence[Campaign]:
        query = (
            sa.select(t.campaigns)
            .where(t.campaigns.c.active, t.campaigns.c.quota.is_not(None))
            .order_by(t.campaigns.c.id)
        )
        async with self._database.read() as connection:
            return [campaign_of(row) for row in await connection.execute(query)]

    async def quota(self, campaign: Campaign, now: datetime) -> QuotaState:
        target = sa.select(t.campaigns.c.quota).where(t.campaigns.c.id == campaign.id)
        dials = sa.select(sa.func.count()).where(
            t.attempts.c.campaign_id == campaign.id, t.attempts.c.day == campaign.day(now), t.attempts.c.counts
        )
        async with self._database.read() as connection:
            return QuotaState(
                target=(await connection.execute(target)).scalar_one_or_none() or 0,
                booked=await booked(connection, campaign, now),
                attempts=(await connection.execute(dials)).scalar_one(),
            )

    async def claim(
        self, campaign: Campaign, *, limit: int, now: datetime, node: str, lease: timedelta, least: int = PRIORITY_COLD
    ) -> Sequence[ClaimedTask]:
        if limit <= 0:
            return ()
        return await self._database.write(
            partial(
                _claim, campaign_id=campaign.id, limit=limit, now=now, node=node, lease_until=now + lease, least=least
            )
        )

    async def release(self, task_id: int, *, due_at: datetime, node: str | None = None) -> None:
        statement = (
            sa.update(t.tasks)
            .where(t.tasks.c.id == task_id, t.tasks.c.owner.is_not(None), ~under_way())
            .values(state=TaskState.QUEUED, owner=None, lease_until=None, due_at=due_at)
        )
        if node is not None:
            statement = statement.where(t.tasks.c.owner == node)
        await self._database.write(lambda connection: connection.execute(statement))

    async def renew(
        self,
        node: str,
        *,
        until: datetime,
        tasks: Collection[int] | None = None,
        now: datetime | None = None,  # noqa: ARG002
        draining: bool = False,  # noqa: ARG002
    ) -> None:
        statement = (
            sa.update(t.tasks)
            .where(t.tasks.c.owner.is_not(None), t.tasks.c.owner == node, t.tasks.c.lease_until < until)
            .values(lease_until=until)
        )
        if tasks is not None:
            statement = statement.where(t.tasks.c.id.in_(tasks))
        await self._database.write(lambda connection: connection.execute(statement))

    async def funnel(self, campaign: Campaign, since: datetime) -> Funnel:  # noqa: ARG002 (the port's signature)
        return Funnel()

    async def slots_left(self, campaign: Campaign, now: datetime) -> int:  # noqa: ARG002 (the port's signature)
        return 1000

    async def urgent(self, now: datetime) -> frozenset[int]:
        due = sa.exists().where(
            t.tasks.c.lane_id == t.lanes.c.id, t.tasks.c.state == TaskState.QUEUED, t.tasks.c.due_at <= now
        )
        query = sa.select(t.lanes.c.campaign_id).where(t.lanes.c.priority >= PRIORITY_CALLBACK, due)
        async with self._database.read() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def under_way(self, campaign: Campaign) -> UnderWay:
        attempt, slot = t.attempts.c, t.slots.c
        query = (
            sa.select(sa.func.count(), sa.func.count(attempt.answered_at), sa.func.count(slot.id))
            .select_from(t.tasks)
            .outerjoin(t.attempts, sa.and_(attempt.task_id == t.tasks.c.id, attempt.ended_at.is_(None)))
            .outerjoin(t.slots, slot.attempt_id == attempt.id)
            .where(t.tasks.c.owner.is_not(None), t.tasks.c.campaign_id == campaign.id)
        )
        async with self._database.read() as connection:
            claimed, answered, booking = (await connection.execute(query)).one()
            return UnderWay(claimed - answered, answered - booking, booking)


async def _claim(
    connection: AsyncConnection,
    *,
    campaign_id: int,
    limit: int,
    now: datetime,
    node: str,
    lease_until: datetime,
    least: int,
) -> Sequence[ClaimedTask]:
    campaign = await dialing(connection, campaign_id, now)
    if campaign is None:
        return ()
    await _reclaim(connection, now)
    lanes = await _open_lanes(connection, campaign, now, least)
    heads = await _heads(connection, lanes, now, limit + SPARE)
    free = await _callable(connection, await _lock(connection, heads))
    chosen = sorted(free, key=lambda one: (-one[0].priority, one[0].due_at, one[0].id))[:limit]
    for some in chunks(chosen):
        await connection.execute(
            sa.update(t.tasks)
            .where(t.tasks.c.id.in_([task.id for task, _ in some]))
            .values(state=TaskState.CLAIMED, owner=node, lease_until=lease_until)
        )
    return [ClaimedTask(replace(task, state=TaskState.CLAIMED), lead, campaign) for task, lead in chosen]


async def _reclaim(connection: AsyncConnection, now: datetime) -> None:
    """Queue again what nodes claimed and lost, in every campaign: such a task keeps its lead from all others too. Not
    what may have been dialed: that waits until its attempt is closed, which is looked at again under the lock."""
    lost = (
        sa.select(t.tasks.c.id)
        .where(t.tasks.c.owner.is_not(None), t.tasks.c.lease_until < now, ~under_way())
        .with_for_update(skip_locked=True, key_share=True, of=t.tasks)
    )
    for some in chunks((await connection.execute(lost)).scalars().all()):
        await connection.execute(
            sa.update(t.tasks)
            .where(t.tasks.c.id.in_(some), ~under_way())
            .values(state=TaskState.QUEUED, owner=None, lease_until=None)
        )


async def _open_lanes(
    connection: AsyncConnection, campaign: Campaign, now: datetime, least: int
) -> Sequence[sa.Row[Any]]:
    query = sa.select(t.lanes).where(t.lanes.c.campaign_id == campaign.id, t.lanes.c.priority >= least)
    return [lane for lane in await connection.execute(query) if campaign.window.allows(now, *lane.zones.split(","))]


async def _heads(connection: AsyncConnection, lanes: Sequence[sa.Row[Any]], now: datetime, limit: int) -> Sequence[int]:
    """Ids of the first `limit` due tasks of these lanes, most urgent and longest due first."""
    found: list[sa.Row[Any]] = []
    for some in chunks(lanes, LANES):
        values: dict[str, object] = {"now": now, "limit": limit}
        for number, lane in enumerate(some):
            values |= {f"lane_{number}": lane.id, f"rank_{number}": -lane.priority}
        found.extend(await connection.execute(_heads_statement(len(some)), values))
    found.sort(key=lambda row: (row.rank, row.due_at, row.id))
    return [row.id for row in found[:limit]]


@lru_cache(maxsize=LANES)
def _heads_statement(lanes: int) -> sa.Select[int, int, datetime]:
    """The heads of so many lanes, joined. Kept: building it costs more than running it."""
    other = t.tasks.alias("other")
    busy = sa.exists().where(other.c.lead_id == t.tasks.c.lead_id, other.c.owner.is_not(None)).correlate(t.tasks)
    now = sa.bindparam("now", type_=t.tasks.c.due_at.type)
    limit: sa.BindParameter[int] = sa.bindparam("limit", type_=sa.Integer)
    heads = [
        sa.select(
            t.tasks.c.id,
            sa.bindparam(f"rank_{number}", type_=sa.Integer).label("rank"),
            t.tasks.c.due_at,
        )
        .where(t.tasks.c.lane_id == sa.bindparam(f"lane_{number}", type_=t.tasks.c.lane_id.type))
        .where(t.tasks.c.state == TaskState.QUEUED, t.tasks.c.due_at <= now, ~busy)
        .order_by(t.tasks.c.due_at, t.tasks.c.id)
        .limit(limit)
        .subquery()
        .select()
        for number in range(lanes)
    ]
    union = sa.union_all(*heads).subquery()
    return (
        sa.select(union.c.id, union.c.rank, union.c.due_at)
        .order_by(union.c.rank, union.c.due_at, union.c.id)
        .limit(limit)
    )


async def _lock(connection: AsyncConnection, ids: Sequence[int]) -> Sequence[CallTask]:
    """Those tasks that are still queued and that no other transaction holds, locked together with their leads."""
    taken: list[CallTask] = []
    for some in chunks(ids):
        query = (
            sa.select(t.tasks, t.lanes.c.priority)
            .join_from(t.tasks, t.leads, t.leads.c.id == t.tasks.c.lead_id)
            .join(t.lanes, t.lanes.c.id == t.tasks.c.lane_id)
            .where(t.tasks.c.id.in_(some), t.tasks.c.state == TaskState.QUEUED)
            .with_for_update(skip_locked=True, key_share=True, of=[t.tasks, t.leads])
        )
        taken.extend(task_of(row) for row in await connection.execute(query))
    return taken


async def _callable(connection: AsyncConnection, tasks: Sequence[CallTask]) -> Sequence[tuple[CallTask, Lead]]:
    """The locked tasks whose lead is in no other call and not on the stop list. Asked again under the lock: what the
    heads were read by may have changed since. A stopped lead's task is closed on the way."""
    leads: dict[int, Lead] = {}
    busy: set[int] = set()
    for some in chunks([task.lead_id for task in tasks]):
        rows = await connection.execute(sa.select(t.leads).where(t.leads.c.id.in_(some)))
        leads.update((row.id, lead_of(row)) for row in rows)
        query = sa.select(t.tasks.c.lead_id).where(t.tasks.c.owner.is_not(None), t.tasks.c.lead_id.in_(some))
        busy.update((await connection.execute(query)).scalars())
    barred = await stopped(connection, [lead.phone for lead in leads.values()])
    if barred:
        await withdraw(connection, [lead.id for lead in leads.values() if lead.phone in barred])
    return [
        (task, leads[task.lead_id])
        for task in tasks
        if task.lead_id not in busy and leads[task.lead_id].phone not in barred
    ]
