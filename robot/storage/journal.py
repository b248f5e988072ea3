"""The journal of changes: rows are added and read, never altered."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from robot.domain.journal import Change, Wanted
from robot.storage import tables as t
from robot.storage.engine import Database

_j = t.journal.c


class SqlJournal:
    """Journal of robot.web.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, change: Change) -> None:
        new = sa.insert(t.journal).values(
            at=change.at,
            who=change.who,
            user_id=change.user_id,
            what=change.what,
            subject=change.subject,
            before=change.before,
            after=change.after,
        )
        await self._database.write(lambda connection: connection.execute(new))

    async def changes(self, wanted: Wanted, *, before: int | None, limit: int) -> Sequence[Change]:
        query = sa.select(t.journal).order_by(_j.id.desc()).limit(limit)
        for column, value in ((_j.what, wanted.what), (_j.who, wanted.who), (_j.subject, wanted.subject)):
            if value:
                query = query.where(column == value)
        if wanted.since is not None:
            query = query.where(_j.at >= wanted.since)
        if wanted.until is not None:
            query = query.where(_j.at < wanted.until)
        if before is not None:
            query = query.where(_j.id < before)
        async with self._database.read() as connection:
            return [
                Change(row.at, row.who, row.what, row.subject, row.before, row.after, row.user_id, row.id)
                for row in await connection.execute(query)
            ]
