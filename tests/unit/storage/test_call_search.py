"""Finding calls on SQLite."""

from __future__ import annotations

import pytest

from robot.storage.store import Storage
from tests.contracts.remarks_contract import RemarksContract
from tests.contracts.search_contract import SearchContract

pytestmark = pytest.mark.unit


class TestSqliteSearch(SearchContract, RemarksContract):
    @pytest.fixture
    def store(self, sqlite: Storage) -> Storage:
        return sqlite
