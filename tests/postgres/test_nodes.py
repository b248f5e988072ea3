"""Several nodes on one PostgreSQL: what only shows when transactions really cross."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.base import NewLead
from robot.crm.requests import Request
from robot.domain.calls import CallResult, ClaimedTask
from robot.domain.goals import Goal
from robot.domain.meetings import Slot, WorkingHours
from robot.domain.outcomes import Outcome
from robot.domain.priorities import PRIORITY_REQUEST, REQUEST_DEADLINE
from robot.domain.rules import DialingRules
from robot.storage import tables as t
from robot.storage.attempts import SqlAttempts
from robot.storage.engine import Database, connect
from robot.storage.errors import AccessDenied, DatabaseUnavailable, SchemaMissing, SchemaTooNew
from robot.storage.leads import SqlLeads
from robot.storage.migrate import migrate
from robot.storage.store import Storage
from tests.conftest import HANGS_S
from tests.contracts.expanding_contract import check_expanding
from tests.contracts.schema_contract import differences
from tests.contracts.storage_contract import HALF_HOUR, LEASE, NOW, SOON, Scene
from tests.contracts.upgrade_contract import check_upgrade
from tests.postgres.conftest import Cluster

pytestmark = pytest.mark.postgres

NODES = ("a", "b", "c", "d")
FIVE = timedelta(minutes=5)


@pytest.fixture
async def nodes(address: str) -> AsyncIterator[list[Storage]]:
    """The same database through four pools of connections, as four machines would see it."""
    databases = [connect(address) for _ in NODES]
    yield [Storage(database) for database in databases]
    for database in databases:
        await database.close()


async def drain(scene: Scene, store: Storage, node: str) -> list[ClaimedTask]:
    """Claim until nothing is left."""
    got: list[ClaimedTask] = []
    while batch := await store.queue.claim(scene.campaign, limit=3, now=NOW, node=node, lease=LEASE):
        got.extend(batch)
    return got


async def test_nodes_claim_every_task_once(nodes: list[Storage]) -> None:
    scene = await Scene.set(nodes[0], leads=200, quota=500, goal=Goal.AGREED)  # without slots to be counted apart
    claimed = await asyncio.gather(*(drain(scene, store, node) for store, node in zip(nodes, NODES, strict=True)))
    counts = Counter(one.task.id for batch in claimed for one in batch)
    counts.update(one.task.id for one in await drain(scene, nodes[0], "a"))
    assert len(counts) == 200
    assert set(counts.values()) == {1}


async def test_one_number_is_claimed_through_one_campaign_only(nodes: list[Storage]) -> None:
    """Both campaigns call the same people, and all nodes claim at once."""
    scenes = [await Scene.set(nodes[0], leads=60, quota=500, slug=slug) for slug in ("cold", "warm")]
    claimed = await asyncio.gather(
        *(drain(scenes[n % 2], store, node) for n, (store, node) in enumerate(zip(nodes, NODES, strict=True)))
    )
    leads = Counter(one.lead.id for batch in claimed for one in batch)
    assert len(leads) == 60
    assert set(leads.values()) == {1}


async def test_concurrent_holds_never_pass_a_hard_quota(nodes: list[Storage]) -> None:
    scene = await Scene.set(nodes[0], leads=20, quota=5, hard_quota=True)
    attempts = [(await scene.call())[1] for _ in range(20)]
    slots = await scene.slots()
    held = await asyncio.gather(
        *(
            nodes[n % 4].calendar.hold(attempt, slot, now=NOW)
            for n, (attempt, slot) in enumerate(zip(attempts, slots, strict=False))
        )
    )
    assert sum(held) == 5
    assert (await nodes[1].progress.quota(scene.campaign, NOW)).booked == 5
    assert await drain(scene, nodes[2], "c") == []


async def test_one_manager_is_never_booked_twice_at_a_time(nodes: list[Storage]) -> None:
    """Through six campaigns, whose own locks settle nothing among them, in slots that overlap but begin apart."""
    scenes = [await Scene.set(nodes[0], leads=6, quota=50, slug=f"campaign {n}") for n in range(6)]
    ids = [scene.campaign.id for scene in scenes]
    anna = await nodes[0].managers.ensure("Анна", WorkingHours(), campaigns=ids)
    attempts = [(await scene.call())[1] for scene in scenes]
    for hour in range(1, 9):
        start = NOW + timedelta(hours=hour)
        slots = [Slot(anna.id, start + n * FIVE, start + n * FIVE + HALF_HOUR) for n in range(6)]
        held = await asyncio.gather(
            *(nodes[n % 4].calendar.hold(attempts[n], slot, now=NOW) for n, slot in enumerate(slots))
        )
        assert sum(held) == 1


async def test_concurrent_results_of_one_attempt_write_one(nodes: list[Storage]) -> None:
    scene = await Scene.set(nodes[0], leads=1)
    claimed, attempt_id = await scene.call()
    await asyncio.gather(
        *(
            store.attempts.finish(attempt_id, CallResult(outcome, NOW + SOON), retry_at=NOW)
            for store, outcome in zip(
                nodes, (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.FAILED, Outcome.REFUSED), strict=True
            )
        )
    )
    card = await scene.card(claimed)
    assert len(card.activities) == 1
    assert [call.attempts for call in card.calls] == [1]


async def test_a_number_stopped_while_nodes_begin_is_not_called_afterwards(nodes: list[Storage]) -> None:
    scene = await Scene.set(nodes[0], leads=20, quota=50)
    claimed = await scene.claim(20)

    async def stop(one: ClaimedTask) -> None:
        await nodes[1].stop_list.add(one.lead.phone, reason="просил", now=NOW)

    await asyncio.gather(*(scene.begin(one) for one in claimed), *(stop(one) for one in claimed))
    for one in claimed:
        assert await scene.begin(one) is None
    assert await drain(scene, nodes[2], "c") == []


async def test_nodes_may_migrate_at_once(empty: str) -> None:
    databases = [connect(empty) for _ in NODES]
    try:
        with pytest.raises(SchemaMissing):
            await Storage(databases[0]).queue.campaigns()
        await asyncio.gather(*(migrate(database) for database in databases))
        assert await differences(databases[0]) == []
        await databases[0].write(lambda c: c.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))
        await migrate(databases[1])  # it has only grown, says who brought it up
        await databases[0].write(lambda c: c.execute(sa.text("DELETE FROM kept_settings WHERE name = 'schema'")))
        with pytest.raises(SchemaTooNew):
            await migrate(databases[1])
    finally:
        for database in databases:
            await database.close()


async def test_an_older_version_works_on_the_tables_of_the_newer_one(empty: str) -> None:
    database = connect(empty)
    try:
        await check_expanding(database)
    finally:
        await database.close()


async def test_a_database_of_the_first_version_keeps_what_is_in_it(empty: str) -> None:
    database = connect(empty)
    try:
        await check_upgrade(database)
    finally:
        await database.close()


async def test_a_restarted_server_is_found_again(cluster: Cluster, storage: Storage) -> None:
    scene = await Scene.set(storage, leads=1)
    await asyncio.to_thread(cluster.stop)
    try:
        with pytest.raises(DatabaseUnavailable) as gone:
            await scene.claim()
        assert gone.value.retryable
        assert gone.value.remedy
    finally:
        await asyncio.to_thread(cluster.start)
    assert len(await scene.claim()) == 1


async def test_a_connection_cut_in_a_transaction_writes_nothing(storage: Storage) -> None:
    async def cut(connection: AsyncConnection) -> None:
        await connection.execute(sa.insert(t.stop_list).values(phone="+7", since=NOW, reason=""))
        await connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DatabaseUnavailable):
        await storage.database.write(cut)
    assert not await storage.stop_list.contains("+7")


async def test_addresses_that_lead_nowhere_are_told_apart(cluster: Cluster, tmp_path: Path) -> None:
    for address, error in (
        (cluster.address("no_such_database"), AccessDenied),
        (f"postgresql://zvonar@/x?host={tmp_path}", DatabaseUnavailable),
        ("postgresql://zvonar:secret@127.0.0.1:1/x", DatabaseUnavailable),
    ):
        database = connect(address)
        try:
            with pytest.raises(error) as refused:
                await migrate(database)
            assert refused.value.remedy
            assert "secret" not in str(refused.value)
        finally:
            await database.close()


class Hanging:
    """A database on which a transaction stays open, all but written, until it is let go."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.done, self.let_go = asyncio.Event(), asyncio.Event()

    async def tell(self, connection: AsyncConnection) -> None:
        await self._database.tell(connection)

    async def write(self, work: Callable[[AsyncConnection], Awaitable[object]]) -> object:
        async def held(connection: AsyncConnection) -> object:
            done = await work(connection)
            self.done.set()
            await self.let_go.wait()
            return done

        return await self._database.write(held)


