"""Machines are answered in time, whatever the database does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from robot.domain.campaigns import Campaign
from robot.observability.metrics import Metrics
from robot.storage.errors import DatabaseUnavailable
from robot.storage.memory import MemoryStorage
from robot.wiring.probes import GIVE_UP_S, STORE_S, NodeProbes
from telephony.fake import ScriptedLine

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]


class Moody:
    """The queue of a real store, that at times hangs or fails."""

    def __init__(self, store: MemoryStorage) -> None:
        self._queue = store.queue
        self.mood = ""
        self.asked = 0

    async def campaigns(self) -> Sequence[Campaign]:
        self.asked += 1
        if self.mood == "hangs":
            await asyncio.Event().wait()
        if self.mood == "fails":
            raise DatabaseUnavailable("gone")
        return await self._queue.campaigns()


class Node:
    def __init__(self) -> None:
        self.store = MemoryStorage()
        self.queue = Moody(self.store)
        self.store.queue = self.queue  # type: ignore[assignment]
        self.line = ScriptedLine({})
        self.probes = NodeProbes(self.store, self.line, Metrics())

    async def up(self) -> None:
        await self.store.campaigns.ensure(Campaign(0, "cold", "", "cold_call", quota=7))
        self._running = asyncio.create_task(self.line.run())
        await asyncio.sleep(0)

    async def metrics(self) -> str:
        return (await self.probes.exposition())[0].decode()


QUOTA = 'zvonar_quota_meetings{campaign="cold"} 7.0'


@pytest.fixture
async def node() -> Node:
    node = Node()
    await node.up()
    return node


async def test_a_node_whose_parts_all_answer_is_ready(node: Node) -> None:
    assert (await node.probes.readiness()).ok
    text = await node.metrics()
    assert QUOTA in text
    assert "zvonar_store_up 1.0" in text


@pytest.mark.parametrize("mood", ["hangs", "fails"])
async def test_without_its_database_it_is_not_ready_and_tells_the_last_known_values(node: Node, mood: str) -> None:
    await node.metrics()
    node.queue.mood = mood
    began_s = asyncio.get_running_loop().time()
    assert set((await node.probes.readiness()).problems) == {"store"}
    text = await node.metrics()
    assert asyncio.get_running_loop().time() - began_s <= 2 * STORE_S + 0.1
    assert QUOTA in text
    assert "zvonar_store_up 0.0" in text


async def test_values_never_known_are_absent(node: Node) -> None:
    node.queue.mood = "hangs"
    text = await node.metrics()
    assert "zvonar_store_up 0.0" in text
    assert "zvonar_quota_meetings{" not in text


async def test_questions_do_not_pile_up_behind_one_that_hangs_and_it_is_given_up(node: Node) -> None:
    node.queue.mood = "hangs"
    await asyncio.gather(*(node.metrics() for _ in range(20)))
    assert node.queue.asked == 1
    node.queue.mood = ""
    assert not (await node.probes.readiness()).ok, "the first question still hangs"
    await asyncio.sleep(GIVE_UP_S)
    assert (await node.probes.readiness()).ok


async def test_a_line_that_is_down_is_told_apart(node: Node) -> None:
    node._running.cancel()
    await asyncio.wait([node._running])
    assert "store" not in (await node.probes.readiness()).problems
