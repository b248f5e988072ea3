"""The log of attempts: written before the phone rings, closed once, by whoever comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.dialer.ports import Begun
from robot.domain.calls import CallResult, ClaimedTask, OpenAttempt, Turn
from robot.storage import tables as t
from robot.storage.closing import close_attempt
from robot.storage.engine import Database
from robot.storage.errors import UnknownAttempt
from robot.storage.rows import dialing, insert, lead_of, stopped, under_way


class SqlAttempts:
    """AttemptLog of robot.dialer.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, claimed: ClaimedTask, *, attempt_id: UUID, node: str, now: datetime) -> Begun | None:
        async def work(connection: AsyncConnection) -> Begun | None:
            campaign = await dialing(connection, claimed.campaign.id, now)
            if campaign is None:
                return None
            ours = (
                sa.select(t.leads)
                .join_from(t.tasks, t.leads, t.leads.c.id == t.tasks.c.lead_id)
                .where(t.tasks.c.id == claimed.task.id, t.tasks.c.owner == node, t.tasks.c.lease_until > now)
                .where(~under_way())
                .with_for_update(key_share=True, of=[t.tasks, t.leads])
            )
            row = (await connection.execute(ours)).one_or_none()
            if row is None:
                return None
            lead = lead_of(row)
            if not campaign.window.allows(now, *lead.zones) or await stopped(connection, [lead.phone]):
                return None
            await connection.execute(
                sa.insert(t.attempts).values(
                    id=attempt_id,
                    task_id=claimed.task.id,
                    campaign_id=campaign.id,
                    lead_id=lead.id,
                    node=node,
                    day=campaign.day(now),
                    started_at=now,
                    collected={},
                )
            )
            return Begun()

        return await self._database.write(work)

    async def finish(self, attempt_id: UUID, result: CallResult, *, retry_at: datetime | None) -> None:
        await self._database.write(lambda connection: close_attempt(connection, attempt_id, result, retry_at=retry_at))

    async def unfinished(self, node: str) -> Sequence[OpenAttempt]:
        query = (
            sa.select(t.attempts.c.id, t.attempts.c.task_id, t.attempts.c.answered_at)
            .where(t.attempts.c.ended_at.is_(None), t.attempts.c.node == node)
            .order_by(t.attempts.c.started_at)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [OpenAttempt(row.id, row.task_id, row.answered_at is not None) for row in rows]


class SqlCallLog:
    """CallLog of robot.calls.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def answered(self, attempt_id: UUID, *, at: datetime) -> None:
        first = sa.func.coalesce(t.attempts.c.answered_at, sa.bindparam("at", at, t.attempts.c.answered_at.type))
        statement = sa.update(t.attempts).where(t.attempts.c.id == attempt_id).values(answered_at=first)
        done = await self._database.write(lambda connection: connection.execute(statement))
        if done.rowcount == 0:
            raise UnknownAttempt(f"no attempt {attempt_id}")

    async def turn(self, attempt_id: UUID, turn: Turn) -> None:
        async def work(connection: AsyncConnection) -> None:
            known = sa.select(t.attempts.c.id).where(t.attempts.c.id == attempt_id)
            if (await connection.execute(known)).one_or_none() is None:
                raise UnknownAttempt(f"no attempt {attempt_id}")
            values = {column.name: getattr(turn, column.name) for column in t.turns.c if column.name != "attempt_id"}
            statement = insert(connection, t.turns).values(attempt_id=attempt_id, **values)
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[t.turns.c.attempt_id, t.turns.c.number],
                    set_=values,
                    # An ended turn is not opened again by a write that was overtaken.
                    where=t.turns.c.ending.is_(None) | statement.excluded.ending.is_not(None),
                )
            )

        await self._database.write(work)
