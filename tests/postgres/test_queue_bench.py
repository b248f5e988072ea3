"""`zvonar bench queue` on a real PostgreSQL and on SQLite: it measures, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from robot.proving.errors import ProvingError
from robot.proving.queue_bench import Order, measure, ratio
from robot.proving.scratch import PREFIX, long_queue
from robot.storage.engine import connect
from robot.storage.store import Storage
from tests.contracts.storage_contract import Scene

pytestmark = pytest.mark.postgres


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def schemas(address: str) -> list[str]:
    database = connect(address)
    try:
        async with database.read() as connection:
            query = sa.text("SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE :some")
            return list((await connection.execute(query, {"some": f"{PREFIX}%"})).scalars())
    finally:
        await database.close()


async def test_two_nodes_claim_from_a_short_and_a_long_queue_no_task_twice(empty: str) -> None:
    there: dict[int, int] = {}
    short, long = await measure(Order(empty, nodes=2, tasks=3000, small=600, seconds=1.0), there.__setitem__)

    assert there == {600: 600, 3000: 3000}
    for one in (short, long):
        assert one.twice == 0
        assert [len(node) for node in one.nodes] == [2, 2], "every node took part in both rounds"
        assert all(run.claim and run.tasks == len(run.begin) == len(run.finish) for node in one.nodes for run in node)
    assert ratio(short, long)["p50"] > 0
    assert await schemas(empty) == []


async def test_a_database_with_leads_is_refused_and_stays_as_it_was(storage: Storage, address: str) -> None:
    scene = await Scene.set(storage, leads=1)
    with pytest.raises(ProvingError, match="holds leads"):
        await measure(Order(address, nodes=1, tasks=1000, small=500, seconds=1.0), lambda _wanted, _there: None)
    assert len(await scene.claim(5)) == 1
    assert await schemas(address) == []


async def test_an_sqlite_file_of_its_own_is_removed(tmp_path: Path) -> None:
    async with long_queue(f"sqlite:///{tmp_path / 'queue.db'}", 700, lambda _there: None) as place:
        database = place.open()
        storage = Storage(database)
        campaign = await storage.campaigns.get("bench")
        supply = await storage.plan_source.supply(campaign.id)
        await database.close()
        assert supply.fresh == 700
    assert files(tmp_path) == []
