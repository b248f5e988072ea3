"""When a call that a trigger wants has no point, and how tasks are taken back before they are dialed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.outbox_ports import Kind
from robot.crm.sent import SentState
from robot.crm.triggers.ports import OWN, POINTLESS, STALE, TALKED, Happening
from robot.crm.triggers.rules import ANSWERED, DELETED, SETTLES, On
from robot.domain.calls import TaskState
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.rows import under_way
from robot.storage.tables_sending import sent

CLOCKS_DIFFER = timedelta(minutes=10)
"""Between a CRM's clock and ours, when a lead is taken for one that the robot made there."""
ARRIVED = (SentState.SENT, SentState.DELIVERED)
"""What was sent is with the client, as far as anybody knows."""

_h = t.happenings.c
_s = sent.c


def _same_client(happening: Happening, lead_id: int | None) -> sa.ColumnElement[bool]:
    """Happenings of the client, whatever tells of them."""
    same = sa.and_(_h.source == happening.source, _h.lead_ref == happening.lead_ref)
    return same if lead_id is None else sa.or_(same, _h.lead_id == lead_id)


async def hindrance(connection: AsyncConnection, happening: Happening, lead_id: int | None) -> str:
    """Why the call that is wanted has no point: STALE, TALKED, OWN, or "" when it has one."""
    wanted = happening.wanted
    if happening.meeting_of is not None or wanted is None:
        return ""
    ours = bool(happening.sent_key)
    # A client may have several cards in a CRM: one that is closed tells nothing of another.
    of_card = _same_client(happening, lead_id if ours else None)
    moved = sa.and_(_h.kind == On.STAGE, _h.at > happening.at, _h.stage != wanted.stage)
    if not wanted.stage:
        moved = sa.and_(moved, sa.true() if happening.kind == On.STAGE else _h.closed)
    gone = sa.and_(_h.kind == DELETED, _h.at > happening.at) if ours else _h.kind == DELETED
    if (await connection.execute(sa.select(_h.id).where(of_card, sa.or_(gone, moved)).limit(1))).first():
        return STALE
    answered = (_same_client(happening, lead_id), _h.kind == ANSWERED, _h.at > happening.at)
    if (await connection.execute(sa.select(_h.id).where(*answered).limit(1))).first():
        return TALKED
    if ours and await _talked(connection, lead_id, since=happening.at):
        return TALKED
    return OWN if happening.kind == On.CREATED and await _made_by_us(connection, happening) else ""


async def _talked(connection: AsyncConnection, lead_id: int | None, *, since: datetime) -> bool:
    """Whether the robot talked to him, whoever rang whom."""
    a = t.attempts.c
    query = sa.select(a.id).where(a.lead_id == lead_id, a.answered_at > since)
    return (await connection.execute(query.limit(1))).first() is not None


def about_documents() -> sa.Select[Any]:
    """Happenings with open tasks: their document came back, or the robot talked to the client in another call."""
    a = t.attempts.c
    returned = sa.exists().where(_s.key == _h.sent_key, _s.state.not_in(ARRIVED))
    talked = sa.exists().where(a.lead_id == _h.lead_id, a.task_id != _h.task_id, a.answered_at > _h.at)
    return (
        sa.select(_h.id)
        .join_from(t.happenings, t.tasks, t.tasks.c.id == _h.task_id)
        .where(_h.sent_key != "", t.tasks.c.outcome.is_(None), sa.or_(returned, talked))
    )


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


async def withdraw_left(
    connection: AsyncConnection, happening: Happening, lead_id: int | None, *, now: datetime
) -> int:
    """Tasks for a stage that was left, for a lead that is won, lost or gone, for a client whom a person talked to. None
    of reminders: a meeting stands until it is moved."""
    if happening.kind not in SETTLES:
        return 0
    earlier = _h.at <= happening.at
    of_card = _same_client(happening, None)
    ours = sa.and_(_same_client(happening, lead_id), _h.sent_key != "")
    if happening.kind == ANSWERED:
        which = sa.and_(_same_client(happening, lead_id), earlier)
    elif happening.kind == DELETED:
        which = sa.or_(of_card, sa.and_(ours, earlier))
    else:
        left = sa.and_(of_card, _h.while_stage != "", _h.while_stage != happening.stage)
        closed = sa.and_(sa.or_(of_card, ours), _h.while_stage != happening.stage)
        which = sa.and_(closed if happening.closed else left, earlier)
    return await withdraw(connection, sa.select(_h.id).where(which, _h.meeting_of.is_(None)), now=now)


async def withdraw(
    connection: AsyncConnection, chosen: sa.Select[Any] | sa.CompoundSelect[Any], *, now: datetime
) -> int:
    """Happenings (ids) that want their call no more; how many tasks are closed by that. One that another happening
    wants stays; one under way is looked at again when it has ended and waits for another try."""
    task = t.tasks.c
    query = (
        sa.select(_h.id, _h.task_id)
        .join_from(t.happenings, t.tasks, task.id == _h.task_id)
        .where(_h.id.in_(chosen), task.outcome.is_(None))
    )
    rows = (await connection.execute(query)).all()
    if not rows:
        return 0
    tasks = sorted({row.task_id for row in rows})
    locked = sa.select(task.id).where(task.id.in_(tasks), task.outcome.is_(None)).order_by(task.id)
    # Locked first: who begins to dial meanwhile is seen by the next statement.
    await connection.execute(locked.with_for_update(key_share=True))
    waiting = set((await connection.execute(locked.where(~under_way()))).scalars())
    free = [row.id for row in rows if row.task_id in waiting]
    gone = {"task_id": None, "until": None, "fate": POINTLESS}
    await connection.execute(sa.update(t.happenings).where(_h.id.in_(free)).values(gone))
    busy = [row.id for row in rows if row.task_id not in waiting]
    await connection.execute(sa.update(t.happenings).where(_h.id.in_(busy)).values(until=now))
    wanted = sa.exists().where(_h.task_id == task.id)
    closing = sa.update(t.tasks).where(task.id.in_(waiting), ~wanted)
    values = {"state": TaskState.DONE, "outcome": Outcome.FAILED, "reason": POINTLESS}
    done = await connection.execute(closing.values(**values, owner=None, lease_until=None))
    return int(done.rowcount)
