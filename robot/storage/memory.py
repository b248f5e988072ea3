"""The stores on a database in memory: for tests and for trying things out; nothing outlives the process.

The statements are those of the embedded database, run in the loop's own thread: nothing is awaited inside a
transaction, so these stores also work on a virtual clock. One loop, one thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import StaticPool

from robot.crm.planning import Target
from robot.domain.rules import DialingRules
from robot.storage.engine import Database, prepare_events
from robot.storage.store import Storage
from robot.storage.tables import metadata


class MemoryStorage(Storage):
    """All stores on one new, empty database."""

    def __init__(self, rules: DialingRules | None = None, targets: Sequence[Target] = ()) -> None:
        # The garbage may be collected in any thread.
        raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        _empty().backup(raw)
        super().__init__(_over(raw), rules or DialingRules(), targets)


class FileStorage(Storage):
    """All stores on an SQLite file that was migrated before, in the loop's own thread as above. Nobody else may have it
    open."""

    def __init__(self, file: Path, rules: DialingRules | None = None, targets: Sequence[Target] = ()) -> None:
        raw = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        raw.execute("PRAGMA synchronous = OFF")  # made anew when the machine fails
        super().__init__(_over(raw), rules or DialingRules(), targets)


@cache
def _empty() -> sqlite3.Connection:
    """All tables with nothing in them: copied in a fifth of the time they take to be made."""
    raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    metadata.create_all(sa.create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool))
    return raw


def _over(raw: sqlite3.Connection) -> Database:
    engine = create_async_engine(
        "sqlite+aiosqlite://", async_creator=lambda *_, **__: _Inline(lambda: raw, 0), poolclass=StaticPool
    )
    prepare_events(engine)
    return _OneConnection(engine)


class _OneConnection(Database):
    """All transactions on one connection: each must have ended before anything is awaited."""

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with super().read() as connection:
            try:
                yield connection
            finally:
                await connection.rollback()  # closing, which would do it, waits for a task of its own


class _Inline(aiosqlite.Connection):
    """A connection whose work is done where it is asked for, not in a thread of its own."""

    def __await__(self) -> Generator[Any, None, aiosqlite.Connection]:
        self._connection = self._connector()
        yield from ()
        return self

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)

    async def close(self) -> None:
        self.__del__()

    def __del__(self) -> None:
        """Nobody closes what lies in memory: it goes with the store."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
