"""The contract on a real PostgreSQL."""

from __future__ import annotations

import pytest

from robot.storage.store import Storage
from tests.contracts.reports_contract import ReportsContract
from tests.contracts.storage_contract import StorageContract

pytestmark = pytest.mark.postgres


class TestPostgres(StorageContract, ReportsContract):
    @pytest.fixture
    def store(self, storage: Storage) -> Storage:
        return storage
