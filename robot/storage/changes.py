"""How far each CRM was read, and what its webhooks told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.touched import Touched
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import insert

GIVEN_UP = timedelta(days=3)
"""What could not be read for so long is read by nobody."""

_c = t.change_cursors.c
_w = t.touched.c


class SqlCursors:
    """Cursors of robot.crm.triggers.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, source: str, *, owner: str, now: datetime, until: datetime) -> str | None:
        free = sa.or_(_c.owner == owner, _c.lease_until.is_(None), _c.lease_until <= now)

        async def work(connection: AsyncConnection) -> str | None:
            await connection.execute(
                insert(connection, t.change_cursors).values(source=source).on_conflict_do_nothing()
            )
            taking = sa.update(t.change_cursors).where(_c.source == source, free)
            taken = await connection.execute(taking.values(owner=owner, lease_until=until))
            if not taken.rowcount:
                return None
            return str((await connection.execute(sa.select(_c.place).where(_c.source == source))).scalar_one())

        return await self._database.write(work)

    async def keep(self, source: str, place: str, *, owner: str) -> bool:
        statement = sa.update(t.change_cursors).where(_c.source == source, _c.owner == owner).values(place=place)

        async def work(connection: AsyncConnection) -> bool:
            return bool((await connection.execute(statement)).rowcount)

        return await self._database.write(work)


class SqlInbox:
    """Inbox of robot.crm.triggers.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, source: str, told: Sequence[Touched], *, now: datetime) -> int:
        each = {(one.kind, one.ref): one.told for one in told}
        rows = [
            {"source": source, "kind": kind, "ref": ref, "first_at": now, "told_at": now, "told": facts}
            for (kind, ref), facts in each.items()
        ]
        if not rows:
            return 0

        async def work(connection: AsyncConnection) -> int:
            entry = insert(connection, t.touched)
            again = entry.on_conflict_do_update(index_elements=["source", "kind", "ref"], set_={"told_at": now})
            await connection.execute(again, rows)
            return len(rows)

        return await self._database.write(work)

    async def waiting(self, source: str, *, limit: int) -> Sequence[tuple[Touched, datetime]]:
        query = sa.select(t.touched).where(_w.source == source).order_by(_w.told_at, _w.kind, _w.ref).limit(limit)
        async with self._database.read() as connection:
            return [(Touched(row.kind, row.ref, told=row.told), row.told_at) for row in await connection.execute(query)]

    async def done(self, source: str, touched: Touched, told_at: datetime) -> None:
        gone = sa.delete(t.touched).where(*_is(source, touched), _w.told_at == told_at)
        await self._database.write(lambda connection: connection.execute(gone))

    async def later(self, source: str, touched: Touched, *, now: datetime) -> None:
        this = _is(source, touched)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.delete(t.touched).where(*this, _w.first_at < now - GIVEN_UP))
            await connection.execute(sa.update(t.touched).where(*this).values(told_at=now))

        await self._database.write(work)


def _is(source: str, touched: Touched) -> tuple[sa.ColumnElement[bool], ...]:
    return _w.source == source, _w.kind == touched.kind, _w.ref == touched.ref
