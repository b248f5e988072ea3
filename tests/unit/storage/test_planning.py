"""What the plan calculator reads of SQLite."""

from __future__ import annotations

import pytest

from robot.storage.store import Storage
from tests.contracts.planning_contract import PlanningContract

pytestmark = pytest.mark.unit


class TestSqlitePlanning(PlanningContract):
    @pytest.fixture
    def store(self, sqlite: Storage) -> Storage:
        return sqlite
