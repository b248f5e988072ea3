"""The connection to the database: reading and writing transactions, and the words for what goes wrong.

SQLite: write-ahead log, foreign keys on, a writing transaction takes the write lock at its start (BEGIN IMMEDIATE), so
that what it read still holds when it writes. PostgreSQL: READ COMMITTED with explicit row locks, taken in one order
everywhere (campaign, task, lead, attempt, manager); transactions that cross all the same are repeated.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from robot.storage.errors import Conflict, DatabaseUnavailable, UnsupportedDatabase
from robot.storage.faults import CHECK_SERVER, translated

T = TypeVar("T")

CHANNEL = "zvonar"
"""Of PostgreSQL's notifications."""

_NOTIFY = sa.text(f"NOTIFY {CHANNEL}")

TRIES = 5
"""A transaction that crossed another one is repeated this often before the conflict is reported."""

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def _ignored(_took_s: float) -> None:
    """For who does not measure it."""


class Database:
    """One engine. Nothing is opened before the first transaction. `file` is where SQLite keeps it, else None."""

    def __init__(self, engine: AsyncEngine, *, file: Path | None = None) -> None:
        self._engine = engine
        self.file = file
        self._writer = engine.execution_options(zvonar_writes=True)
        # SQLite admits one writer; a fair queue here beats polling for the lock there.
        self._turn: AbstractAsyncContextManager[object] = (
            asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )
        self.on_written: Callable[[float], None] = _ignored
        """Told how long each writing transaction took, in seconds: its waits for locks and its commit included, its
        turn here not."""
        self._told = False
        self._watched: list[asyncio.Event] = []

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads: one moment's view on SQLite, one per statement on PostgreSQL."""
        with translated():
            async with self._engine.connect() as connection:
                yield connection

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run `work` in a writing transaction: all of it or nothing. `work` may run more than once, so it keeps its
        results in its return value. Raises StorageError."""
        for attempt in range(TRIES):
            try:
                with translated():
                    async with self._turn:
                        began_s = time.monotonic()
                        async with self._writer.begin() as connection:
                            done = await work(connection)
                        self.on_written(time.monotonic() - began_s)
                    if self._told:
                        self._told = False
                        for changed in self._watched:
                            changed.set()
                    return done
            except Conflict:
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    async def tell(self, connection: AsyncConnection) -> None:
        """Let the dialers know, once this transaction is written, that there may be work or an end of it."""
        if self.dialect == "postgresql":
            await connection.execute(_NOTIFY)
        else:
            self._told = True

    def watch(self) -> asyncio.Event:
        """Set after each `tell` where no other process can be told (SQLite); to be cleared by who asked for it."""
        changed = asyncio.Event()
        self._watched.append(changed)
        return changed

    async def listener(self) -> Any:
        """A connection of the driver's (asyncpg) for notifications, to be closed by who asked for it."""
        with translated():
            try:
                raw = await self._engine.raw_connection()
            except self._engine.dialect.loaded_dbapi.Error as error:  # only other ways in does SQLAlchemy dress it
                raise DatabaseUnavailable(f"no connection to the database: {error}", remedy=CHECK_SERVER) from error
            driver = raw.driver_connection
            raw.detach()
            return driver

    async def close(self) -> None:
        await self._engine.dispose()


def connect(address: str, *, lock_timeout_s: float = 15.0, schema: str = "") -> Database:
    """A database by its SQLAlchemy address (`sqlite:///FILE`, `postgresql://USER:PASSWORD@HOST/NAME`). No I/O yet.

    lock_timeout_s: how long a transaction waits for another program's lock before DatabaseLocked. schema: of
    PostgreSQL, in which the tables are; "" for the user's usual one.

    Raises UnsupportedDatabase; the message never holds the password.
    """
    try:
        url = sa.make_url(address)
    except sa.exc.ArgumentError:
        raise UnsupportedDatabase("this is not a database address", remedy=_ADDRESSES) from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None or (driver.startswith("sqlite") and url.database in (None, "", ":memory:")):
        raise UnsupportedDatabase(f"{url.drivername} with this path is not supported", remedy=_ADDRESSES)
    if driver.startswith("sqlite"):
        engine = create_async_engine(
            url.set(drivername=driver), hide_parameters=True, connect_args={"timeout": lock_timeout_s}
        )
        sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        prepare_events(engine)
        return Database(engine, file=Path(url.database or ""))
    engine = create_async_engine(
        url.set(drivername=driver),
        hide_parameters=True,  # errors are logged, and what statements are given are people's numbers and words
        pool_pre_ping=True,
        pool_size=10,
        connect_args={
            "timeout": 10,
            "command_timeout": 60,
            "server_settings": {
                "application_name": "zvonar",
                "lock_timeout": f"{lock_timeout_s * 1000:.0f}",
                **({"search_path": schema} if schema else {}),
            },
        },
    )
    return Database(engine)


_ADDRESSES = "use sqlite:////path/to/zvonar.db or postgresql://user:password@host/name"


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: it would begin them without the write lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    # secure_delete: what is deleted is overwritten; people have themselves erased.
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def prepare_events(engine: AsyncEngine) -> None:
    """Let an SQLite engine begin its transactions as this module says."""
    sa.event.listen(engine.sync_engine, "begin", _begin_sqlite)


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("zvonar_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
