"""An installation with calls in it, and what must be the same in the one that is made of its backup; for each database.

No test here runs in a loop: a backup blocks, and whoever works meanwhile has a thread of his own.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from robot.domain.outcomes import Outcome
from robot.keeping.backup import Order, check_archive, make_backup
from robot.keeping.errors import ArchiveDamaged, ArchiveTooNew, BackupError, NotEmpty
from robot.keeping.restore import Restoring, restore
from robot.keeping.snapshot import snapshots_of
from robot.keeping.sources import Place
from robot.settings import Settings
from robot.storage.engine import connect
from robot.storage.store import Storage, open_storage
from robot.wiring import keeping
from tests.contracts.storage_contract import NOW, Scene

FOLDER = "2026-11-20"
WITH_NAME = "Клиент 1"


async def _rows(address: str) -> Mapping[str, list[str]]:
    """Everything in every table."""
    database = connect(address)
    try:
        async with database.read() as connection:
            names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
            found = {}
            for name in sorted(names):
                if not name.startswith("call_tokens"):  # an index, made of another table
                    rows = await connection.execute(sa.text(f'SELECT * FROM "{name}"'))  # noqa: S608 - names of ours
                    found[name] = sorted(repr(tuple(row)) for row in rows)
            return found
    finally:
        await database.close()


def rows_of(address: str) -> Mapping[str, list[str]]:
    return asyncio.run(_rows(address))


def files_of(place: Place) -> Mapping[str, bytes]:
    """What a backup must bring back."""
    return {
        file.relative_to(place.data_dir).as_posix(): file.read_bytes()
        for folder in ("recordings", "scripts")
        for file in sorted((place.data_dir / folder).rglob("*"))
        if file.is_file()
    }


def archive_of(place: Place, target: Path, **order: Any) -> Path:
    schema = lambda: keeping.schema_of(place.database)  # noqa: E731
    made = make_backup(
        place, snapshots_of(place.database), Order(target, **order), schema=schema, product="1.2.3", now=NOW
    )
    return made.archive


def bring_back(archive: Path, place: Place, **order: Any) -> None:
    restore(archive, Restoring(place, snapshots_of(place.database), keeping.known_schemas(), **order))


def furnish(place: Place) -> None:
    """Calls that were made, their recordings, one that is under way; and what is no part of a backup."""
    asyncio.run(_furnish(place.database))
    folder = place.data_dir / "recordings" / FOLDER
    folder.mkdir(parents=True)
    for number in range(4):
        (folder / f"call-{number}.ogg").write_bytes(os.urandom(3000))
    (folder / "under-way.wav").write_bytes(b"RIFF" + bytes(5000))
    for name, content in {
        "scripts/own.yaml": b"script: own\n",
        "crm/amocrm-x.json": b'{"refresh": "key-of-the-crm"}',
        "models/large.bin": bytes(1000),
    }.items():
        (place.data_dir / name).parent.mkdir(exist_ok=True)
        (place.data_dir / name).write_bytes(content)


async def _furnish(address: str) -> None:
    async with open_storage(address) as storage:
        scene = await Scene.set(storage, leads=6, quota=20)
        await scene.book()
        _, refused = await scene.call()
        await storage.calls.answered(refused, at=NOW)
        await scene.finish(refused, Outcome.REFUSED, recording=f"recordings/{FOLDER}/call-0.wav", reason="expensive")
        await scene.call()


@contextmanager
def going_on(place: Place) -> Iterator[Callable[[], int]]:
    """Somebody works on the database and its recordings meanwhile; how many pairs of rows he has written."""
    stop, made = threading.Event(), [0]

    async def work() -> None:
        async with open_storage(place.database) as storage:
            scene = await Scene.set(storage, leads=0, quota=None, slug="meanwhile")
            while not stop.is_set():
                await scene.add(1000 + made[0])
                with (place.data_dir / "recordings" / FOLDER / "under-way.wav").open("ab") as recording:
                    recording.write(os.urandom(640))
                made[0] += 1

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    try:
        while not made[0] and thread.is_alive():
            threading.Event().wait(0.01)
        yield lambda: made[0]
    finally:
        stop.set()
        thread.join()


class BackupContract:
    """Fixtures: `place`, furnished; `elsewhere`, empty."""

    def test_what_comes_back_is_what_there_was(self, place: Place, elsewhere: Place, tmp_path: Path) -> None:
        before = rows_of(place.database), files_of(place)
        archive = archive_of(place, tmp_path / "one.zvonar.tar")
        assert check_archive(archive).database == snapshots_of(place.database).kind
        assert (rows_of(place.database), files_of(place)) == before, "a backup changes nothing"
        bring_back(archive, elsewhere)
        assert rows_of(elsewhere.database) == before[0]
        assert files_of(elsewhere) == before[1]
        assert len(before[1]) == 6
        assert {one.name for one in elsewhere.data_dir.iterdir()} <= {"recordings", "scripts", "zvonar.db"}
        asyncio.run(_calls_go_on(elsewhere.database))

    def test_it_is_one_moment_while_calls_go_on(self, place: Place, elsewhere: Place, tmp_path: Path) -> None:
        with going_on(place) as made:
            at_least = made()
            archive = archive_of(place, tmp_path / "one.zvonar.tar")
            at_most = made() + 1
        bring_back(archive, elsewhere)
        rows = rows_of(elsewhere.database)
        meanwhile = len(rows["leads"]) - 6
        assert at_least <= meanwhile <= at_most
        assert len(rows["tasks"]) == len(rows["leads"]), "a lead and its task are written together"
        asyncio.run(_calls_go_on(elsewhere.database))

    def test_live_data_are_replaced_when_that_is_said(self, place: Place, tmp_path: Path) -> None:
        archive, before = archive_of(place, tmp_path / "one.zvonar.tar"), rows_of(place.database)
        later = place.data_dir / "recordings" / FOLDER / "later.ogg"
        later.write_bytes(b"made after the backup")
        asyncio.run(_forget_leads_of_no_task(place.database))
        changed = rows_of(place.database)
        assert changed != before
        with pytest.raises(NotEmpty):
            bring_back(archive, place)
        assert rows_of(place.database) == changed
        assert later.exists()
        bring_back(archive, place, replace=True)
        assert rows_of(place.database) == before
        assert not later.exists()
        assert not list(place.data_dir.glob(".*")), "nothing is left lying about"

    def test_a_damaged_backup_touches_nothing(self, place: Place, tmp_path: Path) -> None:
        archive = archive_of(place, tmp_path / "one.zvonar.tar")
        content, before = archive.read_bytes(), (rows_of(place.database), files_of(place))
        size = len(content)
        for cut in (0, 1, 600, size // 2, size - 1):
            archive.write_bytes(content[:cut])
            with pytest.raises(ArchiveDamaged):
                bring_back(archive, place, replace=True)
        for at in (0, 300, 700, size // 3, size // 2, size - 1500, size - 40, size - 1):
            archive.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            with pytest.raises(ArchiveDamaged):
                bring_back(archive, place, replace=True)
        archive.write_bytes(content + b"\n")
        with pytest.raises(ArchiveDamaged):
            check_archive(archive)
        assert (rows_of(place.database), files_of(place)) == before

    def test_one_of_a_newer_version_is_refused_with_what_to_do(self, place: Place, tmp_path: Path) -> None:
        archive, before = archive_of(place, tmp_path / "one.zvonar.tar"), rows_of(place.database)
        order = Restoring(place, snapshots_of(place.database), frozenset({"0001"}), replace=True)
        with pytest.raises(ArchiveTooNew, match=r"1\.2\.3") as refused:
            restore(archive, order)
        assert "1.2.3" in refused.value.remedy
        assert rows_of(place.database) == before

    def test_what_fails_last_leaves_everything_as_it_was(self, place: Place, tmp_path: Path) -> None:
        """A database that is whole for the archive's checksums and yet refused when it is to be put in place."""
        archive = archive_of(place, tmp_path / "one.zvonar.tar")
        (place.data_dir / "recordings" / FOLDER / "later.ogg").write_bytes(b"made after the backup")
        before = rows_of(place.database), files_of(place)
        database = snapshots_of(place.database)

        class Refusing:
            kind, empty, save, users = database.kind, False, database.save, database.users

            def restore(self, source: Path) -> None:
                source.write_bytes(source.read_bytes()[:3000])
                database.restore(source)

        with pytest.raises(BackupError):
            restore(archive, Restoring(place, Refusing(), keeping.known_schemas(), replace=True))
        assert (rows_of(place.database), files_of(place)) == before
        assert not list(place.data_dir.glob(".*"))

    def test_whoever_was_erased_since_does_not_come_back(self, place: Place, tmp_path: Path) -> None:
        archive = archive_of(place, tmp_path / "one.zvonar.tar")
        settings = Settings(data_dir=place.data_dir, database_url=place.database)  # type: ignore[arg-type]
        asyncio.run(_erase(place.database, WITH_NAME))
        documents = asyncio.run(keeping.erasures_of(settings))
        bring_back(archive, place, replace=True)
        assert any(WITH_NAME in row for row in rows_of(place.database)["leads"]), "the test can fail"
        bring_back(archive, place, replace=True, purify=keeping.purifier(settings, documents))
        told = rows_of(place.database)
        assert not [row for rows in told.values() for row in rows if WITH_NAME in row]
        assert any("Клиент 2" in row for row in told["leads"])
        again = asyncio.run(keeping.erasures_of(settings))
        assert len(again) == 2, "the file beside the database knows it, too"
        assert all("digest" in document for document in again)


