"""The stores in memory: many tasks of one loop on one connection."""

from __future__ import annotations

import asyncio

import pytest

from robot.storage.memory import MemoryStorage
from tests.contracts.storage_contract import NOW, phone

pytestmark = pytest.mark.unit


async def test_tasks_that_read_and_write_at_once_do_not_meet_in_a_transaction() -> None:
    store = MemoryStorage()

    async def stop(number: int) -> None:
        for n in range(number, number + 5):
            await store.stop_list.contains(phone(n))
            await store.stop_list.add(phone(n), reason="", now=NOW)
            assert await store.stop_list.contains(phone(n))

    await asyncio.gather(*(stop(10 * n) for n in range(20)))
    assert len(await store.stop_list.entries()) == 100


async def test_two_stores_know_nothing_of_each_other() -> None:
    one, other = MemoryStorage(), MemoryStorage()
    await one.stop_list.add(phone(1), reason="", now=NOW)
    assert not await other.stop_list.contains(phone(1))
