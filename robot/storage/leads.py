"""Leads: stored once per number, queued once per campaign; and the card of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.base import Activity, Added, LeadCard, NewLead
from robot.crm.stages import ManagerTask, Stage, TaskKind
from robot.domain.calls import PRIORITY_COLD, TaskState
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import MEETINGS, chunks, insert, lane_of, lead_of, meeting_of, stopped, task_of
from robot.storage.rules import merged, updated


class SqlLeads:
    """Leads of robot.crm.base."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        campaign_id: int,
        leads: Sequence[NewLead],
        *,
        now: datetime,
        due_at: datetime | None = None,
        priority: int = PRIORITY_COLD,
    ) -> Added:
        wanted = merged(leads)

        async def work(connection: AsyncConnection) -> Added:
            stored, created = await _store(connection, wanted, now)
            barred = await stopped(connection, list(stored))
            free = [stored[phone] for phone in wanted if phone not in barred]
            queued = await _enqueue(connection, campaign_id, free, due_at or now, priority)
            return Added(
                created=created,
                updated=len(stored) - created,
                queued=queued,
                known=len(free) - queued,
                stopped=len(barred),
            )

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
            )


async def _store(
    connection: AsyncConnection, wanted: Mapping[str, NewLead], now: datetime
) -> tuple[dict[str, Lead], int]:
    """All of them as stored, by number, and how many are new."""
    before = await _by_phone(connection, list(wanted))
    fresh = [lead for phone, lead in wanted.items() if phone not in before]
    for some in chunks(fresh):
        rows = [{**_columns(lead), "stage": Stage.NEW, "created_at": now} for lead in some]
        await connection.execute(insert(connection, t.leads).on_conflict_do_nothing(), rows)
    for phone, lead in before.items():
        newer = updated(lead, wanted[phone])
        if newer != lead:
            await connection.execute(sa.update(t.leads).where(t.leads.c.id == lead.id).values(_columns(newer)))
            if newer.zones != lead.zones:
                await _change_lanes(connection, newer)
    return await _by_phone(connection, list(wanted)), len(fresh)


def _columns(lead: NewLead | Lead) -> dict[str, Any]:
    return {
        "phone": lead.phone,
        "name": lead.name,
        "company": lead.company,
        "city": lead.city,
        "timezone": lead.timezone,
        "fields": dict(lead.fields),
    }


async def _by_phone(connection: AsyncConnection, phones: Sequence[str]) -> dict[str, Lead]:
    found: dict[str, Lead] = {}
    for some in chunks(phones):
        rows = await connection.execute(sa.select(t.leads).where(t.leads.c.phone.in_(some)))
        found.update((row.phone, lead_of(row)) for row in rows)
    return found


async def _change_lanes(connection: AsyncConnection, lead: Lead) -> None:
    """The lead turned out to live elsewhere: his open tasks wait for other hours now."""
    query = (
        sa.select(t.tasks.c.id, t.tasks.c.campaign_id, t.lanes.c.priority)
        .join_from(t.tasks, t.lanes, t.lanes.c.id == t.tasks.c.lane_id)
        .where(t.tasks.c.lead_id == lead.id, t.tasks.c.outcome.is_(None))
    )
    for task in (await connection.execute(query)).all():
        lane = await lane_of(connection, task.campaign_id, task.priority, lead.zones)
        await connection.execute(sa.update(t.tasks).where(t.tasks.c.id == task.id).values(lane_id=lane))


async def _enqueue(
    connection: AsyncConnection, campaign_id: int, leads: Sequence[Lead], due_at: datetime, priority: int
) -> int:
    """Queue those that the campaign has not and never had a task for; how many."""
    lanes: dict[tuple[str, ...], int] = {}
    queued = 0
    for some in chunks(leads):
        ids = [lead.id for lead in some]
        query = sa.select(t.tasks.c.lead_id).where(t.tasks.c.campaign_id == campaign_id, t.tasks.c.lead_id.in_(ids))
        known = set((await connection.execute(query)).scalars())
        rows = []
        for lead in some:
            if lead.id in known:
                continue
            if lead.zones not in lanes:
                lanes[lead.zones] = await lane_of(connection, campaign_id, priority, lead.zones)
            rows.append(
                {
                    "campaign_id": campaign_id,
                    "lead_id": lead.id,
                    "lane_id": lanes[lead.zones],
                    "state": TaskState.QUEUED,
                    "due_at": due_at,
                    "attempts": 0,
                }
            )
        if rows:
            await connection.execute(insert(connection, t.tasks).on_conflict_do_nothing(), rows)
        queued += len(rows)
    return queued