async def _calls_go_on(address: str) -> None:
    """The robot works on what was restored: keys go on counting, tasks are found."""
    async with open_storage(address) as storage:
        campaign = next(one for one in await storage.campaigns.all() if one.slug == "cold")
        scene = Scene(storage, campaign)
        await scene.add(500)
        _, attempt_id = await scene.call()
        await scene.finish(attempt_id, Outcome.NO_ANSWER, retry_at=NOW + timedelta(hours=1))


async def _forget_leads_of_no_task(address: str) -> None:
    async with open_storage(address) as storage:
        await storage.campaigns.set_quota("cold", 77)
        await Scene(storage, await storage.campaigns.get("cold")).add(900)


async def _erase(address: str, name: str) -> None:
    async with open_storage(address) as storage:
        phone = await _phone(storage, name)
        await storage.persons.bar(phone, now=NOW)
        await storage.persons.erase(phone, who="test", now=NOW)


async def _phone(storage: Storage, name: str) -> str:
    async with storage.database.read() as connection:
        query = sa.text("SELECT phone FROM leads WHERE name = :name")
        return str((await connection.execute(query, {"name": name})).scalar_one())


def place_in(folder: Path, database: str = "", **more: Any) -> Place:
    folder.mkdir(parents=True, exist_ok=True)
    return replace(Place(folder, database or f"sqlite+aiosqlite:///{folder / 'zvonar.db'}"), **more)
