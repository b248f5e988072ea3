"""What the managers have in their diaries: our slots, and what was read out of their other calendars."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.meetings import MOST_BUFFER, Diaries, Slot
from robot.domain.people import Manager
from robot.storage import tables as t
from robot.storage.rows import manager_of, slot_of
from robot.storage.tables_calls import HELD, OFFERED


async def managers_of(connection: AsyncConnection, campaign_id: int) -> Sequence[Manager]:
    """Who meets the campaign's clients."""
    query = (
        sa.select(t.managers)
        .join(t.campaign_managers, t.campaign_managers.c.manager_id == t.managers.c.id)
        .where(t.campaign_managers.c.campaign_id == campaign_id)
        .order_by(t.managers.c.id)
    )
    return [manager_of(row) for row in await connection.execute(query)]


def near(table: sa.Table, managers: Collection[int], after: datetime, before: datetime) -> sa.ColumnElement[bool]:
    """Rows of slots or busy_times that may matter to a meeting between the two moments."""
    c = table.c
    return sa.and_(c.manager_id.in_(managers), c.starts_at < before + MOST_BUFFER, c.ends_at > after - MOST_BUFFER)


async def busy(connection: AsyncConnection, managers: Collection[int], after: datetime, before: datetime) -> list[Slot]:
    """What they have elsewhere."""
    c = t.busy_times.c
    query = sa.select(c.manager_id, c.starts_at, c.ends_at).where(near(t.busy_times, managers, after, before))
    return [slot_of(row) for row in await connection.execute(query)]


async def diaries(
    connection: AsyncConnection,
    managers: Sequence[Manager],
    *,
    after: datetime,
    before: datetime,
    now: datetime,
    attempt_id: UUID | None = None,
) -> Diaries:
    """For one client: what he is offered himself (in this attempt) is free to him."""
    slot, ids = t.slots.c, [manager.id for manager in managers]
    taken = sa.select(t.slots).where(near(t.slots, ids, after, before))
    if attempt_id is not None:
        taken = taken.where(sa.or_(slot.attempt_id != attempt_id, slot.state != OFFERED))
    coming: sa.Select[*tuple[Any, ...]] = (
        sa.select(slot.manager_id, sa.func.count().label("meetings"))
        .where(slot.manager_id.in_(ids), slot.state == HELD, slot.ends_at > now)
        .group_by(slot.manager_id)
    )
    return Diaries(
        {manager.id: manager.hours for manager in managers},
        [slot_of(row) for row in await connection.execute(taken)],
        await busy(connection, ids, after, before),
        {row.manager_id: row.meetings for row in await connection.execute(coming)},
    )
