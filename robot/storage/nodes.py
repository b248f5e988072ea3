"""The machines on this database: when each was seen last, and whether it is finishing its work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.nodes import Node
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import insert


class SqlNodes:
    """All nodes that ever ran here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[Node]:
        """By name."""
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(t.nodes).order_by(t.nodes.c.name))
            return [Node(row.name, row.seen_at, row.version, row.draining) for row in rows]


async def seen(connection: AsyncConnection, name: str, *, now: datetime, draining: bool) -> None:
    """Note a node's sign of life."""
    values = {"seen_at": now, "version": _version(), "draining": draining}
    entry = insert(connection, t.nodes).values(name=name, **values)
    await connection.execute(entry.on_conflict_do_update(index_elements=[t.nodes.c.name], set_=values))


def _version() -> str:
    try:
        return version("zvonar")
    except PackageNotFoundError:  # run from the sources
        return ""
