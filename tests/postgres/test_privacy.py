"""One person's data on a real PostgreSQL; and an import that runs beside his erasure."""

from __future__ import annotations

import asyncio

import pytest

from robot.crm.base import NewLead
from robot.storage.store import Storage
from tests.contracts.privacy_contract import NAME, PHONE, PrivacyContract, erased
from tests.contracts.storage_contract import NOW, Scene, phone

pytestmark = pytest.mark.postgres


class TestPostgres(PrivacyContract):
    @pytest.fixture
    def store(self, storage: Storage) -> Storage:
        return storage


async def test_imports_beside_an_erasure_bring_nobody_back(storage: Storage) -> None:
    """Whichever comes first: who was stored before is erased, who comes after is not stored."""
    scene = await Scene.set(storage, leads=0)

    async def import_again() -> None:
        for number in range(20):
            await storage.leads.add(scene.campaign.id, [NewLead(phone(number)), NewLead(PHONE, NAME)], now=NOW)

    async def erase() -> None:
        await storage.persons.bar(PHONE, now=NOW)
        await erased(storage)

    await asyncio.gather(import_again(), import_again(), erase())
    assert await storage.leads.find(PHONE) is None
    assert await storage.stop_list.contains(PHONE)
