"""Anything that nodes, clients, a head of sales and the clock may do, in any order, over a real store.

After each step what lies in the store is held against a model of plain Python: no task is lost, none is claimed twice,
and every dial is one that quota, caps, hours, stop list, consent and ceiling permit; one they permit is made.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, multiple, precondition, rule

from robot.crm.base import NewLead
from robot.domain.calls import CallResult, ClaimedTask
from robot.domain.campaigns import CampaignState
from robot.domain.consent import Consent
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.domain.stops import StopPattern
from robot.storage.reception import Desk
from robot.storage.store import Storage
from tests.contracts.queue_model import (
    ASKED_FOR,
    HOURS,
    LONGEST,
    MANAGERS,
    PHONES,
    Dial,
    Model,
    Person,
    Setting,
    campaigns,
    zones_of,
)
from tests.contracts.queue_moves import LEASE, Hands

RUNS = int(os.environ.get("ZVONAR_QUEUE_RUNS", "0"))
"""Of the machine; 0: the few of the usual test run, always the same."""
STEPS = 30

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, 12:00 in Moscow."""
NODES = ("a", "b", "c")
PATTERNS = ("+7495100000?", "+791600000*", "+74951000004")
PASSES = tuple(
    timedelta(**span)
    for span in (
        {"seconds": 20}, {"seconds": 50}, {"seconds": 61}, {"minutes": 5}, {"hours": 2}, {"hours": 5}, {"hours": 11},
        {"days": 1}, {"days": 3}, {"days": 8},
    )
)  # fmt: skip

nodes = st.sampled_from(NODES)
slugs = st.sampled_from(tuple(HOURS))
phones = st.sampled_from(PHONES)
zones = st.sampled_from(("", "", "", "Europe/Kaliningrad", "Asia/Omsk", "Asia/Vladivostok", "Asia/Kamchatka"))
USUAL = (
    Outcome.MEETING_BOOKED, Outcome.AGREED, Outcome.REFUSED, Outcome.REFUSED, Outcome.NO_ANSWER, Outcome.NO_ANSWER,
    Outcome.BUSY, Outcome.CALLBACK_SCHEDULED, Outcome.OPTED_OUT,
)  # fmt: skip
MEANWHILE = ("", "", "", "quota", PHONES[0], PATTERNS[1])
LASTS = (timedelta(seconds=15), timedelta(minutes=14))
priorities = st.sampled_from((None, None, None, 20, 50, 100))
Claim = tuple[str, ClaimedTask]


@dataclass(frozen=True, slots=True)
class Batch:
    """Leads added at once."""

    who: list[str]
    zone: str
    consent: bool
    priority: int | None
    later: timedelta
    score: int | None


LIKE: dict[str, st.SearchStrategy[Any]] = {
    "zone": zones,
    "consent": st.booleans(),
    "priority": priorities,
    "later": st.sampled_from((timedelta(0), timedelta(0), timedelta(hours=3))),
    "score": st.sampled_from((None, 55)),
}
batches = st.builds(Batch, who=st.lists(phones, min_size=1, max_size=4, unique=True), **LIKE)


