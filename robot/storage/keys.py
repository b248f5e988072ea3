"""Secrets of the installation that all nodes share, and the telephones of its users."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import insert

BYTES = 32


class SqlServerKeys:
    """ServerKeys of robot.web.call_ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def key(self, name: str, *, now: datetime) -> bytes:
        query = sa.select(t.server_keys.c.key).where(t.server_keys.c.name == name)
        async with self._database.read() as connection:
            kept = (await connection.execute(query)).scalar_one_or_none()
        if kept is not None:
            return bytes(kept)

        async def work(connection: AsyncConnection) -> bytes:
            new = insert(connection, t.server_keys).values(name=name, key=secrets.token_bytes(BYTES), made_at=now)
            await connection.execute(new.on_conflict_do_nothing())
            return bytes((await connection.execute(query)).scalar_one())

        return await self._database.write(work)


class SqlTelephones:
    """Telephones of robot.web.call_ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: int) -> str:
        query = sa.select(t.user_telephones.c.number).where(t.user_telephones.c.user_id == user_id)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar_one_or_none() or ""

    async def keep(self, user_id: int, number: str) -> None:
        async def work(connection: AsyncConnection) -> None:
            new = insert(connection, t.user_telephones).values(user_id=user_id, number=number)
            await connection.execute(
                new.on_conflict_do_update(index_elements=[t.user_telephones.c.user_id], set_={"number": number})
            )

        await self._database.write(work)
