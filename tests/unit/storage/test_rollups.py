"""Rollups, in memory and on SQLite."""

from __future__ import annotations

import pytest

from robot.storage.memory import MemoryStorage
from robot.storage.store import Storage
from tests.contracts.rollups_contract import RollupsContract

pytestmark = pytest.mark.unit


class TestMemory(RollupsContract):
    @pytest.fixture
    def store(self) -> MemoryStorage:
        return MemoryStorage()


class TestSqlite(RollupsContract):
    @pytest.fixture
    def store(self, sqlite: Storage) -> Storage:
        return sqlite
