"""The rules of the queue when several nodes break against them at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from robot.crm.base import NewLead
from robot.domain.calls import CallResult, ClaimedTask
from robot.domain.campaigns import CampaignState
from robot.domain.consent import Consent
from robot.domain.goals import Goal
from robot.domain.outcomes import Outcome
from robot.domain.rules import DialingRules
from robot.domain.stops import StopPattern
from robot.domain.tariffs import Rate, Tariff
from robot.storage import tables as t
from robot.storage.engine import connect
from robot.storage.errors import DatabaseUnavailable
from robot.storage.reception import Desk
from robot.storage.store import Storage
from tests.conftest import HANGS_S
from tests.contracts.storage_contract import LEASE, NOW, SOON, Scene, phone
from tests.postgres.conftest import Cluster

pytestmark = pytest.mark.postgres

NODES = ("a", "b", "c")
RULES = DialingRules(tariff=Tariff((Rate("+7", Decimal(1)),)), longest_call_s=60, ceiling_kopecks=1050)
"""Ten calls a day."""


@pytest.fixture
async def nodes(address: str) -> AsyncIterator[list[Storage]]:
    databases = [connect(address) for _ in NODES]
    yield [Storage(database, RULES) for database in databases]
    for database in databases:
        await database.close()


async def begin(store: Storage, node: str, claimed: ClaimedTask) -> UUID | None:
    attempt_id = uuid4()
    begun = await store.attempts.begin(claimed, attempt_id=attempt_id, node=node, now=NOW)
    return attempt_id if begun else None


async def claim_all(scene: Scene, store: Storage, node: str, *, limit: int = 20) -> list[ClaimedTask]:
    return list(await store.queue.claim(scene.campaign, limit=limit, now=NOW, node=node, lease=LEASE))


async def test_the_ceiling_is_exact_over_nodes(nodes: list[Storage]) -> None:
    """Each claims by what was spent a moment ago: the last look, at begin, must hold for all."""
    scene = await Scene.set(nodes[0], leads=30, quota=500)
    claimed = [await claim_all(scene, store, node) for store, node in zip(nodes, NODES, strict=True)]
    assert sum(len(one) for one in claimed) == 30
    begun = await asyncio.gather(
        *(begin(store, node, one) for store, node, some in zip(nodes, NODES, claimed, strict=True) for one in some)
    )
    assert sum(one is not None for one in begun) == 10
    assert await nodes[1].spending.spent(NOW) == 1000
    finished = [one for one in begun if one is not None]
    await asyncio.gather(
        *(
            nodes[n % 3].attempts.finish(one, CallResult(Outcome.NO_ANSWER, NOW + SOON), retry_at=None)
            for n, one in enumerate(finished)
        )
    )
    assert await nodes[1].spending.spent(NOW) == 0


async def test_a_hard_quota_of_goals_is_exact_over_nodes(nodes: list[Storage]) -> None:
    scene = await Scene.set(nodes[0], leads=10, quota=3, goal=Goal.AGREED, hard_quota=True)
    attempts = [(await scene.call())[1] for _ in range(10)]
    await asyncio.gather(
        *(
            nodes[n % 3].attempts.finish(one, CallResult(Outcome.AGREED, NOW + SOON), retry_at=None)
            for n, one in enumerate(attempts)
        )
    )
    assert (await nodes[0].progress.quota(scene.campaign, NOW)).booked == 3
    async with nodes[0].database.read() as connection:
        query = sa.select(t.attempts.c.outcome, sa.func.count()).group_by(t.attempts.c.outcome)
        outcomes = {row[0]: row[1] for row in await connection.execute(query)}
    assert outcomes == {Outcome.AGREED: 3, Outcome.CALLBACK_SCHEDULED: 7}


async def test_once_a_pattern_stands_nobody_it_fits_is_dialed(nodes: list[Storage]) -> None:
    """Whatever began before is over with its transaction when `add_pattern` returns; nothing begins afterwards."""
    scene = await Scene.set(nodes[0], leads=10, quota=500)
    claimed = await claim_all(scene, nodes[0], "a", limit=10)
    begun: list[UUID] = []
    stands = asyncio.Event()

    async def dial(one: ClaimedTask) -> None:
        if (attempt_id := await begin(nodes[0], "a", one)) is not None:
            begun.append(attempt_id)
            assert not stands.is_set() or attempt_id in before

    async def stop() -> None:
        await nodes[1].stop_list.add_pattern(StopPattern.parse("+7495100000?"), reason="", now=NOW)
        async with nodes[2].database.read() as connection:
            before.update((await connection.execute(sa.select(t.attempts.c.id))).scalars())
        stands.set()

    before: set[UUID] = set()
    await asyncio.gather(*(dial(one) for one in claimed[:5]), stop(), *(dial(one) for one in claimed[5:]))
    assert set(begun) == before
    for one in claimed:
        assert await begin(nodes[0], "a", one) is None


async def test_a_consent_taken_back_while_nodes_begin_holds(nodes: list[Storage]) -> None:
    scene = await Scene.set(nodes[0], leads=0, quota=500, advertising=True)
    given = Consent("сайт", NOW - timedelta(days=1), "Да")
    await nodes[0].leads.add(scene.campaign.id, [NewLead(phone(n), consent=given) for n in range(8)], now=NOW)
    claimed = await claim_all(scene, nodes[0], "a")
    await asyncio.gather(
        *(begin(nodes[0], "a", one) for one in claimed),
        *(nodes[1].consents.revoke(one.lead.id, now=NOW) for one in claimed),
    )
    for one in claimed:
        assert await begin(nodes[0], "a", one) is None


async def test_a_campaign_stopped_while_nodes_begin_begins_nothing_more(nodes: list[Storage]) -> None:
    scene = await Scene.set(nodes[0], leads=9, quota=500)
    claimed = await claim_all(scene, nodes[0], "a")
    await asyncio.gather(
        *(begin(nodes[0], "a", one) for one in claimed[:6]), nodes[1].campaigns.set_state("cold", CampaignState.STOPPED)
    )
    assert await begin(nodes[0], "a", claimed[8]) is None
    assert await claim_all(scene, nodes[2], "c") == []


async def test_the_calls_of_a_dead_node_are_put_right_once_by_whoever_comes(nodes: list[Storage]) -> None:
    scene = await Scene.set(nodes[0], leads=10, quota=500)
    claimed = await claim_all(scene, nodes[0], "a", limit=10)
    rang, talked = claimed[:4], claimed[4:8]
    for one in rang:
        assert await begin(nodes[0], "a", one) is not None
    for one in talked:
        attempt_id = await begin(nodes[0], "a", one)
        assert attempt_id is not None
        await nodes[0].calls.answered(attempt_id, at=NOW)
    late = NOW + LEASE + SOON
    got = await asyncio.gather(
        *(
            store.queue.claim(scene.campaign, limit=10, now=late, node=node, lease=LEASE)
            for store, node in zip(nodes[1:], NODES[1:], strict=True)
        )
    )
    again = [*(one for some in got for one in some)]
    again += await nodes[1].queue.claim(scene.campaign, limit=10, now=late, node="b", lease=LEASE)
    assert sorted(one.task.id for one in again) == sorted(one.task.id for one in [*rang, *claimed[8:]])
    assert {one.task.attempts for one in again} == {0}
    assert list(await nodes[0].attempts.unfinished("a")) == []
    for one in talked:
        card = await nodes[2].leads.card(one.lead.id)
        assert card is not None
        assert ([call.attempts for call in card.calls], len(card.activities)) == ([1], 1)


async def test_a_client_who_rings_in_while_nodes_claim_him_is_in_one_call(nodes: list[Storage]) -> None:
    scene = await Scene.set(nodes[0], leads=12, quota=500)
    visits, claimed = await asyncio.gather(
        asyncio.gather(
            *(
                nodes[n % 2].reception(Desk(NODES[n % 2], LEASE)).arrived(phone(n), "", call_id=uuid4(), now=NOW)
                for n in range(12)
            )
        ),
        asyncio.gather(*(claim_all(scene, nodes[2], "c", limit=3) for _ in range(4))),
    )
    received = {visit.claimed.lead.id for visit in visits if visit is not None}
    dialed = {one.lead.id for some in claimed for one in some}
    assert not received & dialed
    dialed |= {one.lead.id for one in await claim_all(scene, nodes[2], "c")}
    assert len(received) + len(dialed) == 12


async def test_a_stranger_who_rings_twice_at_once_is_one_lead_in_one_call(nodes: list[Storage]) -> None:
    await Scene.set(nodes[0], leads=0, slug="inbound")
    visits = await asyncio.gather(
        *(
            nodes[n % 3]
            .reception(Desk(NODES[n % 3], LEASE, "inbound"))
            .arrived(phone(77), "", call_id=uuid4(), now=NOW)
            for n in range(6)
        )
    )
    assert sum(visit is not None for visit in visits) == 1


async def test_nodes_that_decide_at_once_start_no_more_calls_together_than_one_would(nodes: list[Storage]) -> None:
    scene = await Scene.set(nodes[0], leads=30, quota=50)
    before = await scene.claim(2)
    claimed = await asyncio.gather(
        *(
            store.queue.claim(scene.campaign, limit=7, now=NOW, node=node, lease=LEASE, at_most=9)
            for store, node in zip(nodes, NODES, strict=True)
        )
    )
    assert len(before) == 2
    assert sum(len(some) for some in claimed) == 7
    assert await nodes[0].queue.claim(scene.campaign, limit=7, now=NOW, node="a", lease=LEASE, at_most=8) == ()
    urgent = await nodes[0].queue.claim(scene.campaign, limit=1, now=NOW, node="a", lease=LEASE)
    assert len(urgent) == 1, "who asked for a call is called"


async def test_a_change_on_one_node_wakes_the_others(nodes: list[Storage]) -> None:
    scene = await Scene.set(nodes[0], leads=0)
    wakes = [store.wake for store in nodes[1:]]
    try:
        await asyncio.wait_for(asyncio.gather(*(wake.wait() for wake in wakes)), HANGS_S)
        waiting = asyncio.gather(*(wake.wait() for wake in wakes))
        await scene.add(1)
        await asyncio.wait_for(waiting, HANGS_S)
    finally:
        for wake in wakes:
            await wake.close()


async def test_who_waits_hears_again_after_his_connection_was_cut(nodes: list[Storage]) -> None:
    scene = await Scene.set(nodes[0], leads=0)
    wake = nodes[1].wake
    try:
        await asyncio.wait_for(wake.wait(), HANGS_S)
        waiting = asyncio.ensure_future(wake.wait())
        await asyncio.sleep(0)
        async with nodes[0].database.read() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            await connection.execute(sa.text(others))
        await asyncio.wait_for(waiting, HANGS_S)
        await asyncio.wait_for(wake.wait(), HANGS_S)
        waiting = asyncio.ensure_future(wake.wait())
        await asyncio.sleep(0)
        await scene.add(1)
        await asyncio.wait_for(waiting, HANGS_S)
    finally:
        await wake.close()


async def test_a_listener_is_told_of_a_server_that_refuses_him_in_our_words(cluster: Cluster) -> None:
    """As one does that is shutting down: only by this way in does the driver's error come undressed."""
    database = connect(cluster.address("no_such_database"))
    try:
        with pytest.raises(DatabaseUnavailable):
            await database.listener()
    finally:
        await database.close()
