"""When managers are busy elsewhere, as it was read last."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.connector import Busy
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import chunks


class SqlBusyTimes:
    """BusyTimes of robot.calendars.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(self, source: str, busy: Sequence[Busy], *, after: datetime, before: datetime) -> None:
        async def work(connection: AsyncConnection) -> None:
            c = t.busy_times.c
            gone = sa.delete(t.busy_times).where(c.source == source, c.starts_at < before)
            await connection.execute(gone)
            names = {one.manager for one in busy}
            known = sa.select(t.managers.c.name, t.managers.c.id).where(t.managers.c.name.in_(names))
            ids = {row.name: row.id for row in await connection.execute(known)}
            rows = [
                {"manager_id": ids[one.manager], "starts_at": one.starts_at, "ends_at": one.ends_at, "source": source}
                for one in busy
                if one.manager in ids and one.starts_at < one.ends_at and one.ends_at > after
            ]
            for some in chunks(rows):
                await connection.execute(sa.insert(t.busy_times), some)

        await self._database.write(work)

    async def keep_only(self, sources: Collection[str]) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.delete(t.busy_times).where(t.busy_times.c.source.not_in(sorted(sources))))

        await self._database.write(work)
