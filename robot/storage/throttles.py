"""Other people's limits, shared by all nodes: one leaky bucket for each account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.throttle import turn
from robot.domain.clock import utc_now
from robot.storage.engine import Database
from robot.storage.rows import insert
from robot.storage.tables import throttles


async def clock(connection: AsyncConnection) -> datetime:
    """The one all nodes share. With SQLite they are on one machine."""
    if connection.dialect.name != "postgresql":
        return utc_now()
    told: datetime = (await connection.execute(sa.select(sa.func.clock_timestamp()))).scalar_one()
    return told


class SqlThrottle:
    """Throttle of robot.crm.throttle. The turn is taken in the database, by the database's clock, and waited for
    outside of it: nodes whose clocks differ would else take their turns at once, or wait for hours. now: instead."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._now = now
        self._sleep = sleep

    async def take(self, name: str, *, per_s: float, burst: int) -> None:
        """Raises StorageError."""
        mine = throttles.c.name == name

        async def work(connection: AsyncConnection) -> timedelta:
            now = self._now() if self._now else await clock(connection)
            new = insert(connection, throttles).values(name=name, empty_at=now).on_conflict_do_nothing()
            await connection.execute(new)
            query = sa.select(throttles.c.empty_at).where(mine).with_for_update()
            empty_at, wait = turn((await connection.execute(query)).scalar_one(), now, per_s=per_s, burst=burst)
            await connection.execute(sa.update(throttles).where(mine).values(empty_at=empty_at))
            return wait

        wait = await self._database.write(work)
        if wait:
            await self._sleep(wait.total_seconds())
