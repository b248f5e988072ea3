"""A claim costs the same however long the queue is: counted in steps of the database's machine, not in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from robot.crm.base import NewLead
from robot.domain.campaigns import Campaign
from robot.domain.meetings import WorkingHours
from robot.storage.memory import MemoryStorage
from tests.contracts.storage_contract import LEASE, NOW, phone

pytestmark = pytest.mark.unit

ASLEEP = "Asia/Kamchatka"  # 21:00 there


async def steps_of_a_claim(people: int, *, zone: str = "", future: bool = False) -> int:
    """Claim five of two dozen when `people` more lie in the queue."""
    store = MemoryStorage()
    campaign = await store.campaigns.ensure(Campaign(0, "cold", "", "cold_call", quota=10))
    await store.managers.ensure("Анна", WorkingHours(), campaigns=[campaign.id])
    due_at = NOW + timedelta(hours=1) if future else NOW - timedelta(hours=1) if zone else NOW
    many = [NewLead(phone(n), timezone=zone, score=n % 100) for n in range(100, 100 + people)]
    await store.leads.add(campaign.id, many, now=NOW, due_at=due_at)
    await store.leads.add(campaign.id, [NewLead(phone(n)) for n in range(24)], now=NOW)
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    async with store.database.read() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    await raw.set_progress_handler(count, 10)
    claimed = await store.queue.claim(campaign, limit=5, now=NOW, node="a", lease=LEASE)
    await raw.set_progress_handler(None, 10)
    assert len(claimed) == 5
    return steps


@pytest.mark.parametrize(("zone", "future"), [("", False), (ASLEEP, False), ("", True)])
async def test_a_claim_walks_past_nobody(zone: str, future: bool) -> None:
    """Among people who may be called, who are asleep, or who are not due yet."""
    few, many = [await steps_of_a_claim(people, zone=zone, future=future) for people in (200, 2000)]
    assert many < 1.5 * few
