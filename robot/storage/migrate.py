"""Bring the tables up to this version of the product. Alembic's revisions, run from code: users need no alembic.ini.

All revisions run in one transaction under one lock, so two nodes that start at once are safe: the second one waits,
and finds nothing left to do.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.clock import utc_now
from robot.storage.engine import Database
from robot.storage.errors import DatabaseLocked, SchemaTooNew
from robot.storage.rebuild import count_anew_if_needed
from robot.storage.tables import kept_settings, metadata

HEAD = "head"

WORKS_FROM = "0015"
"""The oldest version of the tables whose code works on those of this version, too: revisions after it only add. Written
into the database, where that code reads it. To be raised together with a revision that takes something away, which
comes a release after nobody uses it any more: docs/upgrading.md."""

_REACH = "schema"
"""Of kept_settings."""
_LOCK = 0x7A766F6E6172
"""Key of the advisory lock on PostgreSQL; SQLite's writing transaction is a lock by itself."""


_TRIES = 40
"""Of the time for which a transaction waits for a lock: ten minutes with what `connect` has by default."""
PAUSE_S = 0.5
"""Between them: SQLite may refuse at once, instead of waiting, while a new file is given its write-ahead log."""


async def migrate(database: Database, *, revision: str = HEAD) -> None:
    """Create or upgrade the tables; does nothing when they are up to date. Raises SchemaTooNew and StorageError."""

    async def work(connection: AsyncConnection) -> None:
        if database.dialect == "postgresql":
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        await connection.run_sync(_upgrade, revision)
        if revision == HEAD:
            await connection.run_sync(_tell_reach)
            await count_anew_if_needed(connection)

    for left in reversed(range(_TRIES)):
        try:
            await database.write(work)
        except DatabaseLocked:  # another program upgrades just now, which takes as long as its tables are large
            if not left:
                raise
            await asyncio.sleep(PAUSE_S)
        else:
            return


def revisions() -> ScriptDirectory:
    """The shipped revisions."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _tell_reach(connection: sa.Connection) -> None:
    """Where the tables are of this version: a newer one has told its own reach."""
    if set(MigrationContext.configure(connection).get_current_heads()) != set(revisions().get_heads()):
        return
    if _reach(connection) != WORKS_FROM:
        connection.execute(sa.delete(kept_settings).where(kept_settings.c.name == _REACH))
        row = {"name": _REACH, "content": {"works_from": WORKS_FROM}, "changed_at": utc_now()}
        connection.execute(sa.insert(kept_settings).values(row))


def _reach(connection: sa.Connection) -> str:
    """The oldest version whose code works on these tables, "" where none is told."""
    if not sa.inspect(connection).has_table(kept_settings.name):
        return ""
    query = sa.select(kept_settings.c.content).where(kept_settings.c.name == _REACH)
    row = connection.execute(query).one_or_none()
    return "" if row is None else str(row.content.get("works_from", ""))


def _upgrade(connection: sa.Connection, wanted: str) -> None:
    shipped = revisions()
    known = {revision.revision for revision in shipped.walk_revisions()}
    present = MigrationContext.configure(connection).get_current_heads()
    unknown = set(present) - known
    if unknown and _reach(connection) in known:
        return  # a newer version has only added to the tables: both work on them
    if unknown:
        raise SchemaTooNew(
            f"the database was written by a newer version of Zvonar (schema {', '.join(sorted(unknown))})",
            remedy="install the newer version again, or restore the backup made before the upgrade",
        )

    def upgrade(revision: Any, _context: MigrationContext) -> Any:
        return shipped._upgrade_revs(wanted, revision)

    with EnvironmentContext(Config(), shipped, fn=upgrade, destination_rev=wanted) as environment:
        environment.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
        environment.run_migrations()
