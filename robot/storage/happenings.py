"""What happened, once by its key: queues the call a trigger wants, withdraws those that have no point any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.base import QUEUED
from robot.crm.outbox_ports import Kind
from robot.crm.triggers.ports import OWN, POINTLESS, STALE, Happening, Noted, Upcoming, Wanted
from robot.crm.triggers.rules import SETTLES
from robot.domain.calls import TaskState
from robot.domain.outcomes import Outcome
from robot.domain.rules import DialingRules
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.leads import Order, write_leads
from robot.storage.rows import insert, lead_of, under_way
from robot.storage.rules import merged

CLOCKS_DIFFER = timedelta(minutes=10)
"""Between a CRM's clock and ours, when a lead is taken for one that the robot made there."""

_h = t.happenings.c


class SqlHappenings:
    """Happenings of robot.crm.triggers.ports."""

    def __init__(self, database: Database, rules: DialingRules) -> None:
        self._database = database
        self._rules = rules

    async def note(self, happening: Happening, *, now: datetime) -> Noted:
        wanted = None if happening.wanted is None else merged([happening.wanted.lead])

        async def work(connection: AsyncConnection) -> Noted:
            row = insert(connection, t.happenings).values(_row(happening, now))
            # Of two at once the second waits here until the first one is written.
            if not (await connection.execute(row.on_conflict_do_nothing())).rowcount:
                known = sa.select(_h.fate).where(_h.key == happening.key)
                return Noted((await connection.execute(known)).scalar_one(), again=True)
            withdrawn = await _withdraw_left(connection, happening)
            fate, task_id = happening.fate, None
            if happening.wanted is not None and wanted is not None:
                fate = await _hindrance(connection, happening)
                if not fate:
                    fate, task_id = await self._queue(connection, happening.wanted, now)
            values = {"fate": fate, "task_id": task_id}
            if task_id is None:
                values["until"] = None
            await connection.execute(sa.update(t.happenings).where(_h.key == happening.key).values(values))
            if withdrawn or fate == QUEUED:
                await self._database.tell(connection)
            return Noted(fate, withdrawn=withdrawn)

        return await self._database.write(work)

    async def _queue(self, connection: AsyncConnection, wanted: Wanted, now: datetime) -> tuple[str, int | None]:
        """What became of it, and the task that is ours to withdraw: one that waited before is not."""
        open_task = (
            sa.select(t.tasks.c.id)
            .join_from(t.tasks, t.leads, t.leads.c.id == t.tasks.c.lead_id)
            .where(t.leads.c.phone == wanted.lead.phone, t.tasks.c.campaign_id == wanted.campaign_id)
            .where(t.tasks.c.outcome.is_(None))
        )
        before = (await connection.execute(open_task)).scalar_one_or_none()
        order = Order(wanted.campaign_id, now, wanted.due_at, wanted.priority, again=True)
        leads = {wanted.lead.phone: wanted.lead}
        fate = (await write_leads(connection, leads, order, self._rules)).fates[wanted.lead.phone].code
        task = (await connection.execute(open_task)).scalar_one_or_none()
        return fate, task if fate == QUEUED and task != before else None

    async def withdraw_pointless(self, *, now: datetime) -> int:
        meeting, later = t.meetings.c, t.meetings.alias().c
        stands = sa.exists().where(
            meeting.attempt_id == _h.meeting_of,
            ~sa.exists().where(later.lead_id == meeting.lead_id, later.booked_at > meeting.booked_at),
        )
        moved = (
            sa.select(_h.task_id)
            .join_from(t.happenings, t.tasks, t.tasks.c.id == _h.task_id)
            .where(_h.meeting_of.is_not(None), t.tasks.c.outcome.is_(None), ~stands)
        )
        over = sa.select(_h.task_id).where(_h.until <= now, _h.task_id.is_not(None))
        both = sa.union(over, moved)
        async with self._database.read() as connection:
            if not (await connection.execute(both)).first():  # most rounds: no lock for those
                return 0

        async def work(connection: AsyncConnection) -> int:
            withdrawn = await _withdraw(connection, (await connection.execute(both)).scalars().all())
            # One under way is looked at once more when it has ended and waits for another try.
            still = sa.exists().where(t.tasks.c.id == _h.task_id, t.tasks.c.outcome.is_(None))
            settled = sa.update(t.happenings).where(_h.until <= now, ~still)
            await connection.execute(settled.values(until=None))
            return withdrawn

        return await self._database.write(work)

    async def upcoming(self, *, after: datetime, before: datetime, without: str) -> Sequence[Upcoming]:
        meeting, slot, later = t.meetings.c, t.slots.c, t.meetings.alias().c
        told = sa.exists().where(_h.meeting_of == meeting.attempt_id, _h.trigger == without)
        query: sa.Select[*tuple[Any, ...]] = (
            sa.select(t.leads, meeting.attempt_id, meeting.booked_at, slot.starts_at)
            .join_from(t.meetings, t.slots, slot.id == meeting.slot_id)
            .join(t.leads, t.leads.c.id == meeting.lead_id)
            .where(slot.starts_at > after, slot.starts_at < before, ~told)
            .where(~sa.exists().where(later.lead_id == meeting.lead_id, later.booked_at > meeting.booked_at))
            .order_by(slot.starts_at, meeting.id)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [Upcoming(row.attempt_id, lead_of(row), row.starts_at, row.booked_at) for row in rows]


def _row(happening: Happening, now: datetime) -> dict[str, Any]:
    wanted = happening.wanted
    return {
        "key": happening.key,
        "source": happening.source,
        "kind": happening.kind,
        "lead_ref": happening.lead_ref,
        "stage": happening.stage,
        "at": happening.at,
        "noted_at": now,
        "meeting_of": happening.meeting_of,
        "trigger": "" if wanted is None else wanted.trigger,
        "while_stage": "" if wanted is None else wanted.stage,
        "until": None if wanted is None else wanted.until,
        "fate": "",
    }


async def _hindrance(connection: AsyncConnection, happening: Happening) -> str:
    """Why the call that is wanted has no point: STALE, OWN, or "" when it has one."""
    if happening.meeting_of is not None:
        return ""
    of_lead = (_h.source == happening.source, _h.lead_ref == happening.lead_ref)
    deleted, moved = _h.kind == "deleted", sa.and_(_h.kind == "stage", _h.at > happening.at)
    if happening.wanted is not None and happening.wanted.stage:
        moved = sa.and_(moved, _h.stage != happening.wanted.stage)
    elif happening.kind != "stage":
        moved = sa.false()
    if (await connection.execute(sa.select(_h.id).where(*of_lead, sa.or_(deleted, moved)).limit(1))).first():
        return STALE
    return OWN if happening.kind == "created" and await _made_by_us(connection, happening) else ""


async def _made_by_us(connection: AsyncConnection, happening: Happening) -> bool:
    """Whether a call was being told to this CRM when the lead was made there: then the robot made it."""
    out = t.outbox.c
    phone = "" if happening.wanted is None else happening.wanted.lead.phone
    query = (
        sa.select(out.id)
        .join_from(t.outbox, t.leads, t.leads.c.id == out.lead_id)
        .where(t.leads.c.phone == phone, out.target == happening.source, out.kind == Kind.CALL)
        .where(out.created_at < happening.at + CLOCKS_DIFFER)
        .where(sa.or_(out.ended_at.is_(None), out.ended_at > happening.at - CLOCKS_DIFFER))
    )
    return (await connection.execute(query.limit(1))).first() is not None


async def _withdraw_left(connection: AsyncConnection, happening: Happening) -> int:
    """Tasks for a stage that was left, or for a lead that is gone."""
    if happening.kind not in SETTLES:
        return 0
    query = (
        sa.select(_h.task_id)
        .join_from(t.happenings, t.tasks, t.tasks.c.id == _h.task_id)
        .where(_h.source == happening.source, _h.lead_ref == happening.lead_ref, t.tasks.c.outcome.is_(None))
    )
    if happening.kind == "stage":
        query = query.where(_h.while_stage != "", _h.while_stage != happening.stage, _h.at <= happening.at)
    return await _withdraw(connection, (await connection.execute(query)).scalars().all())


async def _withdraw(connection: AsyncConnection, task_ids: Sequence[int]) -> int:
    """Close those that are open and not being dialed."""
    task = t.tasks.c
    locked = sa.select(task.id).where(task.id.in_(task_ids), task.outcome.is_(None)).order_by(task.id)
    # Locked first: who begins to dial meanwhile is seen by the next statement.
    ids = (await connection.execute(locked.with_for_update(key_share=True))).scalars().all()
    closing = sa.update(t.tasks).where(task.id.in_(ids), ~under_way())
    values = {"state": TaskState.DONE, "outcome": Outcome.FAILED, "reason": POINTLESS}
    done = await connection.execute(closing.values(**values, owner=None, lease_until=None))
    return int(done.rowcount)
