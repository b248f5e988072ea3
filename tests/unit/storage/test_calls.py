"""Single calls and their reviews on SQLite."""

from __future__ import annotations

import pytest

from robot.storage.store import Storage
from tests.contracts.calls_contract import CallsContract

pytestmark = pytest.mark.unit


class TestSqliteCalls(CallsContract):
    @pytest.fixture
    def store(self, sqlite: Storage) -> Storage:
        return sqlite
