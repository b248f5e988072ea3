"""Leads: stored once per number, queued once per campaign; and the card of each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import partial
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.base import Activity, Added, LeadCard, NewLead
from robot.crm.stages import ManagerTask, TaskKind
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from robot.domain.rules import DialingRules
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.enqueue import Enqueue, enqueue
from robot.storage.people import store
from robot.storage.rows import MEETINGS, campaign_of, lead_of, meeting_of, task_of
from robot.storage.rules import merged

BATCH = 500
"""Leads written in one transaction: a long import must not keep calls under way from writing what is said."""

PAUSE_S = 0.05
"""Between them, for writers of other programs, who do not stand in this one's queue (SQLite)."""


class SqlLeads:
    """Leads of robot.crm.base."""

    def __init__(self, database: Database, rules: DialingRules) -> None:
        self._database = database
        self._rules = rules

    async def add(
        self,
        campaign_id: int,
        leads: Sequence[NewLead],
        *,
        now: datetime,
        due_at: datetime | None = None,
        priority: int | None = None,
    ) -> Added:
        wanted = merged(leads)
        added = Added()
        for start in range(0, len(wanted), BATCH):
            if start:
                await asyncio.sleep(PAUSE_S)
            batch = dict(islice(wanted.items(), start, start + BATCH))
            work = partial(self._add, campaign_id, batch, now=now, due_at=due_at or now, priority=priority)
            added = _sum(added, await self._database.write(work))
        return added

    async def _add(
        self,
        campaign_id: int,
        wanted: Mapping[str, NewLead],
        connection: AsyncConnection,
        *,
        now: datetime,
        due_at: datetime,
        priority: int | None,
    ) -> Added:
        row = (await connection.execute(sa.select(t.campaigns).where(t.campaigns.c.id == campaign_id))).one()
        stored, created = await store(connection, wanted, now)
        order = Enqueue(campaign_of(row), now, due_at, row.priority if priority is None else priority)
        counts = await enqueue(connection, [(wanted[phone], stored[phone]) for phone in wanted], order, self._rules)
        await self._database.tell(connection)
        return Added(created=created, updated=len(stored) - created, **counts)

    async def find(self, phone: str) -> Lead | None:
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(t.leads).where(t.leads.c.phone == phone))).one_or_none()
        return None if row is None else lead_of(row)

    async def card(self, lead_id: int) -> LeadCard | None:
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(t.leads).where(t.leads.c.id == lead_id))).one_or_none()
            if row is None:
                return None
            calls = await connection.execute(
                sa.select(t.tasks, t.lanes.c.priority)
                .join_from(t.tasks, t.lanes, t.lanes.c.id == t.tasks.c.lane_id)
                .where(t.tasks.c.lead_id == lead_id)
                .order_by(t.tasks.c.id)
            )
            tasks = await connection.execute(
                sa.select(t.manager_tasks, t.managers.c.name.label("manager"))
                .join_from(t.manager_tasks, t.managers, t.managers.c.id == t.manager_tasks.c.manager_id, isouter=True)
                .where(t.manager_tasks.c.lead_id == lead_id)
                .order_by(t.manager_tasks.c.id)
            )
            activities = await connection.execute(
                sa.select(t.activities).where(t.activities.c.lead_id == lead_id).order_by(t.activities.c.id)
            )
            meetings = await connection.execute(MEETINGS.where(t.meetings.c.lead_id == lead_id))
            return LeadCard(
                lead=lead_of(row),
                calls=[task_of(call) for call in calls],
                meetings=[meeting_of(meeting) for meeting in meetings],
                tasks=[ManagerTask(x.id, TaskKind(x.kind), x.due_at, x.manager, x.done_at) for x in tasks],
                activities=[
                    Activity(a.attempt_id, a.at, Outcome(a.outcome), a.talked_s, a.recording) for a in activities
                ],
            )


def _sum(one: Added, other: Added) -> Added:
    return Added(**{field.name: getattr(one, field.name) + getattr(other, field.name) for field in fields(Added)})
