"""What wakes a dialer: a change in the store, on whichever node it was made.

PostgreSQL tells its listeners (LISTEN/NOTIFY) when the transaction is written. SQLite has no such thing: changes of
this process wake it; those of other programs (a command) are found by the dialer's next round.
"""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import structlog

from robot.storage.engine import CHANNEL, Database
from robot.storage.errors import StorageError

log = structlog.get_logger(__name__)

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0


class SqlWake:
    """Wake of robot.dialer.ports. For one waiter; each has his own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changed = database.watch()
        self._connection: Any = None

    async def wait(self) -> None:
        if self._database.dialect == "postgresql" and await self._listen():
            return  # what was told before we listened is not known: look once
        await self._changed.wait()
        self._changed.clear()

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            connection.terminate()

    async def _listen(self) -> bool:
        """Listen, if not yet or no longer; True when it began just now. Waits for a database that is down."""
        if self._connection is not None and not self._connection.is_closed():
            return False
        pause = FIRST_PAUSE_S
        while True:
            try:
                self._connection = await self._connect()
            except (StorageError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("not_listening", error=type(error).__name__, next_try_s=pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                return True

    async def _connect(self) -> Any:
        connection = await self._database.listener()
        try:
            connection.add_termination_listener(lambda *_: self._changed.set())
            await connection.add_listener(CHANNEL, lambda *_: self._changed.set())
        except BaseException:
            connection.terminate()
            raise
        return connection
