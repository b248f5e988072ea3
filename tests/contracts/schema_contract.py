"""Making tables once per session, and comparing what lies in a database with what the code uses."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from robot.storage.engine import Database, connect
from robot.storage.migrate import migrate
from robot.storage.tables import metadata


def in_own_loop(work: Coroutine[Any, Any, object]) -> None:
    """Run to the end in a thread: a session's fixture must not meddle with the loops of the tests."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def make_tables(address: str) -> None:
    database = connect(address)
    await migrate(database)
    await database.close()


async def differences(database: Database) -> list[Any]:
    """Tables, columns, types, indexes and keys that differ, and check constraints that are absent."""
    async with database.read() as connection:
        return await connection.run_sync(_differences)


def _differences(connection: sa.Connection) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": False, "include_name": _is_ours}
    context = MigrationContext.configure(connection, opts=options)
    found: list[Any] = list(compare_metadata(context, metadata))
    inspector = sa.inspect(connection)
    for table in metadata.sorted_tables:
        there = {check["name"] for check in inspector.get_check_constraints(table.name)}
        wanted = {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        found.extend(("missing_check", table.name, name) for name in sorted(wanted - there))
    return found


def _is_ours(name: str | None, _kind: str, _parents: object) -> bool:
    """Of what is compared. The index of tokens, with the tables SQLite makes for it, is made by statements of its own;
    the search's contract shows that it is there."""
    return name is None or not name.startswith(("call_tokens", "ix_call_index_tokens"))
