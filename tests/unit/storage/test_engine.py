"""Transactions, their faults, and what may be stored at all."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.storage import tables as t
from robot.storage.engine import TRIES, connect
from robot.storage.errors import Conflict, DatabaseLocked, DatabaseUnavailable, DiskFull, UnsupportedDatabase
from robot.storage.faults import translated
from robot.storage.store import Storage
from tests.contracts.storage_contract import NOW, phone

pytestmark = pytest.mark.unit

STOP = sa.insert(t.stop_list)


@pytest.mark.parametrize(
    "address",
    ["", "nonsense", "mysql://root:hunter2@localhost/x", "sqlite://", "sqlite:///:memory:", "sqlite+pysqlite:///x"],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(UnsupportedDatabase) as refused:
        connect(address)
    assert "sqlite:////" in refused.value.remedy
    assert "hunter2" not in str(refused.value)


async def test_writing_is_timed_to_its_commit_and_without_its_turn(
    sqlite: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    took: list[float] = []
    sqlite.database.on_written = took.append
    now_s = 100.0
    monkeypatch.setattr("robot.storage.engine.time", SimpleNamespace(monotonic=lambda: now_s))
    both = asyncio.Event()

    async def slow(_connection: AsyncConnection) -> None:
        nonlocal now_s
        await both.wait()
        now_s += 5.0

    async def quick(_connection: AsyncConnection) -> None:
        nonlocal now_s
        now_s += 0.25

    async def failing(_connection: AsyncConnection) -> None:
        raise LookupError

    first = asyncio.create_task(sqlite.database.write(slow))
    second = asyncio.create_task(sqlite.database.write(quick))
    await asyncio.sleep(0)
    both.set()
    await asyncio.gather(first, second)
    with pytest.raises(LookupError):
        await sqlite.database.write(failing)
    assert took == [5.0, 0.25], "what was not written is not timed"


async def test_a_transaction_is_all_or_nothing(sqlite: Storage) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(STOP.values(phone=phone(1), since=NOW, reason=""))
        raise LookupError

    with pytest.raises(LookupError):
        await sqlite.database.write(work)
    assert not await sqlite.stop_list.contains(phone(1))


async def test_a_naive_time_is_refused(sqlite: Storage) -> None:
    naive = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001
    with pytest.raises(sa.exc.StatementError, match="naive"):
        await sqlite.stop_list.add(phone(1), reason="", now=naive)


async def test_times_come_back_as_the_same_moment_in_utc(sqlite: Storage) -> None:
    vladivostok = NOW.astimezone(ZoneInfo("Asia/Vladivostok"))
    await sqlite.stop_list.add(phone(1), reason="", now=vladivostok)
    async with sqlite.database.read() as connection:
        (since,) = (await connection.execute(sa.select(t.stop_list.c.since))).scalars()
    assert since == NOW
    assert since.utcoffset().total_seconds() == 0


async def test_crossing_transactions_are_repeated_and_then_reported(sqlite: Storage) -> None:
    tries = 0

    async def work(_connection: AsyncConnection) -> int:
        nonlocal tries
        tries += 1
        if tries < TRIES:
            raise Conflict
        return tries

    assert await sqlite.database.write(work) == TRIES
    tries = -TRIES
    with pytest.raises(Conflict):
        await sqlite.database.write(work)


async def test_foreign_keys_hold(sqlite: Storage) -> None:
    orphan = sa.insert(t.campaign_managers).values(campaign_id=77, manager_id=77)
    with pytest.raises(sa.exc.IntegrityError):
        await sqlite.database.write(lambda connection: connection.execute(orphan))


async def test_another_program_holding_the_lock_is_named(tmp_path: Path, migrated: Path) -> None:
    path = tmp_path / "zvonar.db"
    shutil.copyfile(migrated, path)
    database = connect(f"sqlite:///{path}", lock_timeout_s=0.05)
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseLocked) as locked:
            await Storage(database).stop_list.add(phone(1), reason="", now=NOW)
        assert locked.value.retryable
        other.execute("ROLLBACK")
        await Storage(database).stop_list.add(phone(1), reason="", now=NOW)
    finally:
        other.close()
        await database.close()


async def test_a_full_disk_loses_nothing_written_before(sqlite: Storage) -> None:
    """The database is told that it may not grow: the same result code as a full disk."""
    await sqlite.stop_list.add(phone(1), reason="", now=NOW)

    async def fill(connection: AsyncConnection) -> None:
        await connection.exec_driver_sql("PRAGMA max_page_count = 1")
        await connection.execute(STOP, [{"phone": phone(n), "since": NOW, "reason": "x" * 4000} for n in range(2, 50)])

    with pytest.raises(DiskFull) as full:
        await sqlite.database.write(fill)
    assert full.value.remedy
    assert await sqlite.stop_list.contains(phone(1))
    assert not await sqlite.stop_list.contains(phone(2))


async def test_many_writers_at_once_all_get_their_turn(sqlite: Storage) -> None:
    await asyncio.gather(*(sqlite.stop_list.add(phone(n), reason="", now=NOW) for n in range(100)))
    async with sqlite.database.read() as connection:
        assert (await connection.execute(sa.select(sa.func.count()).select_from(t.stop_list))).scalar_one() == 100


async def test_a_cancelled_transaction_leaves_the_database_usable(sqlite: Storage) -> None:
    inside = asyncio.Event()

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(STOP.values(phone=phone(1), since=NOW, reason=""))
        inside.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(sqlite.database.write(work))
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not await sqlite.stop_list.contains(phone(1))
    await sqlite.stop_list.add(phone(2), reason="", now=NOW)


def test_a_programming_error_is_not_disguised() -> None:
    with pytest.raises(sa.exc.IntegrityError), translated():
        raise sa.exc.IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed"))


def test_waiting_in_vain_for_a_connection_is_a_database_that_is_away() -> None:
    """Twenty transactions wait for a server that does not answer: the next one has no connection to wait on."""
    with pytest.raises(DatabaseUnavailable) as away, translated():
        raise sa.exc.TimeoutError("QueuePool limit of size 10 overflow 10 reached")
    assert away.value.retryable


async def test_an_error_that_is_logged_tells_no_number_and_no_words(sqlite: Storage) -> None:
    twice = STOP.values([{"phone": phone(1), "since": NOW, "reason": "не звоните"}] * 2)
    with pytest.raises(sa.exc.IntegrityError) as error:
        await sqlite.database.write(lambda connection: connection.execute(twice))
    assert phone(1)[-10:] not in str(error.value)
    assert "не звоните" not in str(error.value)
