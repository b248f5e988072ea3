"""Single calls and their reviews on a real PostgreSQL."""

from __future__ import annotations

import pytest

from robot.storage.store import Storage
from tests.contracts.calls_contract import CallsContract

pytestmark = pytest.mark.postgres


class TestPostgresCalls(CallsContract):
    @pytest.fixture
    def store(self, storage: Storage) -> Storage:
        return storage
