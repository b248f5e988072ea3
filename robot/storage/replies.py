"""Who asked for a call and waits to be told what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.base import QUEUED
from robot.crm.outbox_ports import Kind, NewDelivery
from robot.crm.triggers.ports import NOT_CALLED, Reply
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.outbox import put

AT_ONCE = 100

_h = t.happenings.c


class SqlReplies:
    """Replies of robot.crm.triggers.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send_off(self, *, now: datetime) -> Sequence[Reply]:
        due = (
            sa.select(t.happenings, t.tasks.c.reason.label("why"))
            .join_from(t.happenings, t.tasks, t.tasks.c.id == _h.task_id, isouter=True)
            # Written into the statement: the index of those who wait is used only where the text says so.
            .where(sa.text("happenings.reply_to != '' AND NOT happenings.replied"))
            .where(sa.or_(_h.task_id.is_(None), t.tasks.c.outcome.is_not(None)))
            .order_by(_h.id)
            .limit(AT_ONCE)
        )
        async with self._database.read() as connection:
            if not (await connection.execute(due)).first():  # most rounds: no lock for those
                return []

        async def work(connection: AsyncConnection) -> Sequence[Reply]:
            rows = (await connection.execute(due.with_for_update(of=t.happenings, skip_locked=True))).all()
            others = []
            for row in rows:
                told = await _told(connection, row)
                if row.lead_id is None:
                    others.append(Reply(row.key, row.source, row.reply_to, told))
                    continue
                payload = {"reply_to": row.reply_to, **told}
                reply = NewDelivery(f"reply:{row.key}", row.source, Kind.REPLY, row.lead_id, None, now, payload)
                await put(connection, [reply], now=now)
                await connection.execute(sa.update(t.happenings).where(_h.id == row.id).values(replied=True))
            return others

        return await self._database.write(work)

    async def sent(self, key: str) -> None:
        done = sa.update(t.happenings).where(_h.key == key).values(replied=True)
        await self._database.write(lambda connection: connection.execute(done))


async def _told(connection: AsyncConnection, row: sa.Row[Any]) -> Mapping[str, str]:
    if row.task_id is None:
        return {"outcome": NOT_CALLED, "reason": "" if row.fate == QUEUED else row.fate}
    a = t.attempts.c
    last: sa.Select[*tuple[Any, ...]] = (
        sa.select(a.outcome, a.reason, a.callback_at, t.activities.c.talked_s, t.slots.c.starts_at)
        .join_from(t.attempts, t.activities, t.activities.c.attempt_id == a.id, isouter=True)
        .join(t.meetings, t.meetings.c.attempt_id == a.id, isouter=True)
        .join(t.slots, t.slots.c.id == t.meetings.c.slot_id, isouter=True)
        .where(a.task_id == row.task_id, a.ended_at.is_not(None))
        .order_by(a.started_at.desc(), a.id)
        .limit(1)
    )
    call = (await connection.execute(last)).one_or_none()
    if call is None:
        return {"outcome": NOT_CALLED, "reason": row.why}
    told = {
        "outcome": call.outcome,
        "reason": call.reason,
        "talked_s": str(call.talked_s or 0),
        "meeting_at": _iso(call.starts_at),
        "callback_at": _iso(call.callback_at),
    }
    return {name: value for name, value in told.items() if value}


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="seconds")