async def somebody_waits(store: Storage) -> None:
    """Until a transaction waits for another one's lock."""
    async with asyncio.timeout(HANGS_S):
        waits = False
        while not waits:
            async with store.database.read() as connection:
                query = sa.text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
                waits = bool((await connection.execute(query)).scalar_one())


async def test_a_begin_whose_first_try_is_written_while_it_waits_is_refused(nodes: list[Storage]) -> None:
    """As when a connection breaks: its transaction holds its locks until the server has noticed, and may be written."""
    scene = await Scene.set(nodes[0], leads=1)
    (claimed,) = await scene.claim()
    attempt_id = uuid4()
    hanging = Hanging(nodes[0].database)
    earlier = SqlAttempts(hanging, DialingRules(), nodes[0].callers)  # type: ignore[arg-type]
    first = asyncio.create_task(earlier.begin(claimed, attempt_id=attempt_id, node="a", now=NOW))
    await hanging.done.wait()
    again = asyncio.create_task(nodes[1].attempts.begin(claimed, attempt_id=attempt_id, node="a", now=NOW))
    await somebody_waits(nodes[2])
    hanging.let_go.set()
    assert await first is not None
    assert await again is None
    assert [one.id for one in await nodes[1].attempts.unfinished("a")] == [attempt_id]


async def test_a_request_for_a_lead_whose_import_is_being_written_stays_urgent(nodes: list[Storage]) -> None:
    known = await Scene.set(nodes[0], leads=1, slug="old")
    scene = await Scene.set(nodes[0], leads=0, slug="new")
    (claimed,) = await known.claim()
    hanging = Hanging(nodes[0].database)
    lead = NewLead(claimed.lead.phone)
    leads = SqlLeads(hanging, DialingRules())  # type: ignore[arg-type]
    importing = asyncio.create_task(leads.add(scene.campaign.id, [lead], now=NOW))
    await hanging.done.wait()
    asking = asyncio.create_task(
        nodes[1].requests.receive(Request("k", scene.campaign.id, lead, PRIORITY_REQUEST), now=NOW)
    )
    await somebody_waits(nodes[2])
    hanging.let_go.set()
    await importing
    assert (await asking).fate == "queued"
    (waiting,) = (call for call in (await known.card(claimed)).calls if call.campaign_id == scene.campaign.id)
    assert (waiting.priority, waiting.deadline_at) == (PRIORITY_REQUEST, NOW + REQUEST_DEADLINE)
