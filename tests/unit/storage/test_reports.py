"""Reports on SQLite."""

from __future__ import annotations

import pytest

from robot.storage.store import Storage
from tests.contracts.reports_contract import ReportsContract

pytestmark = pytest.mark.unit


class TestSqliteReports(ReportsContract):
    @pytest.fixture
    def store(self, sqlite: Storage) -> Storage:
        return sqlite
