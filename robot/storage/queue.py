"""The quota queue: which tasks are taken, in which order, and never twice.

A claim reads the heads of the lanes that are open now (robot.storage.heads), so it touches a bounded number of rows
however long the queue is. What it takes is locked with SKIP LOCKED, lead row included: nodes do not wait for each
other, and one number cannot be taken through two campaigns at once. What must not be dialed is moved out of the way:
to the moment it may be, or out of the queue.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.planning import Target
from robot.domain.calls import CallTask, ClaimedTask, TaskState
from robot.domain.campaigns import Campaign
from robot.domain.people import Lead
from robot.domain.priorities import PRIORITY_CALLBACK, PRIORITY_COLD
from robot.domain.rules import STOPPED, DialingRules, judge
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.heads import heads
from robot.storage.nodes import seen
from robot.storage.orphans import recover, some_lost
from robot.storage.permits import known, put_off, withdraw
from robot.storage.quotas import booked_on, locked
from robot.storage.room import alone, room
from robot.storage.rows import campaign_of, chunks, lead_of, under_way, window_of
from robot.storage.spending import spent_on

SPARE = 16
"""Heads read and locked beyond those wanted, for those that another node takes, or that must not be dialed."""

_IN_TURN = 0x7A76
"""First key of the advisory lock under which claims of a campaign are counted; the second is the campaign. Taken before
all other locks."""

ROUNDS = 8
"""Looks at the heads in one claim while they are being moved out of the way."""


class SqlQueue:
    """TaskQueue of robot.dialer.ports."""

    def __init__(self, database: Database, rules: DialingRules, targets: Sequence[Target] = ()) -> None:
        self._database = database
        self._rules = rules
        self._targets = targets

    async def campaigns(self) -> Sequence[Campaign]:
        query = sa.select(t.campaigns).where(t.campaigns.c.quota.is_not(None)).order_by(t.campaigns.c.id)
        async with self._database.read() as connection:
            return [campaign_of(row) for row in await connection.execute(query)]

    async def urgent(self, now: datetime) -> Collection[int]:
        due = sa.exists().where(
            t.tasks.c.lane_id == t.lanes.c.id, t.tasks.c.state == TaskState.QUEUED, t.tasks.c.due_at <= now
        )
        query = (
            sa.select(t.lanes.c.campaign_id, t.lanes.c.zones, t.campaigns.c.hours)
            .join_from(t.lanes, t.campaigns, t.campaigns.c.id == t.lanes.c.campaign_id)
            .where(t.lanes.c.priority >= PRIORITY_CALLBACK, due)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return frozenset(row.campaign_id for row in rows if window_of(row.hours).allows(now, *row.zones.split(",")))

    async def claim(
        self,
        campaign: Campaign,
        *,
        limit: int,
        now: datetime,
        node: str,
        lease: timedelta,
        least: int = PRIORITY_COLD,
        at_most: int | None = None,
    ) -> Sequence[ClaimedTask]:
        if limit <= 0:
            return ()
        order = _Order(campaign.id, limit, least, now, node, now + lease, self._rules, at_most)
        try:
            return await self._database.write(partial(_claim, order=order))
        except _Lost:
            await self._database.write(partial(recover, rules=self._rules, now=now, targets=self._targets))
            return await self._database.write(partial(_claim, order=replace(order, past_losses=True)))

    async def release(self, task_id: int, *, node: str) -> None:
        statement = (
            sa.update(t.tasks)
            .where(t.tasks.c.id == task_id, t.tasks.c.owner == node, ~under_way())
            .values(state=TaskState.QUEUED, owner=None, lease_until=None)
        )
        await self._database.write(lambda connection: connection.execute(statement))

    async def renew(
        self, node: str, *, tasks: Collection[int], now: datetime, until: datetime, draining: bool = False
    ) -> None:
        task = t.tasks.c
        statement = (
            sa.update(t.tasks)
            .where(task.id.in_(sorted(tasks)), task.owner == node, task.lease_until < until)
            .values(lease_until=until)
        )

        async def work(connection: AsyncConnection) -> bool:
            await connection.execute(statement)
            await seen(connection, node, now=now, draining=draining)
            return bool((await connection.execute(sa.select(some_lost(now)))).scalar_one())

        if await self._database.write(work):
            await self._database.write(partial(recover, rules=self._rules, now=now, targets=self._targets))


@dataclass(frozen=True, slots=True)
class _Order:
    """What a claim asks for."""

    campaign_id: int
    limit: int
    least: int
    now: datetime
    node: str
    lease_until: datetime
    rules: DialingRules
    at_most: int | None = None
    past_losses: bool = False


class _Lost(Exception):
    """Another node's claims have run out: they are recovered first, in a transaction of their own."""


