"""All stores on one database, and how to open them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from robot.storage.attempts import SqlAttempts, SqlCallLog
from robot.storage.calendar import SqlCalendar
from robot.storage.campaigns import SqlCampaigns, SqlManagers
from robot.storage.engine import Database, connect
from robot.storage.errors import AccessDenied
from robot.storage.leads import SqlLeads
from robot.storage.migrate import migrate
from robot.storage.queue import SqlQueue
from robot.storage.reports import SqlReports
from robot.storage.stops import SqlStopList


class Storage:
    """Each attribute implements the port named in its class."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.queue = SqlQueue(database)
        self.attempts = SqlAttempts(database)
        self.calls = SqlCallLog(database)
        self.calendar = SqlCalendar(database)
        self.campaigns = SqlCampaigns(database)
        self.managers = SqlManagers(database)
        self.leads = SqlLeads(database)
        self.stop_list = SqlStopList(database)
        self.reports = SqlReports(database)


@asynccontextmanager
async def open_storage(address: str) -> AsyncIterator[Storage]:
    """The stores on the database at this SQLAlchemy address, migrated. An SQLite file is made when it is not there; its
    folder must be. Raises StorageError."""
    database = connect(address)
    try:
        await asyncio.to_thread(_prepare_file, database)
        await migrate(database)
        yield Storage(database)
    finally:
        await database.close()


def _prepare_file(database: Database) -> None:
    """Make an SQLite file that only its owner reads: it holds people's numbers and words."""
    if database.file is None:
        return
    try:
        database.file.touch(mode=0o600)
    except OSError as error:
        raise AccessDenied(
            f"the database file cannot be opened: {error.strerror}: {database.file}",
            remedy="make its folder, or correct the address or the access rights",
        ) from error
