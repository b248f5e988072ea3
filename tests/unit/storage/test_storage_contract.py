"""The contract, in memory and on SQLite."""

from __future__ import annotations

import pytest

from robot.storage.memory import MemoryStorage
from robot.storage.store import Storage
from tests.contracts.storage_contract import StorageContract

pytestmark = pytest.mark.unit


class TestMemory(StorageContract):
    @pytest.fixture
    def store(self) -> MemoryStorage:
        return MemoryStorage()


class TestSqlite(StorageContract):
    @pytest.fixture
    def store(self, sqlite: Storage) -> Storage:
        return sqlite
