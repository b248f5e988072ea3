"""Leads: stored once per number, queued once per campaign; and the card of each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.base import Activity, Added, Fate, LeadCard, NewLead
from robot.crm.stages import ManagerTask, TaskKind
from robot.domain.campaigns import Campaign
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from robot.domain.rules import STOPPED, DialingRules
from robot.storage import tables as t
from robot.storage.campaigns import ensured
from robot.storage.engine import Database
from robot.storage.enqueue import Enqueue, enqueue
from robot.storage.erased import erased_now
from robot.storage.people import store
from robot.storage.rows import MEETINGS, campaign_of, lead_of, meeting_of, task_of
from robot.storage.rules import merged
from robot.storage.sent import sent_to

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
        order = Order(campaign_id, now, due_at or now, priority)
        added = Added()
        for start in range(0, len(wanted), BATCH):
            if start:
                await asyncio.sleep(PAUSE_S)
            batch = dict(islice(wanted.items(), start, start + BATCH))
            added += await self._database.write(partial(self._add, batch, order))
        return added

    async def _add(self, batch: Mapping[str, NewLead], order: Order, connection: AsyncConnection) -> Added:
        added = await write_leads(connection, batch, order, self._rules)
        await self._database.tell(connection)
        return added

    async def preview(self, campaign: Campaign, leads: Sequence[NewLead], *, now: datetime) -> Added:
        wanted = merged(leads)

        async def work(connection: AsyncConnection) -> Added:
            attempt = await connection.begin_nested()
            campaign_id = (await ensured(connection, campaign)).id
            order = Order(campaign_id, now, now)
            added = await write_leads(connection, wanted, order, self._rules, locking=False)
            await attempt.rollback()
            return added

        return await self._database.write(work)

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
                sent=await sent_to(connection, lead_id),
            )


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for leads: to be called in this campaign, from `due_at` on. priority: None is the campaign's.
    again: those, too, whom the campaign has called. script: "" is the campaign's."""

    campaign_id: int
    now: datetime
    due_at: datetime
    priority: int | None = None
    again: bool = False
    script: str = ""


async def write_leads(
    connection: AsyncConnection,
    wanted: Mapping[str, NewLead],
    order: Order,
    rules: DialingRules,
    *,
    locking: bool = True,
) -> Added:
    """Store and queue one batch, by number; nothing is stored of who had himself erased. locking: see `store`."""
    gone = await erased_now(connection, list(wanted))
    fates: dict[str, Fate] = dict.fromkeys(gone, Fate(STOPPED))
    wanted = {phone: lead for phone, lead in wanted.items() if phone not in gone}
    row = (await connection.execute(sa.select(t.campaigns).where(t.campaigns.c.id == order.campaign_id))).one()
    stored, created = await store(connection, wanted, order.now, locking=locking)
    priority = row.priority if order.priority is None else order.priority
    people = [(wanted[phone], stored[phone]) for phone in wanted]
    asked = Enqueue(campaign_of(row), order.now, order.due_at, priority, order.again, order.script)
    fates |= await enqueue(connection, people, asked, rules)
    return Added.of(fates, created=created)
