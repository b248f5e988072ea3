"""The moves of a dialer's node over a real store, each held against the model (queue_machine)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import note

from robot.domain.calls import CallResult, ClaimedTask
from robot.domain.campaigns import Campaign, CampaignState
from robot.domain.goals import Goal
from robot.domain.meetings import Slot
from robot.domain.outcomes import REFUSALS, Outcome
from robot.domain.retry import RetryPolicy
from robot.storage.store import Storage
from tests.contracts.queue_model import CEILING, HOURS, LONGEST, MOSCOW, PAUSE, PHONES, RESERVED, Dial, Model, price
from tests.contracts.queue_seen import Expected, adopt, look

LEASE = timedelta(minutes=1)
SLOT = timedelta(minutes=30)
EVERYWHERE_OPEN = timedelta(hours=7, minutes=30)
"""After midnight in Greenwich: 09:30 in Kaliningrad, 19:30 in Kamchatka."""


class Hands:
    """What does it. Every public move ends with a look at the store."""

    def __init__(self, runner: asyncio.Runner, store: Storage, model: Model) -> None:
        self._runner = runner
        self.store = store
        self.model = model
        self.expected = Expected()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

    def check(self) -> None:
        expected, self.expected = self.expected, Expected()
        adopt(self.model, self.run(look(self.store)), expected)

    def campaign(self, slug: str) -> Campaign:
        return self.model.settings[slug].campaign

    def claim(self, slug: str, limit: int, node: str, least: int) -> list[ClaimedTask]:
        model = self.model
        busy = {phone for phone in PHONES if model.busy(phone)}
        claimed = self.run(
            self.store.queue.claim(self.campaign(slug), limit=limit, now=model.now, node=node, lease=LEASE, least=least)
        )
        assert len(claimed) <= limit
        urgency = [one.task.priority for one in claimed]
        assert urgency == sorted(urgency, reverse=True)
        assert not urgency or urgency[-1] >= least
        self.expected.taken = {one.task.id for one in claimed}
        self.check()
        closed = model.closed(slug)  # asked now: calls of dead nodes have given back what they held
        assert not (claimed and closed), f"claimed although {closed}"
        for one in claimed:
            phone = one.lead.phone
            assert phone not in busy, "claimed twice"
            assert one.task.due_at <= model.now
            assert not (why := model.forbidden(slug, phone, one.task.priority)), f"claimed although {why}"
        meets = self.campaign(slug).goal is Goal.MEETING
        room = model.room(slug) if meets else limit
        assert not claimed or room >= 0, f"{-room} of those who are called find no slot"
        money = CEILING - model.spent(model.today) >= RESERVED * (len(claimed) + 1)
        if len(claimed) < limit and not closed and money and room > 0:
            self._nobody_is_forgotten(slug, least)
        return list(claimed)

    def _nobody_is_forgotten(self, slug: str, least: int) -> None:
        waiting = [
            job
            for job in self.model.jobs.values()
            if job.slug == slug and job.state == "queued" and job.due_at <= self.model.now and job.priority >= least
        ]
        for job in waiting:
            held = any(other.phone == job.phone and other.owner for other in self.model.jobs.values())
            assert held or not self.model.open_hours(slug, job.phone), f"due, and not claimed: {job}"

    def release(self, node: str, claimed: ClaimedTask) -> None:
        self.expected.let_go.add(claimed.task.id)
        self.run(self.store.queue.release(claimed.task.id, node=node))

    def begin(self, node: str, claimed: ClaimedTask) -> UUID | None:
        model, attempt_id = self.model, uuid4()
        job = model.jobs[claimed.task.id]
        ours = job.owner == node and job.lease_until is not None and job.lease_until > model.now
        why = ["claim"] * (not ours or model.under_way(job.id))
        why += model.closed(job.slug) + model.forbidden(job.slug, job.phone, job.priority)
        begun = self.run(self.store.attempts.begin(claimed, attempt_id=attempt_id, node=node, now=model.now))
        assert begun is None or not why, f"dialed although {why}"
        assert begun is not None or why, f"not dialed, for no reason: {job}"
        note(f"dial of {job.phone} for {job.slug}: {why or 'allowed'}")
        if begun is None:
            self.expected.let_go.add(job.id)
            self.release(node, claimed)
            self.check()
            return None
        model.dials[attempt_id] = Dial(job.id, job.slug, job.phone, node, model.now)
        self.check()
        return attempt_id

    def answer(self, attempt_id: UUID) -> None:
        dial = self.model.dials[attempt_id]
        if dial.open:
            self.run(self.store.calls.answered(attempt_id, at=self.model.now))
            dial.answered_at = dial.answered_at or self.model.now
        self.check()

    def held_slot(self, attempt_id: UUID) -> Slot | None:
        """What the call may book."""
        slots = (one for one in self.run(look(self.store)).slots if one.state == "held")
        row = next((one for one in slots if one.attempt_id == attempt_id), None)
        if row is None or not self.model.dials[attempt_id].open:
            return None
        return Slot(row.manager_id, row.starts_at, row.ends_at)

    def offer(self, attempt_id: UUID, slug: str, number: int) -> None:
        """The first free slots of the next two weeks, for him alone."""
        model, setting = self.model, self.model.settings[slug]
        wanted = self.store.calendar.free_slots(
            setting.campaign, after=model.now, before=model.now + timedelta(days=14), duration=SLOT, now=model.now,
            attempt_id=attempt_id,
        )  # fmt: skip
        slots = list(self.run(wanted))[:number]
        others = {slot for attempt, kept in model.offered.items() if attempt != attempt_id for slot in kept}
        assert not others & set(slots), "offered to two clients at a time"
        kept = list(self.run(self.store.calendar.offer(attempt_id, slots, now=model.now)))
        assert kept == slots[: len(kept)]
        if not model.dials[attempt_id].open:
            assert not kept, "offered to a client who has gone"
        else:
            assert kept or not slots, "free, and not offered"
            model.offered.pop(attempt_id, None)
            if kept:
                model.offered[attempt_id] = set(kept)
        self.check()
        short = model.short_of_slots(slug)
        assert len(kept) < 2 or not short, f"offered several while calls of {short} find none"

    def hold(self, attempt_id: UUID, slug: str, pick: int) -> None:
        """What he is offered, or any free slot of the next two weeks."""
        model, setting = self.model, self.model.settings[slug]
        free = self.store.calendar.free_slots(
            setting.campaign, after=model.now, before=model.now + timedelta(days=14), duration=SLOT, now=model.now
        )
        slots = self.run(free)
        full = setting.hard and model.booked(slug) >= setting.quota
        assert not (full and slots), "slots are offered past a hard quota"
        slots = [*sorted(model.offered.get(attempt_id, ()), key=lambda slot: slot.starts_at), *slots]
        slots = slots or [self._next_morning()]
        mine = model.slots.get(attempt_id) == (slug, model.today)
        held = self.run(self.store.calendar.hold(attempt_id, slots[pick % len(slots)], now=model.now))
        assert not (held and full and not mine), "a slot is held past a hard quota"
        if held:
            assert model.dials[attempt_id].open
            model.slots[attempt_id] = (slug, model.today)
            model.dials[attempt_id].slot = slots[pick % len(slots)]
            model.offered.pop(attempt_id, None)
        self.check()

    def _next_morning(self) -> Slot:
        """What a call might have been offered before the quota was met."""
        at = self.model.now.replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=4)
        return Slot(1, at, at + SLOT)

    def end(
        self, attempt_id: UUID, claimed: ClaimedTask, outcome: Outcome, back: timedelta, *, counts: bool = True
    ) -> None:
        """back: after how long a callback is promised."""
        now, dial = self.model.now, self.model.dials[attempt_id]
        if outcome is Outcome.MEETING_BOOKED and dial.lost_at is not None and dial.slot is not None:
            self._meeting_comes_late(attempt_id, dial, dial.slot)
            return
        slot = self.held_slot(attempt_id) if outcome is Outcome.MEETING_BOOKED else None
        if outcome is Outcome.MEETING_BOOKED and slot is None:
            outcome = Outcome.AGREED
        result = CallResult(
            outcome,
            min(now, dial.at + LONGEST),
            counts=counts,
            meeting=slot,
            callback_at=now + back if outcome is Outcome.CALLBACK_SCHEDULED else None,
        )
        self.finish(attempt_id, claimed, result)

    def finish(self, attempt_id: UUID, claimed: ClaimedTask | None, result: CallResult) -> None:
        model = self.model
        dial = model.dials[attempt_id]
        zones = claimed.lead.zones if claimed else ()
        made = (claimed.task.attempts if claimed else 0) + result.counts
        retry_at = RetryPolicy().next_due(result, attempts=made, zones=zones)
        self.run(self.store.attempts.finish(attempt_id, result, retry_at=retry_at))
        if dial.open:
            self._ended(attempt_id, dial, result, retry=retry_at is not None)
        self.check()

    def _meeting_comes_late(self, attempt_id: UUID, dial: Dial, slot: Slot) -> None:
        """The node was alive, and its client was promised a meeting: he gets it, if there is room for it."""
        model, setting, lost_at = self.model, self.model.settings[dial.slug], dial.lost_at or self.model.now
        day = dial.at.astimezone(MOSCOW).date()
        full = setting.hard and model.booked(dial.slug, day) >= setting.quota
        again = model.under_way(dial.task_id)
        result = CallResult(Outcome.MEETING_BOOKED, min(lost_at, dial.at + LONGEST), meeting=slot)
        self.run(self.store.attempts.finish(attempt_id, result, retry_at=None))
        dial.lost_at, dial.counts = None, True
        if dial.out:
            dial.cost = price(result.ended_at - dial.answered_at) if dial.answered_at else 0
        if any(one.attempt_id == attempt_id for one in self.run(look(self.store)).slots):
            assert not full, "a meeting that came late passes a hard quota"
            dial.reached = True
            model.slots[attempt_id] = (dial.slug, day)
        if not again:
            self.expected.ended.add(dial.task_id)
            self.expected.let_go.add(dial.task_id)
        self.check()

    def _ended(self, attempt_id: UUID, dial: Dial, result: CallResult, *, retry: bool) -> None:
        """The model's account of it."""
        model, setting = self.model, self.model.settings[dial.slug]
        counted = setting.campaign.goal is Goal.AGREED and result.outcome is Outcome.AGREED
        late = counted and setting.hard and self._agreements(dial, attempt_id) >= setting.quota
        dial.open, dial.counts = False, result.counts
        dial.reached = result.meeting is not None or (counted and not late)
        if dial.out:
            dial.cost = price(result.ended_at - dial.answered_at) if dial.answered_at else 0
        if result.meeting is None:
            model.slots.pop(attempt_id, None)
        if result.outcome in REFUSALS:
            model.people[dial.phone].cool_until = result.ended_at + PAUSE
        if result.outcome is Outcome.OPTED_OUT:
            model.stops.add(dial.phone)
        self.expected.finished.add(attempt_id)
        self.expected.let_go.add(dial.task_id)
        if not (retry or late):
            self.expected.ended.add(dial.task_id)

    def _agreements(self, dial: Dial, attempt_id: UUID) -> int:
        """Of the campaign on the day of this dial, without it."""
        day = dial.at.astimezone(MOSCOW).date()
        mine = attempt_id in self.model.slots and self.model.slots[attempt_id] == (dial.slug, day)
        return self.model.booked(dial.slug, day) - mine

    def call_everybody(self) -> None:
        """Nobody is forgotten: when all is allowed again, every task that is open is claimed and done."""
        model = self.model
        for slug, setting in model.settings.items():
            setting.quota, setting.state = 1000, CampaignState.RUNNING
            self.run(self.store.campaigns.set_state(slug, setting.state))
            setting.campaign = self.run(self.store.campaigns.set_quota(slug, setting.quota, hard=setting.hard))
        for days in (100, 8):  # past every pause, and a week later for whom two campaigns want
            date = (model.now + timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
            while date.weekday() > 4:
                date += timedelta(days=1)
            model.now = date + EVERYWHERE_OPEN
            for slug in HOURS:
                self._call_all(slug)
        left = [job for job in model.jobs.values() if job.open]
        assert not left, f"never called: {left}"

    def _call_all(self, slug: str) -> None:
        most = 2 * len(self.model.jobs) + 1
        while claimed := self.claim(slug, 3, "z", 0):
            most -= 1
            assert most, f"claimed again and again: {claimed}"
            for one in claimed:
                attempt_id = self.begin("z", one)
                assert attempt_id is not None, f"claimed, and then refused: {one}"
                self.finish(attempt_id, one, CallResult(Outcome.INFO_REQUESTED, self.model.now))
