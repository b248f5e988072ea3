"""What the plan calculator reads of a real PostgreSQL."""

from __future__ import annotations

import pytest

from robot.storage.store import Storage
from tests.contracts.planning_contract import PlanningContract

pytestmark = pytest.mark.postgres


class TestPostgresPlanning(PlanningContract):
    @pytest.fixture
    def store(self, storage: Storage) -> Storage:
        return storage
