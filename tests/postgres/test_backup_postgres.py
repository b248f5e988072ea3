"""Backups of an installation on a real PostgreSQL, by its own programs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from robot.keeping.errors import DatabaseRefused, ProgramMissing, StillRunning
from robot.keeping.sources import Place
from tests.contracts.backup_contract import BackupContract, archive_of, bring_back, furnish, going_on, place_in
from tests.postgres.conftest import Cluster

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def programs(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the server."""
    monkeypatch.setenv("PATH", f"{cluster.programs}:{os.environ['PATH']}")


@pytest.fixture
def place(address: str, tmp_path: Path) -> Place:
    place = place_in(tmp_path / "live", address)
    furnish(place)
    return place


@pytest.fixture
def elsewhere(empty: str, tmp_path: Path) -> Place:
    return place_in(tmp_path / "elsewhere", empty)


class TestPostgres(BackupContract):
    """The contract."""


def test_a_robot_at_work_is_not_pulled_the_ground_from_under(place: Place, tmp_path: Path) -> None:
    archive = archive_of(place, tmp_path / "one.zvonar.tar")
    with going_on(place), pytest.raises(StillRunning):
        bring_back(archive, place, replace=True)
    bring_back(archive, place, replace=True)


def test_without_the_client_it_says_what_to_install(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramMissing, match="pg_dump") as refused:
        archive_of(place, tmp_path / "one.zvonar.tar")
    assert "postgresql-client" in refused.value.remedy
    assert not list(tmp_path.glob("*.tar"))


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    place = place_in(tmp_path / "live", "postgresql://zvonar:hunter2@127.0.0.1:1/zvonar")
    with pytest.raises(DatabaseRefused) as refused:
        archive_of(place, tmp_path / "one.zvonar.tar")
    assert "hunter2" not in str(refused.value) + refused.value.remedy
    assert not [file for file in tmp_path.iterdir() if file.name != "live"]
