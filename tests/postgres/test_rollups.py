"""Rollups on a real PostgreSQL, where two nodes count at once."""

from __future__ import annotations

import pytest

from robot.storage.store import Storage
from tests.contracts.rollups_contract import ConcurrentRollupsContract, RollupsContract

pytestmark = pytest.mark.postgres


class TestPostgresRollups(RollupsContract, ConcurrentRollupsContract):
    @pytest.fixture
    def store(self, storage: Storage) -> Storage:
        return storage