async def _claim(connection: AsyncConnection, *, order: _Order) -> Sequence[ClaimedTask]:
    if order.at_most is not None:
        order = replace(order, limit=min(order.limit, order.at_most - await _claimed_in_turn(connection, order)))
        if order.limit <= 0:
            return ()
    await alone(connection, order.campaign_id)
    campaign = await locked(connection, order.campaign_id, shared=True)
    if campaign is None or not campaign.active or campaign.quota is None:
        return ()
    # Asked after the lock, in a statement of its own: what was written before it is seen.
    day = order.rules.day(order.now)
    state = sa.select(booked_on(campaign, campaign.day(order.now)), some_lost(order.now), spent_on(day))
    booked, lost, spent = (await connection.execute(state)).one()
    if lost and not order.past_losses:
        raise _Lost
    if booked >= campaign.quota:
        return ()
    order = replace(order, limit=await room(connection, campaign, order.now, limit=order.limit))
    if order.limit <= 0:
        return ()
    purse = None if order.rules.ceiling_kopecks is None else order.rules.ceiling_kopecks - (spent or 0)
    chosen = await _choose(connection, campaign, order, purse)
    for some in chunks(chosen):
        await connection.execute(
            sa.update(t.tasks)
            .where(t.tasks.c.id.in_([task.id for task, _ in some]))
            .values(state=TaskState.CLAIMED, owner=order.node, lease_until=order.lease_until, reason="")
        )
    return [_claimed(task, lead, campaign) for task, lead in chosen]


def _claimed(task: CallTask, lead: Lead, campaign: Campaign) -> ClaimedTask:
    speaks = replace(campaign, script=task.script) if task.script else campaign
    return ClaimedTask(replace(task, state=TaskState.CLAIMED), lead, speaks)


async def _claimed_in_turn(connection: AsyncConnection, order: _Order) -> int:
    """Tasks of the campaign that are claimed, on all nodes; who else counts them waits until this transaction ends."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_IN_TURN, order.campaign_id)))
    task = t.tasks.c
    query = sa.select(sa.func.count()).where(task.owner.is_not(None), task.campaign_id == order.campaign_id)
    return (await connection.execute(query)).scalar_one()


async def _choose(
    connection: AsyncConnection, campaign: Campaign, order: _Order, purse: int | None
) -> Sequence[tuple[CallTask, Lead]]:
    """Locked tasks that may be dialed, in their order. purse: kopecks left of the day, None without a ceiling."""
    chosen: list[tuple[CallTask, Lead]] = []
    reach = -(-order.limit // SPARE) * SPARE + SPARE  # few different numbers: each is a statement of its own
    want = order.limit
    for _ in range(ROUNDS):
        ids = await heads(connection, campaign, least=order.least, now=order.now, limit=reach)
        taken = {task.id for task, _ in chosen}
        candidates = await _lock(connection, [one for one in ids if one not in taken], want)
        if not candidates:
            break
        may, moved = await _sift(connection, campaign, candidates, order)
        for task, lead in may[: order.limit - len(chosen)]:
            price = order.rules.reservation(lead.phone)
            if purse is not None and price > purse:
                return chosen  # the rest waits for another day where it stands
            purse = None if purse is None else purse - price
            chosen.append((task, lead))
        if len(chosen) >= order.limit or not moved:
            break
        want = reach  # many stand in the way: they are moved together
    return chosen


async def _lock(connection: AsyncConnection, ids: Sequence[int], limit: int) -> Sequence[sa.Row[Any]]:
    """The first of those tasks that are still queued and that no other transaction holds, locked together with their
    leads."""
    lane, task = t.lanes.c, t.tasks.c
    query = (
        sa.select(
            t.leads,
            task.id.label("task_id"),
            task.due_at,
            task.attempts,
            task.deadline_at,
            task.script,
            lane.priority,
        )
        .join_from(t.tasks, t.leads, t.leads.c.id == task.lead_id)
        .join(t.lanes, lane.id == task.lane_id)
        .where(task.id.in_(ids), task.state == TaskState.QUEUED)
        .order_by(lane.priority.desc(), lane.band.desc(), task.due_at, task.rank, task.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=[t.tasks, t.leads])
    )
    return (await connection.execute(query)).all() if ids else ()


async def _sift(
    connection: AsyncConnection, campaign: Campaign, rows: Sequence[sa.Row[Any]], order: _Order
) -> tuple[Sequence[tuple[CallTask, Lead]], bool]:
    """Those of the locked tasks that may be dialed, and whether any was moved out of the way. Asked under the lock:
    what the heads were read by may have changed since."""
    leads = {row.id: lead_of(row) for row in rows}
    facts = await known(
        connection,
        list(leads.values()),
        advertising=campaign.advertising,
        cool_until={row.id: row.cool_until for row in rows},
        now=order.now,
    )
    may: list[tuple[CallTask, Lead]] = []
    moved = False
    for row in rows:
        lead = leads[row.id]
        if lead.id in facts.in_calls:
            moved = True  # it is no head any more
            continue
        task = CallTask(
            id=row.task_id,
            campaign_id=campaign.id,
            lead_id=lead.id,
            state=TaskState.QUEUED,
            due_at=row.due_at,
            priority=row.priority,
            attempts=row.attempts,
            deadline_at=row.deadline_at,
            script=row.script,
        )
        verdict = judge(order.rules, campaign, lead, facts.standing[lead.id], priority=task.priority, now=order.now)
        if verdict.allowed:
            may.append((task, lead))
            continue
        moved = True
        if verdict.reason == STOPPED:
            await withdraw(connection, [lead.id])
        else:
            await put_off(connection, task, lead, verdict)
    return may, moved
