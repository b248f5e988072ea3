"""Looking for leads on a real PostgreSQL."""

from __future__ import annotations

import pytest

from robot.storage.store import Storage
from tests.contracts.leads_contract import LeadsContract

pytestmark = pytest.mark.postgres


class TestPostgresLeads(LeadsContract):
    @pytest.fixture
    def store(self, storage: Storage) -> Storage:
        return storage
