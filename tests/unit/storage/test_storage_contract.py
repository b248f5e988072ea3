"""The contract, in memory and on SQLite."""

from __future__ import annotations

import pytest

from robot.storage.memory import MemoryStorage
from robot.storage.store import Storage
from tests.contracts.access_contract import AccessContract
from tests.contracts.meeting_book_contract import MeetingBookContract
from tests.contracts.moving_contract import MovingContract
from tests.contracts.outbox_contract import CallReportsContract, OutboxContract
from tests.contracts.pointless_contract import PointlessContract
from tests.contracts.progress_contract import ProgressContract
from tests.contracts.reception_contract import ReceptionContract
from tests.contracts.requests_contract import RequestsContract
from tests.contracts.room_contract import RoomContract
from tests.contracts.rules_contract import RulesContract
from tests.contracts.scripts_contract import ScriptsContract
from tests.contracts.sent_contract import SentContract
from tests.contracts.storage_contract import StorageContract
from tests.contracts.triggers_contract import TriggersContract

pytestmark = pytest.mark.unit


class TestMemory(
    AccessContract,
    StorageContract,
    RulesContract,
    RequestsContract,
    ProgressContract,
    ReceptionContract,
    RoomContract,
    OutboxContract,
    CallReportsContract,
    MovingContract,
    MeetingBookContract,
    ScriptsContract,
):
    @pytest.fixture
    def store(self) -> MemoryStorage:
        return MemoryStorage()


class TestSqlite(
    AccessContract,
    StorageContract,
    RulesContract,
    RequestsContract,
    ProgressContract,
    ReceptionContract,
    RoomContract,
    OutboxContract,
    CallReportsContract,
    MovingContract,
    MeetingBookContract,
    ScriptsContract,
    SentContract,
    TriggersContract,
    PointlessContract,
):
    @pytest.fixture
    def store(self, sqlite: Storage) -> Storage:
        return sqlite
