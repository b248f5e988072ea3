"""A long queue to measure on: in a schema (PostgreSQL) or a file (SQLite) of its own, removed afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.clock import utc_now
from robot.domain.meetings import WorkingHours
from robot.proving.errors import ProvingError
from robot.storage import tables as t
from robot.storage.engine import Database, connect
from robot.storage.migrate import migrate
from robot.storage.store import Storage

PREFIX = "zvonar_bench_"
CHUNK = 20_000
ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)
BANDS = 10
NUMBERS = 60_000_000
"""Behind +791: invented, and of the length of all others, so that they compare as text."""
NO_END = 1000
"""A quota that is never reached: nobody answers."""

Filled = Callable[[int], None]
"""Told how many tasks there are so far."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a process finds it: arguments of `connect`."""

    address: str
    schema: str = ""

    def open(self) -> Database:
        return connect(self.address, schema=self.schema)


@asynccontextmanager
async def empty_place(address: str) -> AsyncIterator[Place]:
    """All tables, and nothing in them. Raises ProvingError where somebody's data are, StorageError."""
    await _require_empty(address)
    place = _place(address)
    try:
        database = place.open()
        try:
            await _make_tables(database, place)
        finally:
            await database.close()
        yield place
    finally:
        await asyncio.shield(_remove(place, address))


@asynccontextmanager
async def long_queue(address: str, tasks: int, filled: Filled) -> AsyncIterator[Place]:
    """So many due tasks of one campaign, in all zones and bands of score. Raises ProvingError where somebody's data
    are, StorageError."""
    await _require_empty(address)
    place = _place(address)
    try:
        await _build(place, tasks, filled)
        yield place
    finally:
        await asyncio.shield(_remove(place, address))


def _place(address: str) -> Place:
    name = f"{PREFIX}{uuid4().hex[:8]}"
    url = sa.make_url(address)
    if url.drivername.startswith("sqlite"):
        file = Path(url.database or "")
        return Place(str(url.set(database=str(file.with_name(f"{file.name}.{name}")))))
    return Place(address, name)


async def _require_empty(address: str) -> None:
    """A measurement takes the database's time, and its lead's numbers are invented: not beside real ones."""
    database = connect(address)
    try:
        if database.file is not None and not database.file.exists():
            return
        async with database.read() as connection:
            schemas = await connection.run_sync(_schemas_with_leads)
            for schema in schemas:
                leads = sa.table("leads", sa.column("id"), schema=schema)
                if (await connection.execute(sa.select(leads.c.id).limit(1))).one_or_none() is not None:
                    raise ProvingError(
                        "this database holds leads: it is not measured on",
                        remedy="give the address of a database of its own, or of an SQLite file that is not there",
                    )
    finally:
        await database.close()


def _schemas_with_leads(connection: sa.Connection) -> list[str | None]:
    inspector = sa.inspect(connection)
    schemas = [name for name in inspector.get_schema_names() if not name.startswith(PREFIX)]
    return [name for name in schemas if "leads" in inspector.get_table_names(schema=name)]


async def _build(place: Place, tasks: int, filled: Filled) -> None:
    database = place.open()
    try:
        await _make_tables(database, place)
        storage = Storage(database)
        campaign = await storage.campaigns.ensure(Campaign(0, "bench", "bench", "cold_call", window=ALWAYS))
        await storage.campaigns.set_quota("bench", NO_END)
        await storage.managers.ensure("bench", WorkingHours(), campaigns=[campaign.id])
        lanes = await database.write(lambda connection: _lanes(connection, campaign.id))
        await fill(database, Wanted(campaign.id, lanes, len(ZONES) * BANDS, utc_now()), tasks, filled)
        if place.schema:
            await database.write(lambda connection: connection.execute(sa.text("ANALYZE leads, tasks, lanes")))
    finally:
        await database.close()


async def _make_tables(database: Database, place: Place) -> None:
    if place.schema:
        create = sa.schema.CreateSchema(place.schema)
        await database.write(lambda connection: connection.execute(create))
    await migrate(database)


async def _lanes(connection: AsyncConnection, campaign_id: int) -> int:
    """The first id of consecutive ones."""
    rows = [
        {"id": 1 + number, "campaign_id": campaign_id, "priority": 0, "band": number % BANDS, "zones": zone}
        for number, zone in enumerate(zone for zone in ZONES for _ in range(BANDS))
    ]
    await connection.execute(sa.insert(t.lanes), rows)
    return 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """Tasks of a campaign, spread over so many lanes from `lane` on, due just before `now`: the later ones longer."""

    campaign_id: int
    lane: int
    lanes: int
    now: datetime


async def fill(database: Database, wanted: Wanted, tasks: int, filled: Filled) -> None:
    """Invented leads, each with a task."""
    for first in range(1, tasks + 1, CHUNK):
        last = min(first + CHUNK - 1, tasks)
        await database.write(partial(_insert, wanted=wanted, first=first, last=last))
        filled(last)


async def _insert(connection: AsyncConnection, *, wanted: Wanted, first: int, last: int) -> None:
    postgres = connection.dialect.name == "postgresql"
    numbers = "generate_series(CAST(:first AS integer), :last) AS numbers(n)" if postgres else "numbers"
    recursive = "WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last) "
    values = {
        "first": first,
        "last": last,
        "first_phone": f"+791{NUMBERS + first}",
        "last_phone": f"+791{NUMBERS + last}",
        "campaign": wanted.campaign_id,
        "lane": wanted.lane,
        "lanes": wanted.lanes,
        "now": wanted.now,
        "due": wanted.now - timedelta(seconds=1 + last // CHUNK),
    }
    for text in (
        "INSERT INTO leads (phone, name, company, city, timezone, stage, fields, created_at) "  # noqa: S608
        + ("" if postgres else recursive)
        + f"SELECT '+791' || ({NUMBERS} + n), '', '', '', 'Europe/Moscow', 'new', '{{}}', :now FROM {numbers}",  # noqa: S608
        "INSERT INTO tasks (campaign_id, lead_id, lane_id, state, due_at, attempts) "
        "SELECT :campaign, id, :lane + id % :lanes, 'queued', :due, 0 FROM leads "
        "WHERE phone BETWEEN :first_phone AND :last_phone",
    ):
        statement = sa.text(text)
        used = {name: values[name] for name in statement.compile().params}
        times = [sa.bindparam(name, type_=t.tasks.c.due_at.type) for name in ("now", "due") if name in used]
        await connection.execute(statement.bindparams(*times), used)


async def _remove(place: Place, address: str) -> None:
    if not place.schema:
        file = Path(sa.make_url(place.address).database or "")
        for end in ("", "-wal", "-shm"):
            await asyncio.to_thread(file.with_name(file.name + end).unlink, missing_ok=True)
        return
    database = connect(address)
    try:
        drop = sa.schema.DropSchema(place.schema, cascade=True, if_exists=True)
        await database.write(lambda connection: connection.execute(drop))
    finally:
        await database.close()