class QueueMachine(RuleBasedStateMachine):
    """A subclass opens the store."""

    open_store: ClassVar[Callable[[asyncio.Runner], Storage]]

    claims = Bundle("claims")
    calls = Bundle("calls")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.store = type(self).open_store(self.runner)
        self.model = Model(START)
        self.hands = Hands(self.runner, self.store, self.model)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def _found(self) -> None:
        for one in campaigns():
            made = self.run(self.store.campaigns.ensure(one))
            self.model.settings[one.slug] = Setting(made, one.quota or 0)
        for name, (weekdays, halves, slugs) in MANAGERS.items():
            closes = time(10 + halves // 2, halves % 2 * 30)
            hours = WorkingHours(opens=time(10), closes=closes, weekdays=weekdays, country="")
            ids = [self.hands.campaign(slug).id for slug in slugs]
            self.model.managers[name] = self.run(self.store.managers.ensure(name, hours, campaigns=ids)).id

    @initialize(consent=st.booleans())
    def many_are_known(self, consent: bool) -> None:
        """Stories need people."""
        self._found()
        for slug in HOURS:
            self._add(slug, Batch(list(PHONES), "", consent, None, timedelta(0), None))

    # Leads, consents, the stop list

    @rule(slug=slugs, batch=batches)
    def leads_come(self, slug: str, batch: Batch) -> None:
        self._add(slug, batch)

    def _add(self, slug: str, batch: Batch) -> None:
        model = self.model
        given = Consent("форма", model.now, "Согласен", None) if batch.consent else None
        for phone in batch.who:
            person = model.people.setdefault(phone, Person(zones_of(phone)))
            person.zones = (batch.zone,) if batch.zone else person.zones
            if batch.consent:
                person.given.append(model.now)
        verdicts = [model.verdict_on_adding(slug, phone, batch.priority or 0) for phone in batch.who]
        latest = [model.latest(slug, phone) for phone in batch.who]
        self.hands.expected.new = sum(
            verdict == "queued" and (job is None or not job.open) for verdict, job in zip(verdicts, latest, strict=True)
        )
        leads = [NewLead(phone, timezone=batch.zone, consent=given, score=batch.score) for phone in batch.who]
        added = self.run(
            self.store.leads.add(
                self.hands.campaign(slug).id,
                leads,
                now=model.now,
                due_at=model.now + batch.later,
                priority=batch.priority,
            )
        )
        for verdict in ("queued", "known", "stopped", "no_consent", "not_allowed"):
            assert getattr(added, verdict) == verdicts.count(verdict), f"{added}, by hand {verdicts}"
        self.hands.check()

    @rule(phone=phones)
    def consent_is_revoked(self, phone: str) -> None:
        person = self.model.people.get(phone)
        lead = self.run(self.store.leads.find(phone))
        assert (person is None) == (lead is None)
        if person is None:
            return
        self.run(self.store.consents.revoke(lead.id, now=self.model.now))
        if person.given:
            person.revoked, person.given = self.model.now, []
        self.hands.check()
        ads = self.model.latest("ads", phone)
        assert ads is None or not ads.open or self.model.under_way(ads.id), f"still to be dialed: {ads}"

    @rule(entry=st.one_of(phones, st.sampled_from(PATTERNS)))
    def somebody_is_stopped(self, entry: str) -> None:
        self.model.stops.add(entry)
        stop_list = self.store.stop_list
        if entry in PATTERNS:
            self.run(stop_list.add_pattern(StopPattern.parse(entry), reason="завод", now=self.model.now))
        else:
            self.run(stop_list.add(entry, reason="просил", now=self.model.now))
        self.hands.check()
        left = [job for job in self.model.jobs.values() if job.open and self.model.stopped(job.phone)]
        assert not [job for job in left if not self.model.under_way(job.id)], f"still to be dialed: {left}"

    @precondition(lambda self: self.model.stops)
    @rule(data=st.data())
    def a_stop_is_taken_back(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from(sorted(self.model.stops)))
        assert self.run(self.store.stop_list.remove(entry, by="Ольга", reason="попросил", now=self.model.now))
        self.model.stops.discard(entry)
        self.hands.check()

    # The head of sales, and the clock

    @rule(slug=slugs, quota=st.integers(0, 3))
    def a_quota_is_set(self, slug: str, quota: int) -> None:
        setting = self.model.settings[slug]
        setting.campaign = self.run(self.store.campaigns.set_quota(slug, quota, hard=setting.hard))
        setting.quota = quota
        self.hands.check()

    @rule(slug=slugs, state=st.sampled_from((CampaignState.RUNNING, CampaignState.RUNNING, *CampaignState)))
    def a_state_is_set(self, slug: str, state: CampaignState) -> None:
        self.run(self.store.campaigns.set_state(slug, state))
        self.model.settings[slug].state = state
        self.hands.check()

    @rule(by=st.sampled_from(PASSES))
    def time_goes_on(self, by: timedelta) -> None:
        """Nobody prolongs anything: whoever held a task for longer than a lease is taken for dead."""
        self.model.now += by
        self.hands.check()

    @rule(by=st.sampled_from(PASSES[:4]), living=st.sets(nodes))
    def time_goes_on_for_the_living(self, by: timedelta, living: set[str]) -> None:
        end, model = self.model.now + by, self.model
        while model.now < end:
            model.now = min(end, model.now + LEASE / 3)
            for node in sorted(living):
                held = [job.id for job in model.jobs.values() if job.owner == node and not model.lapsed(job)]
                self.run(self.store.queue.renew(node, tasks=held, now=model.now, until=model.now + LEASE))
                self.hands.check()

    # A node's day

    @rule(target=claims, slug=slugs, limit=st.integers(1, 4), node=nodes, least=st.sampled_from((0, 0, 0, ASKED_FOR)))
    def claim(self, slug: str, limit: int, node: str, least: int) -> Any:
        return multiple(*((node, one) for one in self.hands.claim(slug, limit, node, least)))

    @rule(claim=consumes(claims))
    def give_back(self, claim: Claim) -> None:
        self.hands.release(*claim)
        self.hands.check()

    @rule(target=calls, claim=consumes(claims))
    def dial(self, claim: Claim) -> Any:
        attempt_id = self.hands.begin(*claim)
        return multiple() if attempt_id is None else (attempt_id, claim[1])

    @rule(target=calls, slug=slugs, node=nodes, answers=st.booleans())
    def claim_and_dial(self, slug: str, node: str, answers: bool) -> Any:
        """What a dialer does in one go, so that long stories are likely."""
        begun = []
        for one in self.hands.claim(slug, 2, node, 0):
            attempt_id = self.hands.begin(node, one)
            if attempt_id is not None:
                begun.append((attempt_id, one))
                if answers:
                    self.hands.answer(attempt_id)
        return multiple(*begun)

    @rule(
        wanted=st.lists(st.tuples(nodes, slugs), min_size=1, max_size=2), meanwhile=st.sampled_from(MEANWHILE),
        end=st.sampled_from(USUAL), offered=st.integers(0, 2), holds=st.booleans(), lasts=st.sampled_from(LASTS),
    )  # fmt: skip
    def several_are_called(
        self,
        wanted: list[tuple[str, str]],
        meanwhile: str,
        *,
        end: Outcome,
        offered: int,
        holds: bool,
        lasts: timedelta,
    ) -> None:
        """Claimed, begun and ended together: what only many calls at once can break, and many calls in a row."""
        hands = self.hands
        claimed = [(node, one) for node, slug in wanted for one in hands.claim(slug, 3, node, 0)]
        if meanwhile == "quota":
            self.a_quota_is_set(wanted[0][1], 1)
        elif meanwhile:
            self.somebody_is_stopped(meanwhile)
        begun = [(hands.begin(*one), one[1]) for one in claimed]
        calls = [(attempt_id, one) for attempt_id, one in begun if attempt_id is not None]
        for attempt_id, one in calls:
            hands.answer(attempt_id)
            if offered:
                hands.offer(attempt_id, one.campaign.slug, offered)
            if holds:
                hands.hold(attempt_id, one.campaign.slug, 0)
        self.model.now += lasts
        for attempt_id, one in calls:
            hands.end(attempt_id, one, end, timedelta(days=1))

    @rule(call=calls)
    def somebody_answers(self, call: tuple[UUID, ClaimedTask]) -> None:
        self.hands.answer(call[0])

    @rule(call=calls, number=st.integers(0, 3))
    def slots_are_offered(self, call: tuple[UUID, ClaimedTask], number: int) -> None:
        attempt_id, claimed = call
        self.hands.offer(attempt_id, claimed.campaign.slug, number)

    @rule(call=calls, pick=st.integers(0, 5))
    def a_slot_is_held(self, call: tuple[UUID, ClaimedTask], pick: int) -> None:
        attempt_id, claimed = call
        self.hands.hold(attempt_id, claimed.campaign.slug, pick)

    @rule(call=calls)
    def a_slot_is_let_go(self, call: tuple[UUID, ClaimedTask]) -> None:
        attempt_id = call[0]
        self.run(self.store.calendar.release(attempt_id))
        if self.model.dials[attempt_id].open:
            self.model.slots.pop(attempt_id, None)
            self.model.offered.pop(attempt_id, None)
        self.hands.check()

    @rule(
        call=consumes(calls), outcome=st.sampled_from(Outcome), counts=st.sampled_from((True, True, True, False)),
        back=st.sampled_from((timedelta(minutes=1), timedelta(hours=4), timedelta(days=2))),
    )  # fmt: skip
    def a_call_ends(self, call: tuple[UUID, ClaimedTask], outcome: Outcome, counts: bool, back: timedelta) -> None:
        attempt_id, claimed = call
        self.hands.end(attempt_id, claimed, outcome, back, counts=counts)

    @rule(node=nodes)
    def a_node_comes_back(self, node: str) -> None:
        """It finds what its previous life left open, and closes it."""
        for one in self.run(self.store.attempts.unfinished(node)):
            dial = self.model.dials[one.id]
            assert (dial.open, dial.node, one.answered) == (True, node, dial.answered_at is not None)
            result = CallResult(
                Outcome.INTERRUPTED, min(self.model.now, dial.at + LONGEST), reason="node_restarted",
                counts=one.answered,
            )  # fmt: skip
            self.hands.finish(one.id, None, result)

    @rule(target=calls, phone=phones, node=nodes)
    def a_client_rings_in(self, phone: str, node: str) -> Any:
        model, call_id = self.model, uuid4()
        busy = model.busy(phone)
        visit = self.run(self.store.reception(Desk(node, LEASE)).arrived(phone, "", call_id=call_id, now=model.now))
        if visit is None:
            self.hands.check()
            return multiple()
        assert not busy, "who is in a call, or about to be, is in a second one"
        task, slug = visit.claimed.task, visit.claimed.campaign.slug
        self.hands.expected.new = task.id not in model.jobs
        self.hands.expected.taken.add(task.id)
        model.dials[call_id] = Dial(task.id, slug, phone, node, model.now, out=False, cost=0)
        self.hands.check()
        return call_id, visit.claimed

    def teardown(self) -> None:
        try:
            if sys.exception() is None and self.model.settings:
                self.hands.call_everybody()
        finally:
            self.run(self.store.database.close())
            self.runner.close()


def try_queue(open_store: Callable[[asyncio.Runner], Storage], usual_runs: int) -> None:
    """Run the machine over fresh stores; what fails is shrunk to the shortest story that fails."""
    machine = type("Queue", (QueueMachine,), {"open_store": staticmethod(open_store)}).TestCase
    machine.settings = settings(
        max_examples=RUNS or usual_runs,
        stateful_step_count=STEPS,
        derandomize=not RUNS,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    machine("runTest").runTest()
