"""A meeting that is moved: who has one to come and agrees on another time has one meeting afterwards, and one slot.

The new one stands where the old one stood: it counts on the day, and for the campaign, that the first of them was
promised for, so that no day's quota has it twice. What was before is kept in `moved_meetings`: a call is told of late,
with the meeting that was agreed in it, and the next one moves that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.stages import TaskKind
from robot.storage import tables as t


async def to_come(connection: AsyncConnection, attempt_id: UUID) -> Sequence[sa.Row[Any]]:
    """The meetings booked in other calls that the lead of this attempt had still to come when it began, the last booked
    first: attempt_id, slot_id, the slot, the campaign and day it counts for, and when its call began."""
    mine, theirs = t.attempts.alias("mine"), t.attempts
    slot, meeting = t.slots.c, t.meetings.c
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            meeting.id,
            meeting.slot_id,
            meeting.attempt_id,
            slot.manager_id,
            slot.starts_at,
            slot.ends_at,
            slot.campaign_id,
            slot.day,
            theirs.c.started_at.label("called_at"),
        )
        .join_from(t.meetings, t.slots, slot.id == meeting.slot_id)
        .join(theirs, theirs.c.id == meeting.attempt_id)
        .join(mine, mine.c.lead_id == meeting.lead_id)
        .where(mine.c.id == attempt_id, meeting.attempt_id != attempt_id, slot.starts_at > mine.c.started_at)
        .order_by(meeting.id.desc())
    )
    return (await connection.execute(query)).all()


async def counts_for(connection: AsyncConnection, attempt_id: UUID, campaign_id: int, day: date) -> tuple[int, date]:
    """The campaign and the day that a slot of this attempt counts for: those of the meeting it would move, else the
    given ones."""
    before = await to_come(connection, attempt_id)
    return (before[0].campaign_id, before[0].day) if before else (campaign_id, day)


async def move(connection: AsyncConnection, attempt_id: UUID, *, now: datetime) -> None:
    """Free what the lead had to come, since a meeting was agreed in this attempt instead; the managers' tasks for it
    are over."""
    for before in await to_come(connection, attempt_id):
        values = {
            "attempt_id": before.attempt_id,
            "manager_id": before.manager_id,
            "starts_at": before.starts_at,
            "ends_at": before.ends_at,
            "moved_by": attempt_id,
        }
        await connection.execute(sa.insert(t.moved_meetings).values(values))
        await connection.execute(sa.delete(t.meetings).where(t.meetings.c.id == before.id))
        await connection.execute(sa.delete(t.slots).where(t.slots.c.id == before.slot_id))
        task = t.manager_tasks.c
        over = (task.attempt_id == before.attempt_id, task.kind == TaskKind.MEETING, task.done_at.is_(None))
        await connection.execute(sa.update(t.manager_tasks).where(*over).values(done_at=now))
