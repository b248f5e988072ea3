"""Whatever a dialer, a head of sales and a clock do in any order: the promises hold."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
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
from robot.domain.meetings import Slot, WorkingHours
from robot.domain.outcomes import Outcome
from robot.storage.memory import MemoryStorage
from tests.conftest import runs
from tests.contracts.storage_contract import LEASE, NOW, phone

pytestmark = [pytest.mark.unit, pytest.mark.property]

CAMPAIGNS = ("cold", "warm")
NODES = st.sampled_from(["a", "b"])
ZONES = st.sampled_from(["", "", "Asia/Omsk", "Asia/Kamchatka"])
RETRIES = st.sampled_from([None, timedelta(0), timedelta(minutes=5), timedelta(hours=10)])


class QueueRules(RuleBasedStateMachine):
    """Moves on one store; what must hold is kept by hand."""

    claims = Bundle("claims")
    attempts = Bundle("attempts")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.store = MemoryStorage()
        self.now: datetime = NOW
        self.stopped: set[str] = set()
        self.leases: dict[int, datetime] = {}
        """Of tasks claimed, by id, as far as this node knows."""
        self.under_way: dict[UUID, tuple[str, int]] = {}
        """Number and task of the attempts begun and not finished."""
        self.held: dict[UUID, Slot] = {}
        self.campaigns: dict[str, Campaign] = {}

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def alive(self) -> dict[UUID, tuple[str, int]]:
        """Attempts whose lease holds: the others may have been put right by anybody."""
        return {a: (n, task) for a, (n, task) in self.under_way.items() if self.leases[task] >= self.now}

    @initialize()
    def begin(self) -> None:
        for slug in CAMPAIGNS:
            campaign = Campaign(0, slug, slug, "cold_call", quota=2, hard_quota=slug == CAMPAIGNS[0])
            self.campaigns[slug] = self.run(self.store.campaigns.ensure(campaign))
        ids = [campaign.id for campaign in self.campaigns.values()]
        self.run(self.store.managers.ensure("Анна", WorkingHours(), campaigns=ids))
        self.quotas = dict.fromkeys(CAMPAIGNS, 2)

    @rule(slug=st.sampled_from(CAMPAIGNS), number=st.integers(0, 5), zone=ZONES, priority=st.sampled_from([0, 0, 50]))
    def add(self, slug: str, number: int, zone: str, priority: int) -> None:
        lead = NewLead(phone(number), timezone=zone)
        added = self.run(self.store.leads.add(self.campaigns[slug].id, [lead], now=self.now, priority=priority))
        assert added.stopped == (phone(number) in self.stopped)

    @rule(slug=st.sampled_from(CAMPAIGNS), quota=st.integers(0, 3))
    def set_quota(self, slug: str, quota: int) -> None:
        self.run(self.store.campaigns.set_quota(slug, quota, hard=slug == CAMPAIGNS[0]))
        self.quotas[slug] = quota

    @rule(number=st.integers(0, 5))
    def stop(self, number: int) -> None:
        self.run(self.store.stop_list.add(phone(number), reason="", now=self.now))
        self.stopped.add(phone(number))

    @rule(by=st.sampled_from([timedelta(seconds=30), 2 * LEASE, timedelta(hours=5), timedelta(days=1)]))
    def wait(self, by: timedelta) -> None:
        self.now += by

    @rule(node=NODES)
    def renew(self, node: str) -> None:
        alive = [task for task, until in self.leases.items() if until >= self.now]
        self.run(self.store.queue.renew(node, tasks=alive, now=self.now, until=self.now + LEASE))

    @rule(target=claims, slug=st.sampled_from(CAMPAIGNS), limit=st.integers(1, 3), node=NODES)
    def claim(self, slug: str, limit: int, node: str) -> Any:
        campaign = self.campaigns[slug]
        claimed = self.run(self.store.queue.claim(campaign, limit=limit, now=self.now, node=node, lease=LEASE))
        busy = {number for number, _ in self.alive().values()}
        for one in claimed:
            assert one.lead.phone not in self.stopped
            assert one.lead.phone not in busy
            assert one.campaign.window.allows(self.now, *one.lead.zones)
            assert one.task.due_at <= self.now
            assert self.leases.get(one.task.id, self.now) <= self.now
            self.leases[one.task.id] = self.now + LEASE
        return multiple(*((node, one) for one in claimed))

    @rule(claim=consumes(claims))
    def release(self, claim: tuple[str, ClaimedTask]) -> None:
        node, claimed = claim
        self.run(self.store.queue.release(claimed.task.id, node=node))
        self.leases[claimed.task.id] = self.now

    @rule(target=attempts, claim=consumes(claims))
    def dial(self, claim: tuple[str, ClaimedTask]) -> Any:
        node, claimed = claim
        attempt_id = uuid4()
        if not self.run(self.store.attempts.begin(claimed, attempt_id=attempt_id, node=node, now=self.now)):
            return multiple()
        assert claimed.lead.phone not in self.stopped
        assert claimed.lead.phone not in {number for number, _ in self.alive().values()}
        self.under_way[attempt_id] = (claimed.lead.phone, claimed.task.id)
        return attempt_id, claimed.campaign.slug

    @rule(attempt=attempts, pick=st.integers(0, 3))
    def hold(self, attempt: tuple[UUID, str], pick: int) -> None:
        attempt_id, slug = attempt
        slots = self.run(
            self.store.calendar.free_slots(
                self.campaigns[slug],
                after=self.now,
                before=self.now + timedelta(days=3),
                duration=timedelta(minutes=30),
                now=self.now,
            )
        )
        if pick < len(slots) and self.run(self.store.calendar.hold(attempt_id, slots[pick], now=self.now)):
            assert attempt_id in self.under_way
            self.held[attempt_id] = slots[pick]

    @rule(attempt=consumes(attempts), outcome=st.sampled_from(Outcome), counts=st.booleans(), retry=RETRIES)
    def finish(self, attempt: tuple[UUID, str], outcome: Outcome, counts: bool, retry: timedelta | None) -> None:
        attempt_id, _ = attempt
        slot = self.held.pop(attempt_id, None) if outcome is Outcome.MEETING_BOOKED else None
        if outcome is Outcome.MEETING_BOOKED and slot is None:
            outcome = Outcome.REFUSED
        retry_at = None if retry is None else self.now + retry
        result = CallResult(outcome, self.now, counts=counts, meeting=slot)
        ours = attempt_id in {one.id for node in "ab" for one in self.run(self.store.attempts.unfinished(node))}
        self.run(self.store.attempts.finish(attempt_id, result, retry_at=retry_at))
        number, task = self.under_way.pop(attempt_id)
        self.leases[task] = self.now if ours else self.leases[task]
        if outcome is Outcome.OPTED_OUT and ours:
            self.stopped.add(number)

    @precondition(lambda self: self.campaigns)
    @invariant()
    def calls_under_way_are_known(self) -> None:
        unfinished = {one.id for node in "ab" for one in self.run(self.store.attempts.unfinished(node))}
        assert set(self.alive()) <= unfinished <= set(self.under_way)

    @precondition(lambda self: self.campaigns)
    @invariant()
    def a_hard_quota_is_not_passed(self) -> None:
        state = self.run(self.store.progress.quota(self.campaigns[CAMPAIGNS[0]], self.now))
        assert state.booked <= max(3, self.quotas[CAMPAIGNS[0]])

    def teardown(self) -> None:
        self.run(self.store.database.close())
        self.runner.close()


def test_queue_rules() -> None:
    machine = QueueRules.TestCase
    machine.settings = settings(
        max_examples=runs(25),
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    machine("runTest").runTest()
