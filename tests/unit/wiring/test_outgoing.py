"""What the settings name is what calls go out to, and the worker lives and ends with the node."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from robot.crm.outbox_ports import Kind, State
from robot.crm.planning import Target
from robot.observability.metrics import Metrics
from robot.settings import Settings
from robot.storage.memory import MemoryStorage
from robot.wiring.outgoing import delivering, outgoing, targets
from tests.unit.crm.outbox_office import Office

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime(noop_cycles=0)]


@dataclass
class Node:
    settings: Settings
    storage: MemoryStorage = field(default_factory=MemoryStorage)
    metrics: Metrics = field(default_factory=Metrics)


def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **crm: str) -> Settings:
    for name, value in crm.items():
        monkeypatch.setenv(f"ZVONAR_CRM__{name}", value)
    return Settings(data_dir=tmp_path)


async def test_a_crm_in_the_settings_is_a_target_with_its_deliverer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings(
        tmp_path, monkeypatch, WEBHOOK__URL="https://crm.example.com/in", WEBHOOK__SECRET="0123456789abcdef" * 2
    )
    assert targets(chosen) == (Target("webhook", frozenset({Kind.CALL})),)
    node = Node(chosen)
    async with outgoing(node) as outbox:
        assert outbox.targets == ("webhook",)
        assert 'zvonar_outbox_waiting{target="webhook"} 0.0' in node.metrics.exposition().decode()


async def test_without_a_crm_nothing_goes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings(tmp_path, monkeypatch)
    assert targets(chosen) == ()
    async with outgoing(Node(chosen)) as outbox:
        assert outbox.targets == ()


async def test_the_worker_ends_with_the_node_and_finishes_what_it_began() -> None:
    office = await Office.open()
    await office.call()
    stopped: list[str] = []
    async with delivering(office.worker(), on_failure=lambda: stopped.append("stop")):
        await asyncio.sleep(1)
        assert stopped == []
    assert office.mail.count()["mail"] == 1


async def test_a_worker_that_fails_stops_the_node_and_is_heard() -> None:
    stop = asyncio.Event()
    office = await Office.open()

    class Gone:
        async def revive(self, *_: object, **__: object) -> int:
            raise RuntimeError("no such table")

    worker = office.worker(store=Gone())  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        async with delivering(worker, on_failure=stop.set):
            await stop.wait()


async def test_the_nodes_own_failure_is_not_hidden() -> None:
    office = await Office.open()
    with pytest.raises(ValueError, match="line"):
        async with delivering(office.worker(), on_failure=lambda: None):
            raise ValueError("line")


async def test_metrics_tell_what_waits_and_what_became_of_it() -> None:
    metrics = Metrics()
    metrics.outgoing.stand({"crm": (3, 1, 60.0)})
    metrics.outgoing.meet(["mail"])
    metrics.outgoing.tried("crm", State.DELIVERED, None, 0.3)
    metrics.outgoing.tried("crm", State.WAITING, "unreachable", 20.0)
    metrics.outgoing.tried("crm", State.PARKED, "said by a stranger", 0.1)
    text = metrics.exposition().decode()
    for line in (
        'zvonar_outbox_waiting{target="crm"} 3.0',
        'zvonar_outbox_parked{target="crm"} 1.0',
        'zvonar_outbox_oldest_seconds{target="crm"} 60.0',
        'zvonar_deliveries_total{state="delivered",target="crm"} 1.0',
        'zvonar_delivery_errors_total{code="unreachable",target="crm"} 1.0',
        'zvonar_delivery_errors_total{code="other",target="crm"} 1.0',
        'zvonar_delivery_seconds_bucket{le="15.0",target="crm"} 2.0',
        'zvonar_delivery_seconds_count{target="crm"} 3.0',
        'zvonar_delivery_seconds_count{target="mail"} 0.0',
        'zvonar_deliveries_total{state="parked",target="mail"} 0.0',
        'zvonar_delivery_errors_total{code="unreachable",target="mail"} 0.0',
    ):
        assert line in text
    metrics.outgoing.stand({})
    assert 'zvonar_outbox_waiting{target="crm"} 0.0' in metrics.exposition().decode()
