"""Scripts that are edited in the browser: what is kept of them, and which campaign speaks which."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.scripts import KeptRecording, Pin, StoredScript
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import insert


class SqlScripts:
    """Scripts of robot.scripts.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[StoredScript]:
        query = sa.select(t.scripts).where(t.scripts.c.put_away_at.is_(None)).order_by(t.scripts.c.name)
        async with self._database.read() as connection:
            return [_script_of(row) for row in await connection.execute(query)]

    async def add(self, name: str, *, by: str, now: datetime) -> bool:
        async def work(connection: AsyncConnection) -> bool:
            made = insert(connection, t.scripts).values(name=name, made_by=by, made_at=now, positions={})
            done = await connection.execute(made.on_conflict_do_nothing(index_elements=[t.scripts.c.name]))
            return bool(done.rowcount)

        return await self._database.write(work)

    async def get(self, name: str) -> StoredScript | None:
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(t.scripts).where(t.scripts.c.name == name))).one_or_none()
            return None if row is None else _script_of(row)

    async def put_away(self, name: str, *, now: datetime | None) -> None:
        statement = sa.update(t.scripts).where(t.scripts.c.name == name).values(put_away_at=now)
        await self._database.write(lambda connection: connection.execute(statement))

    async def place(self, name: str, positions: Mapping[str, tuple[float, float] | None]) -> None:
        async def work(connection: AsyncConnection) -> None:
            query = sa.select(t.scripts.c.positions).where(t.scripts.c.name == name).with_for_update()
            known = (await connection.execute(query)).scalar_one_or_none()
            if known is None:
                return
            placed = {**known, **{phrase: list(at) for phrase, at in positions.items() if at is not None}}
            kept = {phrase: at for phrase, at in placed.items() if positions.get(phrase, ()) is not None}
            await connection.execute(sa.update(t.scripts).where(t.scripts.c.name == name).values(positions=kept))

        await self._database.write(work)


def _script_of(row: Any) -> StoredScript:
    positions = {phrase: (float(x), float(y)) for phrase, (x, y) in row.positions.items()}
    return StoredScript(row.name, row.made_by, row.made_at, row.put_away_at, positions)


class SqlPins:
    """Pins of robot.scripts.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[Pin]:
        async with self._database.read() as connection:
            return [Pin(*row) for row in await connection.execute(sa.select(t.script_pins))]

    async def set(self, campaign_id: int, script: str, version: int | None) -> None:
        key = {"campaign_id": campaign_id, "script": script}

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.delete(t.script_pins).filter_by(**key))
            if version is not None:
                await connection.execute(sa.insert(t.script_pins).values(**key, version=version))

        await self._database.write(work)


class SqlSounds:
    """Sounds of robot.scripts.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, script: str, file: str, content: bytes, *, seconds: float, now: datetime) -> KeptRecording:
        digest = hashlib.sha256(content).hexdigest()
        kept = {"digest": digest, "seconds": seconds}

        async def work(connection: AsyncConnection) -> None:
            sound = insert(connection, t.script_sounds).values(digest=digest, content=content, made_at=now)
            await connection.execute(sound.on_conflict_do_nothing(index_elements=[t.script_sounds.c.digest]))
            named = insert(connection, t.script_recordings).values(script=script, file=file, **kept)
            key = [t.script_recordings.c.script, t.script_recordings.c.file]
            await connection.execute(named.on_conflict_do_update(index_elements=key, set_=kept))

        await self._database.write(work)
        return KeptRecording(file, digest, seconds)

    async def of(self, script: str) -> Sequence[KeptRecording]:
        r = t.script_recordings.c
        query = sa.select(r.file, r.digest, r.seconds).where(r.script == script).order_by(r.file)
        async with self._database.read() as connection:
            return [KeptRecording(*row) for row in await connection.execute(query)]

    async def content(self, digest: str) -> bytes | None:
        query = sa.select(t.script_sounds.c.content).where(t.script_sounds.c.digest == digest)
        async with self._database.read() as connection:
            found: bytes | None = (await connection.execute(query)).scalar_one_or_none()
            return found

    async def remove(self, script: str, file: str) -> bool:
        r = t.script_recordings.c
        statement = sa.delete(t.script_recordings).where(r.script == script, r.file == file)
        return bool((await self._database.write(lambda connection: connection.execute(statement))).rowcount)
