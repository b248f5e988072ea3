"""The stop list: numbers that are never dialed again, in any campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.calls import TaskState
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import chunks, insert, stopped, under_way


class SqlStopList:
    """StopList of robot.crm.base."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, phone: str, *, reason: str, now: datetime) -> int:
        async def work(connection: AsyncConnection) -> int:
            lead = sa.select(t.leads.c.id).where(t.leads.c.phone == phone).with_for_update(key_share=True)
            ids = (await connection.execute(lead)).scalars().all()
            await bar(connection, phone, reason=reason, now=now)
            return await withdraw(connection, ids)

        return await self._database.write(work)

    async def contains(self, phone: str) -> bool:
        async with self._database.read() as connection:
            return bool(await stopped(connection, [phone]))


async def bar(connection: AsyncConnection, phone: str, *, reason: str, now: datetime) -> None:
    """Put the number on the list; the first reason stands."""
    entry = insert(connection, t.stop_list).values(phone=phone, since=now, reason=reason)
    await connection.execute(entry.on_conflict_do_nothing())


async def withdraw(connection: AsyncConnection, lead_ids: Sequence[int]) -> int:
    """Close all open tasks of these leads, in every campaign, but those being dialed: their attempt closes them."""
    closed = 0
    for some in chunks(lead_ids):
        done = await connection.execute(
            sa.update(t.tasks)
            .where(t.tasks.c.lead_id.in_(some), t.tasks.c.outcome.is_(None), ~under_way())
            .values(state=TaskState.DONE, outcome=Outcome.OPTED_OUT, owner=None, lease_until=None)
        )
        closed += done.rowcount
    return closed
