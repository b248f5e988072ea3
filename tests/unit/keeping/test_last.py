"""The note of the last backup: made with it, read by the robot, never in a backup's way."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from robot.keeping.backup import check_archive
from robot.keeping.errors import BackupError
from robot.keeping.last import FILE, LastBackup, last_backup, remember
from robot.keeping.sources import Place
from tests.contracts.backup_contract import archive_of
from tests.contracts.storage_contract import NOW

pytestmark = pytest.mark.unit


def test_a_backup_is_noted_with_the_moment_it_holds(place: Place, tmp_path: Path) -> None:
    assert last_backup(place.data_dir) is None
    archive = archive_of(place, tmp_path / "backups")
    size = sum(entry.size for entry in check_archive(archive).files)
    assert last_backup(place.data_dir) == LastBackup(NOW, str(archive), size)
    assert (place.data_dir / FILE).stat().st_mode & 0o777 == 0o644, "made by root, it is read by the robot"


def test_one_that_was_not_made_leaves_the_note_of_the_one_before(place: Place, tmp_path: Path) -> None:
    before = LastBackup(NOW - timedelta(days=1), "/backups/old", 5)
    remember(place.data_dir, before)
    (tmp_path / "backups").write_text("a file in the folder's place")
    with pytest.raises((BackupError, OSError)):
        archive_of(place, tmp_path / "backups" / "a")
    assert last_backup(place.data_dir) == before


def test_a_note_that_cannot_be_written_is_told_and_the_backup_stands(
    place: Place, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (place.data_dir / FILE).mkdir()
    with caplog.at_level(logging.WARNING):
        archive = archive_of(place, tmp_path / "backups")
    assert check_archive(archive).files
    assert "not noted" in caplog.text
    assert [file.name for file in place.data_dir.iterdir() if file.name.startswith(".last")] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"at": "yesterday"}',
        '{"at": "2026-11-22T03:15:00", "archive": "a", "bytes": 1}',
        '{"at": "2026-11-22T03:15:00Z", "archive": "a", "bytes": Infinity}',
    ],
)
def test_a_note_that_is_none_counts_as_absent(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    assert last_backup(tmp_path) is None
