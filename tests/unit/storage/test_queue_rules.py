"""Whatever a dialer, a head of sales and a clock do in any order: memory and SQLite agree, and the promises hold."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from robot.crm.base import NewLead
from robot.domain.calls import CallResult, ClaimedTask
from robot.domain.campaigns import Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.storage.engine import connect
from robot.storage.memory import MemoryStorage
from robot.storage.store import Storage
from tests.contracts.schema_contract import in_own_loop, make_tables
from tests.contracts.storage_contract import LEASE, NOW, phone

pytestmark = pytest.mark.unit

CAMPAIGNS = ("cold", "warm")
NODES = st.sampled_from(["a", "b"])
ZONES = st.sampled_from(["", "", "Asia/Omsk", "Asia/Kamchatka"])
RETRIES = st.sampled_from([None, timedelta(0), timedelta(minutes=5), timedelta(hours=10)])


def seen(claimed: ClaimedTask) -> tuple[str, str, int, int]:
    """A claim in words that both stores share: their ids differ."""
    return (claimed.campaign.slug, claimed.lead.phone, claimed.task.priority, claimed.task.attempts)


class QueueRules(RuleBasedStateMachine):
    """Every move is made on both stores; their answers must be the same."""

    claims = Bundle("claims")
    attempts = Bundle("attempts")
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.resources = ExitStack()
        self.runner = self.resources.enter_context(asyncio.Runner())
        folder = Path(self.resources.enter_context(tempfile.TemporaryDirectory()))
        shutil.copyfile(self.template, folder / "zvonar.db")
        self.database = connect(f"sqlite:///{folder / 'zvonar.db'}")
        self.stores: tuple[Any, Any] = (MemoryStorage(), Storage(self.database))
        self.now: datetime = NOW
        self.stopped: set[str] = set()
        self.under_way: dict[UUID, str] = {}
        self.quotas: dict[str, int] = {}

    def run_here(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def both(self, move: Any) -> tuple[Any, Any]:
        """`move(store, campaign_of_slug)` on each."""
        return tuple(
            self.run_here(move(store, campaigns)) for store, campaigns in zip(self.stores, self.campaigns, strict=True)
        )  # type: ignore[return-value]

    @initialize()
    def begin(self) -> None:
        self.campaigns: list[dict[str, Campaign]] = []
        for store in self.stores:
            made = {}
            for slug in CAMPAIGNS:
                hard = slug == CAMPAIGNS[0]
                campaign = Campaign(0, slug, slug, "cold_call", quota=2, hard_quota=hard)
                made[slug] = self.run_here(store.campaigns.ensure(campaign))
            ids = [campaign.id for campaign in made.values()]
            self.run_here(store.managers.ensure("Анна", WorkingHours(), campaigns=ids))
            self.campaigns.append(made)
        self.quotas = dict.fromkeys(CAMPAIGNS, 2)

    @rule(slug=st.sampled_from(CAMPAIGNS), number=st.integers(0, 5), zone=ZONES, priority=st.sampled_from([0, 0, 50]))
    def add(self, slug: str, number: int, zone: str, priority: int) -> None:
        memory, sql = self.both(
            lambda store, made: store.leads.add(
                made[slug].id, [NewLead(phone(number), timezone=zone)], now=self.now, priority=priority
            )
        )
        assert memory == sql

    @rule(slug=st.sampled_from(CAMPAIGNS), quota=st.integers(0, 3))
    def set_quota(self, slug: str, quota: int) -> None:
        hard = slug == CAMPAIGNS[0]
        self.both(lambda store, _made: store.campaigns.set_quota(slug, quota, hard=hard))
        self.quotas[slug] = quota

    @rule(number=st.integers(0, 5))
    def stop(self, number: int) -> None:
        memory, sql = self.both(lambda store, _made: store.stop_list.add(phone(number), reason="", now=self.now))
        assert memory == sql
        self.stopped.add(phone(number))

    @rule(by=st.sampled_from([timedelta(seconds=30), 2 * LEASE, timedelta(hours=5), timedelta(days=1)]))
    def wait(self, by: timedelta) -> None:
        self.now += by

    @rule(node=NODES)
    def renew(self, node: str) -> None:
        self.both(lambda store, _made: store.queue.renew(node, until=self.now + LEASE))

    @rule(target=claims, slug=st.sampled_from(CAMPAIGNS), limit=st.integers(1, 3), node=NODES)
    def claim(self, slug: str, limit: int, node: str) -> Any:
        memory, sql = self.both(
            lambda store, made: store.queue.claim(made[slug], limit=limit, now=self.now, node=node, lease=LEASE)
        )
        assert [seen(one) for one in memory] == [seen(one) for one in sql]
        busy = set(self.under_way.values())
        for one in sql:
            assert one.lead.phone not in self.stopped
            assert one.lead.phone not in busy
            assert one.campaign.window.allows(self.now, *one.lead.zones)
            assert one.task.due_at <= self.now
        return multiple(*((node, pair) for pair in zip(memory, sql, strict=True)))

    @rule(claim=consumes(claims))
    def release(self, claim: tuple[str, tuple[ClaimedTask, ClaimedTask]]) -> None:
        _, pair = claim
        for store, claimed in zip(self.stores, pair, strict=True):
            self.run_here(store.queue.release(claimed.task.id, due_at=self.now))

    @rule(target=attempts, claim=consumes(claims))
    def dial(self, claim: tuple[str, tuple[ClaimedTask, ClaimedTask]]) -> Any:
        node, pair = claim
        attempt_id = uuid4()
        rings = [
            self.run_here(store.attempts.begin(claimed, attempt_id=attempt_id, node=node, now=self.now))
            for store, claimed in zip(self.stores, pair, strict=True)
        ]
        assert rings[0] is rings[1]
        if not rings[0]:
            return multiple()
        number = pair[0].lead.phone
        assert number not in self.stopped
        assert number not in self.under_way.values()
        self.under_way[attempt_id] = number
        return attempt_id, pair[0].campaign.slug

    @rule(attempt=attempts, pick=st.integers(0, 3))
    def hold(self, attempt: tuple[UUID, str], pick: int) -> None:
        attempt_id, slug = attempt
        free = self._slots(slug)
        assert [s.starts_at for s in free[0]] == [s.starts_at for s in free[1]]
        if pick < len(free[0]):
            held = [
                self.run_here(store.calendar.hold(attempt_id, slots[pick], now=self.now))
                for store, slots in zip(self.stores, free, strict=True)
            ]
            assert held[0] is held[1]
            assert not (held[0] and attempt_id not in self.under_way)

    @rule(attempt=consumes(attempts), outcome=st.sampled_from(Outcome), counts=st.booleans(), retry=RETRIES)
    def finish(self, attempt: tuple[UUID, str], outcome: Outcome, counts: bool, retry: timedelta | None) -> None:
        attempt_id, _ = attempt
        memory = self.stores[0]
        held = memory.state.slots.get(attempt_id)
        if (outcome is Outcome.MEETING_BOOKED) and held is None:
            outcome = Outcome.REFUSED
        for store in self.stores:
            slot = None
            if outcome is Outcome.MEETING_BOOKED:
                slot = held.slot
                if store is not memory:
                    slot = self._same_slot(slot)
            result = CallResult(outcome, self.now, counts=counts, meeting=slot)
            retry_at = None if retry is None else self.now + retry
            self.run_here(store.attempts.finish(attempt_id, result, retry_at=retry_at))
        number = self.under_way.pop(attempt_id, None)
        if outcome is Outcome.OPTED_OUT and number is not None:
            self.stopped.add(number)

    def _slots(self, slug: str) -> tuple[Any, Any]:
        return self.both(
            lambda store, made: store.calendar.free_slots(
                made[slug],
                after=self.now,
                before=self.now + timedelta(days=3),
                duration=timedelta(minutes=30),
                now=self.now,
            )
        )

    def _same_slot(self, slot: Any) -> Any:
        manager = self.run_here(self.stores[1].managers.of(self.campaigns[1]["cold"].id))[0]
        return type(slot)(manager.id, slot.starts_at, slot.ends_at)

    @precondition(lambda self: self.quotas)
    @invariant()
    def the_day_is_the_same_in_both(self) -> None:
        for slug in CAMPAIGNS:
            memory, sql = self.both(lambda store, made, slug=slug: store.queue.quota(made[slug], self.now))
            assert memory == sql
        open_attempts = [
            {one.id for node in "ab" for one in self.run_here(store.attempts.unfinished(node))} for store in self.stores
        ]
        assert open_attempts[0] == open_attempts[1] == set(self.under_way)

    def teardown(self) -> None:
        self.run_here(self.database.close())
        self.resources.close()


def test_queue_rules(tmp_path: Path) -> None:
    QueueRules.template = tmp_path / "empty.db"
    in_own_loop(make_tables(f"sqlite:///{QueueRules.template}"))
    machine = QueueRules.TestCase
    machine.settings = settings(
        max_examples=8, stateful_step_count=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    machine("runTest").runTest()
