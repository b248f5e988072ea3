"""Backups of an installation on SQLite, and what is the same on every database: places, secrets, room on the disk."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from robot.keeping.archive import place_beside
from robot.keeping.backup import check_archive, clear
from robot.keeping.errors import ArchiveDamaged, BackupError, StillRunning
from robot.keeping.manifest import read_manifest
from robot.keeping.sources import Place
from robot.settings import Settings
from robot.wiring import keeping
from tests.contracts.backup_contract import (
    FOLDER,
    BackupContract,
    archive_of,
    bring_back,
    files_of,
    place_in,
    rows_of,
)

pytestmark = pytest.mark.unit


@pytest.fixture
def elsewhere(tmp_path: Path) -> Place:
    return place_in(tmp_path / "elsewhere")


class TestSqlite(BackupContract):
    """The contract."""


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a disk without room: a write beyond it fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("share", [0.001, 0.5, 0.995])
def test_a_full_disk_leaves_no_half_backup(place: Place, tmp_path: Path, share: float) -> None:
    whole = archive_of(place, tmp_path / "whole.zvonar.tar").stat().st_size
    target = tmp_path / "backups" / "one.zvonar.tar"
    target.parent.mkdir()
    with files_of_at_most(int(whole * share)), pytest.raises(BackupError) as refused:
        archive_of(place, target)
    assert refused.value.remedy
    assert list(target.parent.iterdir()) == []


def test_a_full_disk_restores_nothing(place: Place, tmp_path: Path) -> None:
    archive, before = archive_of(place, tmp_path / "one.zvonar.tar"), (rows_of(place.database), files_of(place))
    with files_of_at_most(100_000), pytest.raises(BackupError):
        bring_back(archive, place, replace=True)
    assert (rows_of(place.database), files_of(place)) == before
    assert not list(place.data_dir.glob(".*"))


def test_an_old_archive_stands_until_the_new_one_is_whole(place: Place, tmp_path: Path) -> None:
    archive = archive_of(place, tmp_path / "one.zvonar.tar")
    content = archive.read_bytes()
    with files_of_at_most(10_000), pytest.raises(BackupError):
        archive_of(place, archive)
    assert archive.read_bytes() == content


def test_in_a_folder_recordings_are_written_once_and_go_with_the_last_that_needs_them(
    place: Place, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    first = archive_of(place, folder)
    kept = sorted(file.name for file in folder.glob("recordings/*/*"))
    assert len(kept) == 5
    (place.data_dir / "recordings" / FOLDER / "call-0.ogg").unlink()
    (place.data_dir / "recordings" / FOLDER / "new.ogg").write_bytes(b"one more")
    second = first.with_name("zvonar-20261124T090000Z.zvonar.tar")
    archive_of(place, folder).rename(second)
    first_again = archive_of(place, folder)
    assert first_again == first
    assert len(list(folder.glob("recordings/*/*"))) == 6
    assert clear(folder, 1) == 1
    assert [file.name for file in folder.glob("*.tar")] == [second.name]
    assert len(list(folder.glob("recordings/*/*"))) == 5
    bring_back(second, place_in(tmp_path / "back"))
    assert "recordings/2026-11-20/new.ogg" in files_of(place_in(tmp_path / "back"))


def test_a_recording_that_is_missing_or_changed_beside_its_archive_is_found(place: Place, tmp_path: Path) -> None:
    archive = archive_of(place, tmp_path / "backups")
    entry = next(one for one in check_archive(archive).files if one.beside)
    recording = place_beside(archive.parent, entry.sha256)
    recording.write_bytes(b"x" + recording.read_bytes()[1:])
    with pytest.raises(ArchiveDamaged, match=re.escape(entry.path)):
        check_archive(archive)
    recording.unlink()
    with pytest.raises(ArchiveDamaged, match=re.escape(entry.path)):
        bring_back(archive, place_in(tmp_path / "back"))
    assert not (tmp_path / "back" / "zvonar.db").exists()


SECRETS = ("hunter2-ami", "hunter2-password", "hunter2-hook", "hunter2-crm")


def test_secrets_stay_out_unless_they_are_asked_for(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "zvonar.env"
    file.write_text(
        "# of the office\nZVONAR_WEB__PORT=8081\nZVONAR_ASTERISK__AMI_SECRET='hunter2-ami\nin two lines'\n"
        "export zvonar_trunk__password=hunter2-password\n"
        'ZVONAR_WEB__HOOKS={"a": {"secret": "hunter2-hook"}}\nZVONAR_CRM__WEBHOOK={"secret": "hunter2-crm"}\n'
    )
    monkeypatch.setenv("ZVONAR_ENV_FILE", str(file))
    here = keeping.installation(Settings(data_dir=place.data_dir))
    bare = archive_of(here, tmp_path / "bare.zvonar.tar").read_bytes()
    assert b"ZVONAR_WEB__PORT=8081" in bare
    assert b"ZVONAR_ASTERISK__AMI_SECRET= is not in the backup" in bare
    assert [secret for secret in (*SECRETS, "in two lines", "key-of-the-crm") if secret.encode() in bare] == []
    whole = archive_of(here, tmp_path / "whole.zvonar.tar", secrets=True)
    assert all(secret.encode() in whole.read_bytes() for secret in (*SECRETS, "key-of-the-crm"))
    assert whole.stat().st_mode & 0o077 == 0
    bring_back(whole, place_in(tmp_path / "back"))
    assert (tmp_path / "back" / "from-backup" / "settings" / "zvonar.env").read_text() == file.read_text()


@pytest.mark.parametrize("path", ["../evil", "/etc/passwd", "recordings/../../evil", "a//b", ".", "a\\b"])
def test_an_archive_from_elsewhere_cannot_name_a_file_outside(path: str) -> None:
    told = (
        '{"format": "zvonar-backup", "version": 1, "made_at": "2026-11-22T00:00:00+00:00", "product": "", "secrets": '
        'false, "database": {"kind": "sqlite", "schema": "0001"}, "files": [{"path": "PATH", "size": 1, '
        f'"sha256": "{"0" * 64}"}}]}}'
    )
    assert read_manifest(told.replace("PATH", "recordings/x")).files[0].path == "recordings/x"
    with pytest.raises(ArchiveDamaged):
        read_manifest(told.replace("PATH", path.replace("\\", "\\\\")))


HOLD = "import sqlite3, sys; held = sqlite3.connect(sys.argv[1]); held.execute('SELECT 1 FROM leads'); print(); input()"


def test_a_robot_at_work_is_not_pulled_the_ground_from_under(place: Place, tmp_path: Path) -> None:
    archive, before = archive_of(place, tmp_path / "one.zvonar.tar"), rows_of(place.database)
    command = [sys.executable, "-c", HOLD, str(place.data_dir / "zvonar.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as robot:
        assert robot.stdin is not None
        assert robot.stdout is not None
        robot.stdout.readline()
        with pytest.raises(StillRunning, match=str(robot.pid)):
            bring_back(archive, place, replace=True)
        robot.stdin.write(b"\n")
    assert rows_of(place.database) == before
    bring_back(archive, place, replace=True)


def test_backups_beside_the_data_do_not_hold_each_other(place: Place) -> None:
    for folder in (place.data_dir, place.data_dir / "backups"):
        archive_of(place, folder / "one.zvonar.tar")
        again = archive_of(place, folder / "two.zvonar.tar")
        assert [
            one.path for one in check_archive(again).files if "backups" in one.path or "zvonar.tar" in one.path
        ] == []
    archive_of(place, place.data_dir / "backups")
    archive = archive_of(place, place.data_dir / "backups")
    assert not [one.path for one in check_archive(archive).files if one.path.startswith("data/backups")]


def test_an_earlier_restore_that_was_cut_off_is_not_walked_over(place: Place, tmp_path: Path) -> None:
    archive = archive_of(place, tmp_path / "one.zvonar.tar")
    (place.data_dir / ".restore-x" / "old").mkdir(parents=True)
    with pytest.raises(BackupError, match="restore-x"):
        bring_back(archive, place, replace=True)


def test_a_backup_of_another_kind_of_database_is_refused(place: Place, tmp_path: Path) -> None:
    archive = archive_of(place, tmp_path / "one.zvonar.tar")
    server = replace(place, database="postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(BackupError, match="sqlite"):
        bring_back(archive, server, replace=True)
