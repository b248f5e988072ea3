"""What machines are told while a real PostgreSQL is stopped and when it is back."""

from __future__ import annotations

import asyncio

import pytest

from robot.observability.metrics import Metrics
from robot.storage.store import Storage
from robot.wiring.probes import NodeProbes
from telephony.fake import ScriptedLine
from tests.conftest import HANGS_S
from tests.contracts.storage_contract import Scene
from tests.postgres.conftest import Cluster

pytestmark = pytest.mark.postgres

QUOTA = b'zvonar_quota_meetings{campaign="cold"} 3.0'


async def test_a_stopped_database_is_told_and_forgotten_when_it_is_back(
    cluster: Cluster, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robot.wiring.probes.STORE_S", HANGS_S)  # one that is busy is not taken for one that is away
    await Scene.set(storage, leads=0)
    probes = NodeProbes(storage, ScriptedLine({}), Metrics())
    assert QUOTA in (await probes.exposition())[0]
    await asyncio.to_thread(cluster.stop)
    try:
        assert "store" in (await probes.readiness()).problems
        text = (await probes.exposition())[0]
        assert QUOTA in text
        assert b"zvonar_store_up 0.0" in text
    finally:
        await asyncio.to_thread(cluster.start)
    async with asyncio.timeout(HANGS_S):
        while "store" in (await probes.readiness()).problems:
            await asyncio.sleep(0)
    assert b"zvonar_store_up 1.0" in (await probes.exposition())[0]
