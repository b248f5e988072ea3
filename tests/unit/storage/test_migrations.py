"""The tables are what the code expects; strangers' databases are left alone."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from robot.storage.engine import Database, connect
from robot.storage.errors import AccessDenied, DatabaseDamaged, DatabaseLocked, SchemaMissing, SchemaTooNew
from robot.storage.migrate import PAUSE_S, migrate, revisions
from robot.storage.store import Storage, open_storage
from tests.contracts.expanding_contract import check_expanding, shape_of, what_the_older_one_would_miss
from tests.contracts.schema_contract import differences
from tests.contracts.storage_contract import NOW
from tests.contracts.upgrade_contract import check_upgrade

pytestmark = pytest.mark.unit


async def test_migrated_schema_is_that_of_the_models(sqlite: Storage) -> None:
    assert await differences(sqlite.database) == []


async def test_two_programs_may_migrate_at_once(tmp_path: Path) -> None:
    databases = [connect(f"sqlite:///{tmp_path / 'zvonar.db'}") for _ in range(4)]
    try:
        await asyncio.gather(*(migrate(database) for database in databases))
        assert await differences(databases[0]) == []
    finally:
        for database in databases:
            await database.close()


async def test_another_programs_upgrade_is_waited_for_longer_than_any_other_lock(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'zvonar.db'}")
    write, tries = database.write, 0

    async def locked_at_first(work: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise DatabaseLocked("database is locked")
        return await write(work)

    with patch.object(database, "write", locked_at_first), patch("robot.storage.migrate.PAUSE_S", 0.0):
        await migrate(database)
    assert tries == 4
    assert await differences(database) == []
    await database.close()


async def test_a_lock_that_is_refused_at_once_is_not_asked_for_in_a_row(tmp_path: Path) -> None:
    """SQLite waits for some of the locks that others hold on a new file, and not for all."""
    file = tmp_path / "zvonar.db"
    database, refused_s = connect(f"sqlite:///{file}", lock_timeout_s=0.0), list[float]()
    write = database.write
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        async def refused_at_first(work: Any) -> Any:
            try:
                return await write(work)
            except DatabaseLocked:
                refused_s.append(time.monotonic())
                if len(refused_s) == 2:
                    other.execute("ROLLBACK")
                raise

        with patch.object(database, "write", refused_at_first):
            await migrate(database)
    one, two = refused_s
    assert two - one >= PAUSE_S
    await database.close()


async def test_a_newer_database_is_refused_untouched(sqlite: Storage) -> None:
    await newer(sqlite.database, "9998")
    with pytest.raises(SchemaTooNew, match="9999") as refused:
        await migrate(sqlite.database)
    assert refused.value.remedy
    assert await differences(sqlite.database) == []


async def newer(database: Database, works_from: str) -> None:
    """As a version of the future leaves it."""

    async def work(connection: Any) -> None:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        content = sa.text("UPDATE kept_settings SET content = :content WHERE name = 'schema'")
        await connection.execute(content, {"content": json.dumps({"works_from": works_from})})

    await database.write(work)


async def test_a_newer_database_that_has_only_grown_is_worked_on(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'zvonar.db'}"
    async with open_storage(address) as storage:
        await newer(storage.database, revisions().get_heads()[0])
    async with open_storage(address) as storage:
        await storage.stop_list.add("+74951234567", reason="", now=NOW)
        async with storage.database.read() as connection:
            told = (await connection.execute(sa.text("SELECT version_num FROM alembic_version"))).scalar_one()
        assert told == "9999", "the newer version's own affair"
        await newer(storage.database, "9998")
    with pytest.raises(SchemaTooNew):
        async with open_storage(address):
            pass


async def test_an_older_version_works_on_the_tables_of_the_newer_one(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'zvonar.db'}")
    try:
        await check_expanding(database)
    finally:
        await database.close()


@pytest.mark.parametrize(
    ("statement", "missed"),
    [
        ("ALTER TABLE leads DROP COLUMN city", "leads.city is gone or has another name"),
        ("ALTER TABLE leads RENAME COLUMN city TO town", "leads.city is gone or has another name"),
        ("DROP TABLE consents", "consents.id is gone or has another name"),
        ("ALTER TABLE leads ADD COLUMN extra TEXT NOT NULL DEFAULT ''", None),
        ("ALTER TABLE leads ADD COLUMN extra TEXT", None),
        ("CREATE UNIQUE INDEX once ON leads (name)", "leads refuses more than before: unique (name)"),
    ],
)
async def test_what_takes_away_is_found(sqlite: Storage, statement: str, missed: str | None) -> None:
    before = await shape_of(sqlite.database)
    await sqlite.database.write(lambda connection: connection.execute(sa.text(statement)))
    found = what_the_older_one_would_miss(before, await shape_of(sqlite.database))
    assert missed in found if missed else not found


async def test_migrating_twice_changes_nothing(sqlite: Storage) -> None:
    await migrate(sqlite.database)
    assert await differences(sqlite.database) == []


def test_revisions_form_one_line() -> None:
    assert len(revisions().get_heads()) == 1


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"this is a letter to my grandmother, no database. " * 100, DatabaseDamaged)],
)
async def test_a_file_that_is_no_database(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / "zvonar.db"
    path.write_bytes(content)
    with pytest.raises(error):
        async with open_storage(f"sqlite:///{path}"):
            pass
    assert path.read_bytes() == content


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AccessDenied) as refused:
        async with open_storage(f"sqlite:///{tmp_path / 'nowhere' / 'zvonar.db'}"):
            pass
    assert refused.value.remedy


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


async def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "zvonar.db"
    async with open_storage(f"sqlite:///{path}") as storage:
        await storage.stop_list.add("+74951234567", reason="", now=NOW)
        modes = await asyncio.to_thread(modes_in, tmp_path)
    assert modes == dict.fromkeys(("zvonar.db", "zvonar.db-wal", "zvonar.db-shm"), 0o600)


async def test_a_database_never_migrated(tmp_path: Path) -> None:
    database: Database = connect(f"sqlite:///{tmp_path / 'zvonar.db'}")
    try:
        with pytest.raises(SchemaMissing):
            await Storage(database).queue.campaigns()
    finally:
        await database.close()


async def test_a_database_of_the_first_version_keeps_what_is_in_it(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'zvonar.db'}")
    try:
        await check_upgrade(database)
    finally:
        await database.close()
