"""Drafts of scripts with their history, and the versions that were published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.scripts import Revision, Version, VersionMark
from robot.scripts.ports import MOST_REVISIONS
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import insert

_r, _v = t.script_revisions.c, t.script_versions.c
_MARK = (
    _v.script, _v.version, _v.hash, _v.title, _v.goal, _v.phrases, _v.note, _v.author, _v.published_at, _v.ancestor,
    _v.restored, _v.findings,
)  # fmt: skip


class SqlDrafts:
    """Drafts of robot.scripts.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self, script: str) -> Revision | None:
        query = sa.select(t.script_revisions).where(_r.script == script).order_by(_r.number.desc()).limit(1)
        return await self._one(query)

    async def get(self, script: str, number: int) -> Revision | None:
        return await self._one(sa.select(t.script_revisions).where(_r.script == script, _r.number == number))

    async def _one(self, query: sa.Select[Any]) -> Revision | None:
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
            return None if row is None else Revision(*row)

    async def save(self, revision: Revision) -> bool:
        async def work(connection: AsyncConnection) -> bool:
            newest = sa.select(sa.func.coalesce(sa.func.max(_r.number), 0)).where(_r.script == revision.script)
            if (await connection.execute(newest)).scalar_one() != revision.number - 1:
                return False
            made = insert(connection, t.script_revisions).values(**asdict(revision))
            key = [_r.script, _r.number]
            if not (await connection.execute(made.on_conflict_do_nothing(index_elements=key))).rowcount:
                return False
            old = sa.delete(t.script_revisions).where(
                _r.script == revision.script, _r.number <= revision.number - MOST_REVISIONS
            )
            await connection.execute(old)
            return True

        return await self._database.write(work)

    async def rebase(self, script: str, version: int, *, since: int) -> None:
        statement = sa.update(t.script_revisions).where(_r.script == script, _r.number >= since).values(base=version)
        await self._database.write(lambda connection: connection.execute(statement))

    async def history(self, script: str, *, before: int | None, limit: int) -> Sequence[Revision]:
        query = sa.select(t.script_revisions).where(_r.script == script).order_by(_r.number.desc()).limit(limit)
        if before is not None:
            query = query.where(_r.number < before)
        async with self._database.read() as connection:
            return [Revision(*row) for row in await connection.execute(query)]


class SqlVersions:
    """Versions of robot.scripts.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def live(self) -> Mapping[str, VersionMark]:
        newest = sa.select(_v.script, sa.func.max(_v.version).label("version")).group_by(_v.script).subquery()
        query = sa.select(*_MARK).join(
            newest, sa.and_(newest.c.script == _v.script, newest.c.version == _v.version)
        )  # a few rows: scripts are tens
        async with self._database.read() as connection:
            return {row.script: _mark_of(row) for row in await connection.execute(query)}

    async def get(self, script: str, version: int) -> Version | None:
        query = sa.select(t.script_versions).where(_v.script == script, _v.version == version)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return None
            return Version(_mark_of(row), row.text, row.bundle, row.recordings, tuple(row.findings))

    async def of(self, script: str, *, before: int | None, limit: int) -> Sequence[VersionMark]:
        query = sa.select(*_MARK).where(_v.script == script).order_by(_v.version.desc()).limit(limit)
        if before is not None:
            query = query.where(_v.version < before)
        async with self._database.read() as connection:
            return [_mark_of(row) for row in await connection.execute(query)]

    async def publish(self, version: Version, *, shipped: Version | None = None) -> bool:
        key = [_v.script, _v.version]

        async def work(connection: AsyncConnection) -> bool:
            if shipped is not None:
                first = insert(connection, t.script_versions).values(_row(shipped))
                await connection.execute(first.on_conflict_do_nothing(index_elements=key))
            made = insert(connection, t.script_versions).values(_row(version))
            done = await connection.execute(made.on_conflict_do_nothing(index_elements=key))
            return bool(done.rowcount)

        return await self._database.write(work)


def _row(version: Version) -> dict[str, Any]:
    mark = asdict(version.mark)
    del mark["warnings"]
    content = {"text": version.text, "bundle": version.bundle, "recordings": version.recordings}
    return {**mark, **content, "findings": [dict(one) for one in version.findings]}


def _mark_of(row: Any) -> VersionMark:
    return VersionMark(
        script=row.script,
        version=row.version,
        hash=row.hash,
        title=row.title,
        goal=row.goal,
        phrases=row.phrases,
        note=row.note,
        author=row.author,
        published_at=row.published_at,
        ancestor=row.ancestor,
        restored=row.restored,
        warnings=len(row.findings),
    )
