"""What happened, once by its key: queues the call a trigger wants, withdraws those that have no point any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.base import QUEUED
from robot.crm.triggers.ports import Happening, HasDocument, Noted, Upcoming, Wanted
from robot.domain.rules import DialingRules
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.leads import Order, write_leads
from robot.storage.pointless import ARRIVED, about_documents, hindrance, withdraw, withdraw_left
from robot.storage.rows import insert, lead_of
from robot.storage.rules import merged
from robot.storage.tables_sending import sent

_OF_LEAD = 0x7A77
"""First key of the advisory lock under which happenings of one lead are noted; the second is the lead."""

_h = t.happenings.c
_s = sent.c


class SqlHappenings:
    """Happenings of robot.crm.triggers.ports."""

    def __init__(self, database: Database, rules: DialingRules) -> None:
        self._database = database
        self._rules = rules

    async def note(self, happening: Happening, *, now: datetime) -> Noted:
        wanted = None if happening.wanted is None else merged([happening.wanted.lead])

        async def work(connection: AsyncConnection) -> Noted:
            lead_id = await _lead_of(connection, happening)
            await _one_at_a_time(connection, lead_id)
            row = insert(connection, t.happenings).values(_row(happening, now) | {"lead_id": lead_id})
            # Of two at once the second waits here until the first one is written.
            if not (await connection.execute(row.on_conflict_do_nothing())).rowcount:
                known = sa.select(_h.fate).where(_h.key == happening.key)
                return Noted((await connection.execute(known)).scalar_one(), again=True)
            withdrawn = await withdraw_left(connection, happening, lead_id, now=now)
            fate, task_id = happening.fate, None
            if happening.wanted is not None and wanted is not None:
                fate = await hindrance(connection, happening, lead_id)
                if not fate:
                    fate, task_id = await self._queue(connection, happening.wanted, now)
                    lead_id = lead_id or await _lead_of(connection, happening)
            values = {"fate": fate, "task_id": task_id, "lead_id": lead_id}
            if task_id is None:
                values["until"] = None
            await connection.execute(sa.update(t.happenings).where(_h.key == happening.key).values(values))
            if withdrawn or fate == QUEUED:
                await self._database.tell(connection)
            return Noted(fate, withdrawn=withdrawn)

        return await self._database.write(work)

    async def _queue(self, connection: AsyncConnection, wanted: Wanted, now: datetime) -> tuple[str, int | None]:
        """What became of it, and the task that is ours to withdraw: one that waited before is not, unless another
        happening wants it."""
        open_task = (
            sa.select(t.tasks.c.id)
            .join_from(t.tasks, t.leads, t.leads.c.id == t.tasks.c.lead_id)
            .where(t.leads.c.phone == wanted.lead.phone, t.tasks.c.campaign_id == wanted.campaign_id)
            .where(t.tasks.c.outcome.is_(None))
        )
        before = (await connection.execute(open_task)).scalar_one_or_none()
        order = Order(wanted.campaign_id, now, wanted.due_at, wanted.priority, again=True, script=wanted.script)
        leads = {wanted.lead.phone: wanted.lead}
        fate = (await write_leads(connection, leads, order, self._rules)).fates[wanted.lead.phone].code
        task = (await connection.execute(open_task)).scalar_one_or_none()
        linked = sa.select(sa.exists().where(_h.task_id == before))
        ours = task != before or (await connection.execute(linked)).scalar_one()
        return fate, task if ours else None

    async def withdraw_pointless(self, *, now: datetime) -> int:
        meeting, later = t.meetings.c, t.meetings.alias().c
        stands = sa.exists().where(
            meeting.attempt_id == _h.meeting_of,
            ~sa.exists().where(later.lead_id == meeting.lead_id, later.booked_at > meeting.booked_at),
        )
        moved = (
            sa.select(_h.id)
            .join_from(t.happenings, t.tasks, t.tasks.c.id == _h.task_id)
            .where(_h.meeting_of.is_not(None), t.tasks.c.outcome.is_(None), ~stands)
        )
        over = sa.select(_h.id).where(_h.until <= now, _h.task_id.is_not(None))
        pointless = sa.union(over, moved, about_documents())
        async with self._database.read() as connection:
            if not (await connection.execute(pointless)).first():  # most rounds: no lock for those
                return 0

        async def work(connection: AsyncConnection) -> int:
            withdrawn = await withdraw(connection, pointless, now=now)
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

    async def documents(
        self, *, after: datetime, before: datetime, without: str, document: str = ""
    ) -> Sequence[HasDocument]:
        told = sa.exists().where(_h.sent_key == _s.key, _h.sent_key != "", _h.trigger == without)
        query: sa.Select[*tuple[Any, ...]] = (
            sa.select(t.leads, _s.key, _s.changed_at)
            .join_from(sent, t.leads, t.leads.c.id == _s.lead_id)
            .where(_s.document == document if document else _s.document != "", _s.state.in_(ARRIVED))
            .where(_s.changed_at > after, _s.changed_at <= before, ~told)
            .order_by(_s.changed_at, _s.id)
        )
        async with self._database.read() as connection:
            return [HasDocument(row.key, lead_of(row), row.changed_at) for row in await connection.execute(query)]

    async def withdraw_gone(self, source: str, trigger: str, *, still: Collection[str], now: datetime) -> int:
        gone = sa.select(_h.id).where(_h.source == source, _h.trigger == trigger, _h.key.not_in(list(still)))
        open_ones = gone.join_from(t.happenings, t.tasks, t.tasks.c.id == _h.task_id).where(t.tasks.c.outcome.is_(None))
        return await self._database.write(lambda connection: withdraw(connection, open_ones, now=now))


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
        "closed": happening.closed,
        "sent_key": happening.sent_key,
        "reply_to": happening.reply_to,
        "trigger": "" if wanted is None else wanted.trigger,
        "while_stage": "" if wanted is None else wanted.stage,
        "until": None if wanted is None else wanted.until,
        "fate": "",
    }


async def _lead_of(connection: AsyncConnection, happening: Happening) -> int | None:
    """Ours with this number; of a lead that is told without it, the one it had before."""
    query = sa.select(t.leads.c.id).where(t.leads.c.phone == happening.phone)
    if not happening.phone:
        before = (_h.source == happening.source, _h.lead_ref == happening.lead_ref, _h.lead_id.is_not(None))
        query = sa.select(_h.lead_id).where(*before).order_by(_h.at.desc(), _h.id.desc()).limit(1)
    return (await connection.execute(query)).scalar_one_or_none()


async def _one_at_a_time(connection: AsyncConnection, lead_id: int | None) -> None:
    """Of two happenings of one lead on two nodes, what one wants and the other takes back, the second sees the first.
    Before all other locks; SQLite has one writer."""
    if lead_id is not None and connection.dialect.name == "postgresql":
        key = sa.func.pg_advisory_xact_lock(_OF_LEAD, lead_id % 2**31)
        await connection.execute(sa.select(key))
