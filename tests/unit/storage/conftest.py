from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from robot.storage.engine import connect
from robot.storage.store import Storage
from tests.contracts.schema_contract import in_own_loop, make_tables


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    in_own_loop(make_tables(f"sqlite:///{path}"))
    return path


@pytest.fixture
async def sqlite(tmp_path: Path, migrated: Path) -> AsyncIterator[Storage]:
    path = tmp_path / "zvonar.db"
    shutil.copyfile(migrated, path)
    database = connect(f"sqlite:///{path}")
    yield Storage(database)
    await database.close()
