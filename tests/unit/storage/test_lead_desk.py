"""Looking for leads on SQLite, in a file and in memory."""

from __future__ import annotations

import pytest

from robot.storage.memory import MemoryStorage
from robot.storage.store import Storage
from tests.contracts.leads_contract import LeadsContract

pytestmark = pytest.mark.unit


class TestSqliteLeads(LeadsContract):
    @pytest.fixture
    def store(self, sqlite: Storage) -> Storage:
        return sqlite


class TestMemoryLeads(LeadsContract):
    @pytest.fixture
    def store(self) -> Storage:
        return MemoryStorage()
