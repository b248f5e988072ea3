"""One person's data in memory and on SQLite; and that no table is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from robot.storage import tables as t
from robot.storage.memory import MemoryStorage
from robot.storage.scrubbing import POLICIES, STAYS
from robot.storage.store import Storage, open_storage
from tests.contracts.privacy_contract import PHONE, TRACES, PrivacyContract, erased, known_everywhere

pytestmark = pytest.mark.unit


class TestMemory(PrivacyContract):
    @pytest.fixture
    def store(self) -> Storage:
        return MemoryStorage()


def traces_in_files(folder: Path) -> list[str]:
    content = b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
    return [trace for trace in TRACES if trace.encode() in content]


async def test_no_page_of_the_file_tells_of_him_either(tmp_path: Path) -> None:
    async with open_storage(f"sqlite:///{tmp_path / 'zvonar.db'}") as store:
        await known_everywhere(store)
        assert set(traces_in_files(tmp_path)) >= {"9161234567", "Башмачкин", "шинель"}, "the test can fail"
        await erased(store)
        await store.persons.settle()
        assert traces_in_files(tmp_path) == [], "deleted rows are overwritten, the log is emptied, the index is joined"
        assert await store.stop_list.contains(PHONE)


def test_every_table_that_tells_of_a_person_has_a_policy() -> None:
    telling = {
        table.name
        for table in t.metadata.sorted_tables
        if table.name == "leads" or {"lead_id", "attempt_id"} & {*table.c.keys()}
    }
    assert telling | {"sent_parts"} == set(POLICIES)
    assert {name for name, policy in POLICIES.items() if policy == STAYS} == {
        "tasks", "call_orders", "transfer_legs", "slots", "meetings", "moved_meetings", "manager_tasks",
    }  # fmt: skip
