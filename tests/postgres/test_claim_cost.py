"""A claim costs the same however long the queue is: counted in rows that PostgreSQL fetched, not in time."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.storage.heads import heads
from robot.storage.store import Storage
from tests.contracts.storage_contract import NOW, Scene

pytestmark = pytest.mark.postgres

LANES, PEOPLE, WANTED = 20, 40_000, 10

FILL = (
    """INSERT INTO lanes (id, campaign_id, priority, band, zones)
       SELECT 1000 + n, :campaign, 10 * (n % 2), n % 10, 'Europe/Moscow' || repeat(',Europe/Moscow', n)
       FROM generate_series(1, :lanes) n""",
    """INSERT INTO leads (phone, name, company, city, timezone, stage, fields, created_at)
       SELECT '+7495' || (3000000 + n), '', '', '', '', 'new', '{}', now() FROM generate_series(1, :people) n""",
    """INSERT INTO tasks (campaign_id, lead_id, lane_id, state, due_at, attempts)
       SELECT :campaign, id, 1001 + id % :lanes, 'queued', timestamptz '2026-11-23 09\\:00Z' - id * interval '1 s', 0
       FROM leads""",
    "ANALYZE",
)

FETCHED = "SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables WHERE relname = 'tasks'"


async def test_a_claim_fetches_the_heads_of_the_lanes_and_no_more(storage: Storage) -> None:
    scene = await Scene.set(storage, leads=0)

    async def fill(connection: AsyncConnection) -> None:
        given = {"campaign": scene.campaign.id, "lanes": LANES, "people": PEOPLE}
        for statement in map(sa.text, FILL):
            wanted = {name: given[name] for name in statement.compile().params}
            await connection.execute(statement, wanted)

    await storage.database.write(fill)
    async with storage.database.read() as connection:
        found = await heads(connection, scene.campaign, least=0, now=NOW, limit=WANTED)
        fetched = (await connection.execute(sa.text(FETCHED))).scalar_one()
    assert len(found) == WANTED
    # The heads of every lane, and for each a look whether its lead is in a call.
    assert fetched <= 3 * LANES * WANTED
