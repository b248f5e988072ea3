"""What every store must do, whatever it is made of. A subclass gives the `store` fixture.

The moment of all tests is a Monday, 12:00 in Moscow; leads live there unless said otherwise.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from robot.crm.base import Activity, NewLead
from robot.crm.stages import TaskKind
from robot.domain.calls import CallResult, ClaimedTask, TaskState, Turn, TurnEnding
from robot.domain.campaigns import CallingWindow, Campaign, CampaignState
from robot.domain.choosing import ManagerBy
from robot.domain.meetings import Slot, WorkingHours
from robot.domain.outcomes import Outcome
from robot.domain.people import Profile
from robot.domain.priorities import PRIORITY_CALLBACK, PRIORITY_COLD
from robot.domain.rest_days import DaysOff
from robot.storage.errors import InvalidRecord, SlotNotHeld, UnknownAttempt, UnknownCampaign

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)
SOON = timedelta(seconds=1)
HALF_HOUR = timedelta(minutes=30)


def phone(number: int) -> str:
    return f"+7495{1000000 + number}"


class Scene:
    """A store with a campaign of quota 3, a manager, and leads; and the few moves a dialer makes."""

    def __init__(self, store: Any, campaign: Campaign) -> None:
        self.store = store
        self.campaign = campaign

    @classmethod
    async def set(cls, store: Any, *, leads: int = 3, quota: int | None = 3, slug: str = "cold", **more: Any) -> Scene:
        campaign = await store.campaigns.ensure(Campaign(0, slug, "Холодные", "cold_call", quota=quota, **more))
        await store.managers.ensure(f"Анна ({slug})", WorkingHours(), campaigns=[campaign.id])
        scene = cls(store, campaign)
        await scene.add(*range(leads))
        return scene

    async def add(self, *numbers: int, **more: Any) -> Any:
        return await self.store.leads.add(
            self.campaign.id, [NewLead(phone(n), name=f"Клиент {n}") for n in numbers], now=NOW, **more
        )

    async def claim(
        self, limit: int = 1, *, now: datetime = NOW, node: str = "a", least: int = PRIORITY_COLD
    ) -> list[ClaimedTask]:
        queue = self.store.queue
        return list(await queue.claim(self.campaign, limit=limit, now=now, node=node, lease=LEASE, least=least))

    async def begin(self, claimed: ClaimedTask, *, now: datetime = NOW, node: str = "a") -> UUID | None:
        attempt_id = uuid4()
        rings = await self.store.attempts.begin(claimed, attempt_id=attempt_id, node=node, now=now)
        return attempt_id if rings else None

    async def call(self) -> tuple[ClaimedTask, UUID]:
        """Claim the next task and begin its attempt."""
        (claimed,) = await self.claim()
        attempt_id = await self.begin(claimed)
        assert attempt_id is not None
        return claimed, attempt_id

    async def finish(
        self, attempt_id: UUID, outcome: Outcome, *, retry_at: datetime | None = None, **more: Any
    ) -> None:
        result = CallResult(outcome, more.pop("ended_at", NOW + SOON), **more)
        await self.store.attempts.finish(attempt_id, result, retry_at=retry_at)

    async def slots(self, attempt_id: UUID | None = None) -> list[Slot]:
        span = {"after": NOW, "before": NOW + timedelta(days=2), "duration": HALF_HOUR, "now": NOW}
        return list(await self.store.calendar.free_slots(self.campaign, **span, attempt_id=attempt_id))

    async def book(self) -> Slot:
        """One call that ends with a meeting in the first free slot."""
        _, attempt_id = await self.call()
        slot = (await self.slots())[0]
        assert await self.store.calendar.hold(attempt_id, slot, now=NOW)
        await self.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=slot)
        return slot

    async def card(self, claimed: ClaimedTask) -> Any:
        return await self.store.leads.card(claimed.lead.id)


class QueueContract:
    async def test_gives_the_most_urgent_then_the_longest_due_and_nothing_before_its_time(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        await scene.add(1, due_at=NOW - timedelta(hours=1))
        await scene.add(2, due_at=NOW - timedelta(hours=2))
        await scene.add(3, due_at=NOW, priority=50)
        await scene.add(4, due_at=NOW + SOON, priority=100)
        claimed = await scene.claim(10)
        assert [one.lead.phone for one in claimed] == [phone(3), phone(2), phone(1)]
        assert {one.task.state for one in claimed} == {TaskState.CLAIMED}
        assert [one.lead.phone for one in await scene.claim(10, now=NOW + SOON)] == [phone(4)]

    async def test_a_list_is_called_in_its_own_order(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        order = [5, 1, 9, 3, 7, 0]
        await scene.add(*order)
        assert [one.lead.phone for one in await scene.claim(10)] == [phone(n) for n in order]

    async def test_a_task_is_claimed_once(self, store: Any) -> None:
        scene = await Scene.set(store, leads=5)
        first, second = await scene.claim(3, node="a"), await scene.claim(3, node="b")
        ids = [one.task.id for one in first + second]
        assert len(ids) == len(set(ids)) == 5
        assert await scene.claim(1) == []

    async def test_nothing_is_claimed_without_a_quota_when_paused_or_once_it_is_met(self, store: Any) -> None:
        scene = await Scene.set(store, leads=5, quota=None)
        assert await scene.claim() == []
        assert list(await store.queue.campaigns()) == []
        await store.campaigns.set_quota("cold", 1)
        assert [one.slug for one in await store.queue.campaigns()] == ["cold"]
        await store.campaigns.set_state("cold", CampaignState.PAUSED)
        assert await scene.claim() == []
        assert [one.state for one in await store.queue.campaigns()] == [CampaignState.PAUSED]
        await store.campaigns.set_state("cold", CampaignState.RUNNING)
        await scene.book()
        assert await scene.claim() == []
        state = await store.progress.quota(scene.campaign, NOW)
        assert (state.target, state.booked, state.attempts, state.met) == (1, 1, 1, True)
        # A new day, a new quota.
        assert len(await scene.claim(now=NOW + timedelta(days=1))) == 1

    async def test_a_slot_held_in_a_call_counts_until_it_is_let_go(self, store: Any) -> None:
        scene = await Scene.set(store, quota=1)
        _, attempt_id = await scene.call()
        (first, *_) = await scene.slots()
        assert await store.calendar.hold(attempt_id, first, now=NOW)
        assert await scene.claim() == []
        await scene.finish(attempt_id, Outcome.REFUSED)
        assert len(await scene.claim()) == 1
        assert first in await scene.slots()

    async def test_nobody_is_dialed_outside_his_hours(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        people = [
            NewLead(phone(1), timezone="Asia/Vladivostok"),  # 19:00 there
            NewLead(phone(2), timezone="Asia/Kamchatka"),  # 21:00
            NewLead("+79161234567"),  # a mobile number: perhaps in Kamchatka
        ]
        await store.leads.add(scene.campaign.id, people, now=NOW)
        assert [one.lead.phone for one in await scene.claim(5)] == [phone(1)]
        early = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)  # 09:30 in Kaliningrad, 19:30 in Kamchatka
        assert {one.lead.phone for one in await scene.claim(5, now=early)} == {phone(1), phone(2), "+79161234567"}

    async def test_a_wrong_window_means_no_calls(self, store: Any) -> None:
        scene = await Scene.set(store, window=CallingWindow.every(time(9), time(9)))
        assert await scene.claim() == []
        other = await Scene.set(store, slug="never", window=CallingWindow.every(weekdays=frozenset()))
        assert await other.claim() == []

    async def test_one_number_is_never_in_two_calls_of_two_campaigns(self, store: Any) -> None:
        cold, warm = await Scene.set(store, leads=2), await Scene.set(store, leads=2, slug="warm")
        taken = await cold.claim(1)
        assert [one.lead.phone for one in await warm.claim(2)] == [phone(1)]
        attempt_id = await cold.begin(taken[0])
        assert attempt_id is not None
        assert await warm.claim(2) == []
        await cold.finish(attempt_id, Outcome.NO_ANSWER)
        assert [one.lead.phone for one in await warm.claim(2)] == [phone(0)]

    async def test_a_lost_lease_frees_the_task(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        (lost,) = await scene.claim()
        assert await scene.claim(now=NOW + LEASE, node="b") == []
        assert [one.task.id for one in await scene.claim(now=NOW + LEASE + SOON, node="b")] == [lost.task.id]

    async def test_who_was_only_rung_by_a_node_that_died_is_queued_at_once_and_not_counted(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        claimed, attempt_id = await scene.call()
        late = NOW + LEASE + SOON
        assert [one.id for one in await store.attempts.unfinished("a")] == [attempt_id]
        (again,) = await scene.claim(now=late, node="b")
        assert (again.task.id, again.task.attempts) == (claimed.task.id, 0)
        assert list(await store.attempts.unfinished("a")) == []
        (activity,) = (await scene.card(claimed)).activities
        assert (activity.outcome, activity.talked_s) == (Outcome.INTERRUPTED, 0)
        await scene.finish(attempt_id, Outcome.REFUSED)  # the node was alive after all: its word comes too late
        assert len((await scene.card(claimed)).activities) == 1
        assert await scene.begin(again, now=late, node="b") is not None

    async def test_a_meeting_agreed_on_a_node_that_was_taken_for_dead_is_kept(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        claimed, attempt_id = await scene.call()
        slot = (await scene.slots())[0]
        assert await store.calendar.hold(attempt_id, slot, now=NOW)
        late = NOW + LEASE + SOON
        (again,) = await scene.claim(now=late, node="b")
        assert slot in await scene.slots(), "of a call that was cut off nothing is held"
        for _ in range(2):  # the first answer may be lost
            await scene.finish(attempt_id, Outcome.MEETING_BOOKED, ended_at=late, answered_at=NOW + SOON, meeting=slot)
        card = await scene.card(claimed)
        assert [(m.slot, m.attempt_id) for m in card.meetings] == [(slot, attempt_id)]
        assert [(one.outcome, one.talked_s) for one in card.activities] == [(Outcome.MEETING_BOOKED, 60)]
        assert [(x.kind, x.manager) for x in card.tasks] == [(TaskKind.MEETING, "Анна (cold)")]
        assert (card.lead.stage, [call.state for call in card.calls]) == ("meeting", [TaskState.DONE])
        assert (await store.progress.quota(scene.campaign, NOW)).booked == 1
        assert await scene.begin(again, now=late, node="b") is None, "he is not called again"

    async def test_a_meeting_agreed_whose_time_was_given_away_is_a_persons_task(self, store: Any) -> None:
        scene = await Scene.set(store, leads=2)
        claimed, attempt_id = await scene.call()
        slot = (await scene.slots())[2]
        assert await store.calendar.hold(attempt_id, slot, now=NOW)
        late = NOW + LEASE + SOON
        other, again = await scene.claim(2, now=late, node="b")
        others = await scene.begin(other, now=late, node="b")
        assert others
        assert await store.calendar.hold(others, slot, now=late)
        await scene.finish(attempt_id, Outcome.MEETING_BOOKED, ended_at=late, meeting=slot)
        card = await scene.card(claimed)
        assert card.meetings == []
        assert [(x.kind, x.due_at) for x in card.tasks] == [(TaskKind.ANOTHER_TIME, late + timedelta(hours=1))]
        assert [call.state for call in card.calls] == [TaskState.DONE], "a person calls him, not the robot"
        assert await scene.begin(again, now=late, node="b") is None
        await scene.finish(others, Outcome.MEETING_BOOKED, ended_at=late, meeting=slot)
        assert (await store.progress.quota(scene.campaign, NOW)).booked == 1

    async def test_a_late_meeting_does_not_pass_a_hard_quota_nor_end_the_call_that_came_after(self, store: Any) -> None:
        scene = await Scene.set(store, leads=2, quota=1, hard_quota=True)
        claimed, attempt_id = await scene.call()
        slots = await scene.slots()
        assert await store.calendar.hold(attempt_id, slots[0], now=NOW)
        late = NOW + LEASE + SOON
        calls = [await scene.begin(one, now=late, node="b") for one in await scene.claim(2, now=late, node="b")]
        assert calls[0]
        assert calls[1]
        assert await store.calendar.hold(calls[1], slots[1], now=late)
        await scene.finish(attempt_id, Outcome.MEETING_BOOKED, ended_at=late, meeting=slots[0])
        card = await scene.card(claimed)
        assert card.meetings == []
        assert [x.kind for x in card.tasks] == [TaskKind.ANOTHER_TIME]
        assert [call.state for call in card.calls] == [TaskState.CLAIMED], "he is in another call: it settles the task"
        assert {one.id for one in await store.attempts.unfinished("b")} == set(calls)

    async def test_who_talked_with_a_node_that_died_counts_and_is_called_later(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        claimed, attempt_id = await scene.call()
        await store.calls.answered(attempt_id, at=NOW)
        slot = (await scene.slots())[0]
        assert await store.calendar.hold(attempt_id, slot, now=NOW)
        late = NOW + LEASE + SOON
        assert await scene.claim(now=late, node="b") == []
        (call,) = (await scene.card(claimed)).calls
        assert (call.state, call.attempts) == (TaskState.QUEUED, 1)
        assert call.due_at > late
        assert slot in await scene.slots(), "a slot held by nobody is free"
        assert len(await scene.claim(now=call.due_at, node="b")) == 1

    async def test_a_heartbeat_puts_lost_calls_right_too(self, store: Any) -> None:
        """While every quota is met nobody claims."""
        scene = await Scene.set(store, leads=1)
        await scene.call()
        await store.queue.renew("b", tasks=[], now=NOW + LEASE + SOON, until=NOW + 2 * LEASE)
        assert list(await store.attempts.unfinished("a")) == []

    async def test_a_lost_lease_frees_the_number_for_other_campaigns_too(self, store: Any) -> None:
        cold, warm = await Scene.set(store, leads=1), await Scene.set(store, leads=1, slug="warm")
        await cold.claim()
        await store.campaigns.set_state("cold", CampaignState.PAUSED)
        assert await warm.claim() == []
        assert len(await warm.claim(now=NOW + LEASE + SOON, node="b")) == 1

    async def test_a_renewed_lease_holds(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        (claimed,) = await scene.claim()
        await store.queue.renew("b", tasks=[claimed.task.id], now=NOW, until=NOW)
        await store.queue.renew("a", tasks=[claimed.task.id], now=NOW, until=NOW + 3 * LEASE)
        late = NOW + 2 * LEASE
        assert await scene.claim(now=late, node="b") == []
        assert await scene.begin(claimed, now=late) is not None

    async def test_a_released_task_keeps_its_place_and_one_under_way_cannot_be_released(self, store: Any) -> None:
        scene = await Scene.set(store, leads=3)
        back, dialed = await scene.claim(2)
        await scene.begin(dialed)
        for one in (back, dialed):
            await store.queue.release(one.task.id, node="a")
        (again,) = await scene.claim(1)
        assert (again.task.id, again.task.due_at) == (back.task.id, back.task.due_at)
        await store.queue.release(back.task.id, node="b")
        assert len(await scene.claim(3)) == 1, "what another node has claimed is not ours to give back"

    async def test_a_lease_that_the_node_does_not_name_runs_out(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        (claimed,) = await scene.claim()
        await store.queue.renew("a", tasks=[], now=NOW, until=NOW + 3 * LEASE)
        assert [one.task.id for one in await scene.claim(now=NOW + LEASE + SOON)] == [claimed.task.id]


class AttemptContract:
    async def test_begin_refuses_what_changed_since_the_claim(self, store: Any) -> None:
        scene = await Scene.set(store, leads=6, quota=2)
        stopped, lost, stolen, paused, full, begun = await scene.claim(6)
        await store.stop_list.add(stopped.lead.phone, reason="просил", now=NOW)
        assert await scene.begin(stopped) is None
        assert await scene.begin(lost, now=NOW + LEASE + SOON) is None
        assert await scene.begin(stolen, node="b") is None
        assert await scene.begin(begun) is not None
        assert await scene.begin(begun) is None
        await store.campaigns.set_state("cold", CampaignState.PAUSED)
        assert await scene.begin(paused) is None
        await store.campaigns.set_state("cold", CampaignState.RUNNING)
        await store.campaigns.set_quota("cold", 0)
        assert await scene.begin(full) is None
        assert len(await store.attempts.unfinished("a")) == 1

    async def test_begin_refuses_when_the_hour_has_passed(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        night = datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC)  # 19:59:59 in Moscow
        (claimed,) = await scene.claim(now=night)
        assert await scene.begin(claimed, now=night + SOON) is None

    async def test_a_booked_meeting_changes_everything_at_once_and_once(self, store: Any) -> None:
        scene = await Scene.set(store)
        claimed, attempt_id = await scene.call()
        await store.calls.answered(attempt_id, at=NOW + SOON)
        slot = (await scene.slots())[2]
        assert await store.calendar.hold(attempt_id, slot, now=NOW)
        for outcome in (Outcome.MEETING_BOOKED, Outcome.REFUSED):  # the second result comes too late
            await scene.finish(
                attempt_id,
                outcome,
                ended_at=NOW + timedelta(seconds=61),
                meeting=slot if outcome is Outcome.MEETING_BOOKED else None,
                recording="2026-11-23/x.wav",
                collected={"lead.email": "a@b.ru", "callback.at": "2026-11-24T10:00:00+03:00"},
            )
        card = await scene.card(claimed)
        assert card.lead.stage == "meeting"
        assert card.lead.fields == {"email": "a@b.ru"}
        assert [(m.slot, m.attempt_id, m.lead_name, m.manager_name) for m in card.meetings] == [
            (slot, attempt_id, "Клиент 0", "Анна (cold)")
        ]
        assert [(x.kind, x.due_at, x.manager) for x in card.tasks] == [
            (TaskKind.MEETING, slot.starts_at, "Анна (cold)")
        ]
        assert list(card.activities) == [Activity(attempt_id, NOW, Outcome.MEETING_BOOKED, 60, "2026-11-23/x.wav")]
        assert [(x.state, x.attempts) for x in card.calls] == [(TaskState.DONE, 1)]
        assert slot not in await scene.slots()

    async def test_a_meeting_in_a_slot_not_held_writes_nothing(self, store: Any) -> None:
        scene = await Scene.set(store)
        claimed, attempt_id = await scene.call()
        first, second, *_ = await scene.slots()
        with pytest.raises(SlotNotHeld):
            await scene.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=first)
        await store.calendar.hold(attempt_id, second, now=NOW)
        with pytest.raises(SlotNotHeld):
            await scene.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=first)
        card = await scene.card(claimed)
        assert (card.meetings, card.tasks, card.activities, card.lead.stage) == ([], [], [], "new")
        assert [one.id for one in await store.attempts.unfinished("a")] == [attempt_id]

    async def test_a_retry_waits_for_its_time_and_counts(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        claimed, attempt_id = await scene.call()
        later = NOW + timedelta(hours=2)
        await scene.finish(attempt_id, Outcome.NO_ANSWER, retry_at=later)
        assert await scene.claim(now=later - SOON) == []
        (again,) = await scene.claim(now=later)
        assert (again.task.id, again.task.attempts) == (claimed.task.id, 1)
        assert (await scene.card(claimed)).lead.stage == "new"

    async def test_a_fault_of_ours_burns_no_attempt(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        _, attempt_id = await scene.call()
        await scene.finish(attempt_id, Outcome.FAILED, reason="congestion", counts=False, retry_at=NOW)
        (again,) = await scene.claim()
        assert again.task.attempts == 0
        assert (await store.progress.quota(scene.campaign, NOW)).attempts == 0

    async def test_who_had_answered_counts_though_it_is_told_after_the_attempt_was_closed(self, store: Any) -> None:
        """His node died before it could tell, another one closed the call, and the first tells when it is back."""
        scene = await Scene.set(store, leads=1)
        _, attempt_id = await scene.call()
        await scene.finish(attempt_id, Outcome.INTERRUPTED, reason="node_lost", counts=False, retry_at=NOW)
        for _ in range(2):
            await store.calls.answered(attempt_id, at=NOW)
        (again,) = await scene.claim()
        assert again.task.attempts == 1
        assert (await store.progress.quota(scene.campaign, NOW)).attempts == 1

    async def test_a_promised_callback_goes_first_and_keeps_to_the_hours(self, store: Any) -> None:
        scene = await Scene.set(store)
        claimed, attempt_id = await scene.call()
        evening = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)  # 22:00 in Moscow
        await scene.finish(attempt_id, Outcome.CALLBACK_SCHEDULED, callback_at=evening, retry_at=evening)
        card = await scene.card(claimed)
        morning = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
        assert [(x.due_at, x.state) for x in card.calls] == [(morning, TaskState.QUEUED)]
        assert card.lead.stage == "callback"
        (again,) = await scene.claim(now=morning)
        assert (again.task.id, again.task.priority) == (claimed.task.id, PRIORITY_CALLBACK)
        assert again.task.deadline_at == morning + timedelta(minutes=2)

    async def test_who_opted_out_is_never_dialed_again_in_any_campaign(self, store: Any) -> None:
        cold, warm = await Scene.set(store, leads=2), await Scene.set(store, leads=2, slug="warm")
        claimed, attempt_id = await cold.call()
        await cold.finish(attempt_id, Outcome.OPTED_OUT, retry_at=NOW)
        assert await store.stop_list.contains(claimed.lead.phone)
        card = await cold.card(claimed)
        assert card.lead.stage == "do_not_call"
        assert {x.state for x in card.calls} == {TaskState.DONE}
        assert [one.lead.phone for one in await warm.claim(5)] == [phone(1)]
        again = await (await Scene.set(store, leads=0, slug="third")).add(0, 1)
        assert (again.stopped, again.queued) == (1, 1)

    async def test_who_demands_no_more_calls_gets_none_however_his_call_ends(self, store: Any) -> None:
        cold, warm = await Scene.set(store, leads=1), await Scene.set(store, leads=1, slug="warm")
        claimed, attempt_id = await cold.call()
        for _ in range(2):
            await store.calls.stop_calling(attempt_id, at=NOW)
        assert await store.stop_list.contains(claimed.lead.phone), "before the call is over"
        assert list(await warm.claim(5)) == []
        await cold.finish(attempt_id, Outcome.INTERRUPTED, reason="campaign_stopped", retry_at=NOW)
        assert {x.state for x in (await cold.card(claimed)).calls} == {TaskState.DONE}

    async def test_a_demand_that_is_written_after_another_node_closed_the_attempt_counts(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        claimed, attempt_id = await scene.call()
        await scene.finish(attempt_id, Outcome.INTERRUPTED, reason="node_lost", retry_at=NOW)
        await store.calls.stop_calling(attempt_id, at=NOW)
        assert [(x.state, x.due_at) for x in (await scene.card(claimed)).calls] == [(TaskState.DONE, NOW)]
        assert list(await scene.claim(5)) == []

    async def test_a_number_stopped_during_its_call_is_not_retried(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        claimed, attempt_id = await scene.call()
        assert await store.stop_list.add(claimed.lead.phone, reason="письмо", now=NOW) == 0
        await scene.finish(attempt_id, Outcome.NO_ANSWER, retry_at=NOW)
        assert [x.state for x in (await scene.card(claimed)).calls] == [TaskState.DONE]

    async def test_an_attempt_never_begun_is_named(self, store: Any) -> None:
        scene = await Scene.set(store)
        for act in (
            scene.finish(uuid4(), Outcome.BUSY),
            store.calls.answered(uuid4(), at=NOW),
            store.calls.turn(uuid4(), Turn(0, "greeting")),
        ):
            with pytest.raises(UnknownAttempt):
                await act
        assert not await store.calendar.hold(uuid4(), (await scene.slots())[0], now=NOW)

    async def test_an_unfinished_attempt_tells_whether_it_was_answered(self, store: Any) -> None:
        scene = await Scene.set(store)
        _, attempt_id = await scene.call()
        assert [one.answered for one in await store.attempts.unfinished("a")] == [False]
        await store.calls.answered(attempt_id, at=NOW)
        assert [one.answered for one in await store.attempts.unfinished("a")] == [True]

    async def test_an_unfinished_attempt_tells_how_many_there_were_and_may_be(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        _, attempt_id = await scene.call()
        await scene.finish(attempt_id, Outcome.NO_ANSWER, retry_at=NOW)
        await scene.call()
        (left,) = await store.attempts.unfinished("a")
        assert (left.made, left.max_attempts) == (1, scene.campaign.max_attempts)

    async def test_hostile_words_are_stored_and_harm_nothing(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        hostile = "Robert'); DROP TABLE leads;--\x00\r\nAction: Originate \ud800 " + "я" * 10_000
        await store.leads.add(scene.campaign.id, [NewLead(phone(1), name=hostile, fields={hostile: hostile})], now=NOW)
        _, attempt_id = await scene.call()
        turn = Turn(0, "greeting", said=hostile, heard=hostile, intent=hostile, ending=TurnEnding.ANSWERED)
        await store.calls.turn(attempt_id, turn)
        await scene.finish(
            attempt_id, Outcome.REFUSED, reason=hostile, recording=hostile, collected={f"lead.{hostile}": hostile}
        )
        assert (await store.leads.find(phone(1))).name.startswith("Robert'); DROP TABLE leads;--")


class CalendarContract:
    async def test_slots_lie_on_the_grid_of_working_hours_and_in_the_future(self, store: Any) -> None:
        scene = await Scene.set(store)
        starts = [slot.starts_at for slot in await scene.slots()]
        # 12:00-18:00 on Monday, 10:00-18:00 on Tuesday, 10:00-12:00 on Wednesday, Moscow
        monday = [NOW + HALF_HOUR * n for n in range(12)]
        assert starts[:12] == monday
        assert starts[12] == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
        assert len(starts) == 12 + 16 + 4
        assert all(slot.ends_at - slot.starts_at == HALF_HOUR for slot in await scene.slots())

    async def test_an_attempt_holds_one_slot_and_others_cannot_have_it(self, store: Any) -> None:
        scene = await Scene.set(store)
        (_, first), (_, second) = await scene.call(), await scene.call()
        one, two, *_ = await scene.slots()
        hold = store.calendar.hold
        assert await hold(first, one, now=NOW)
        assert await hold(first, one, now=NOW)
        assert not await hold(second, one, now=NOW)
        overlapping = Slot(one.manager_id, one.starts_at + timedelta(minutes=15), one.ends_at + timedelta(minutes=15))
        assert not await hold(second, overlapping, now=NOW)
        assert await hold(first, two, now=NOW)
        assert await hold(second, one, now=NOW)
        assert not await hold(second, two, now=NOW)
        assert one not in await scene.slots()  # what was refused left the slot held before untouched
        await store.calendar.release(first)
        assert await hold(second, two, now=NOW)
        assert (await scene.slots())[0] == one

    async def test_the_past_strangers_and_ended_calls_hold_nothing(self, store: Any) -> None:
        scene = await Scene.set(store)
        stranger = await store.managers.ensure("Чужой", WorkingHours(), campaigns=[])
        _, attempt_id = await scene.call()
        slot = (await scene.slots())[0]
        hold = store.calendar.hold
        assert not await hold(attempt_id, slot, now=slot.starts_at + SOON)
        assert not await hold(attempt_id, Slot(stranger.id, slot.starts_at, slot.ends_at), now=NOW)
        assert not await hold(attempt_id, Slot(slot.manager_id, slot.ends_at, slot.starts_at), now=NOW)
        await scene.finish(attempt_id, Outcome.REFUSED)
        assert not await hold(attempt_id, slot, now=NOW)

    async def test_a_hard_quota_is_never_overbooked(self, store: Any) -> None:
        scene = await Scene.set(store, quota=2, leads=3, hard_quota=True)
        attempts = [(await scene.call())[1] for _ in range(3)]
        slots = await scene.slots()
        held = [await store.calendar.hold(a, s, now=NOW) for a, s in zip(attempts, slots, strict=False)]
        assert held == [True, True, False]
        assert await store.calendar.hold(attempts[0], slots[5], now=NOW)  # moving a slot is not a further meeting
        assert await scene.slots() == [], "nothing is left to offer today"

    async def test_calls_under_way_when_a_soft_quota_is_met_may_still_book(self, store: Any) -> None:
        scene = await Scene.set(store, quota=1, leads=4)
        attempts = [(await scene.call())[1] for _ in range(3)]
        slots = await scene.slots()
        held = [await store.calendar.hold(a, s, now=NOW) for a, s in zip(attempts, slots, strict=False)]
        assert held == [True, True, True]
        assert await scene.claim() == []

    async def test_a_booked_slot_is_not_released(self, store: Any) -> None:
        scene = await Scene.set(store)
        slot = await scene.book()
        attempt_id = (await store.leads.card((await store.leads.find(phone(0))).id)).meetings[0].attempt_id
        await store.calendar.release(attempt_id)
        assert slot not in await scene.slots()

    async def test_two_managers_share_the_work(self, store: Any) -> None:
        scene = await Scene.set(store)
        other = await store.managers.ensure("Борис", WorkingHours(), campaigns=[scene.campaign.id])
        _, attempt_id = await scene.call()
        before = await scene.slots()
        assert len({slot.starts_at for slot in before}) == len(before)
        assert await store.calendar.hold(attempt_id, before[0], now=NOW)
        after = await scene.slots()
        assert [slot.starts_at for slot in after] == [slot.starts_at for slot in before]
        assert {slot.manager_id for slot in after} == {other.id}


class OfferContract:
    """Slots that clients are offered."""

    async def test_what_one_client_is_offered_no_other_is_offered_or_can_hold(self, store: Any) -> None:
        scene = await Scene.set(store)
        (_, first), (_, second) = await scene.call(), await scene.call()
        one, two, three, *_ = await scene.slots()
        assert await store.calendar.offer(first, [one, two], now=NOW) == [one, two]
        assert (await scene.slots())[0] == three
        assert (await scene.slots(first))[:3] == [one, two, three], "to himself it is free"
        assert await store.calendar.offer(second, [two, three], now=NOW) == [three]
        assert not await store.calendar.hold(second, one, now=NOW)
        assert (await store.progress.quota(scene.campaign, NOW)).booked == 0, "an offer is no promise yet"

    async def test_who_chooses_one_lets_the_others_go(self, store: Any) -> None:
        scene = await Scene.set(store)
        claimed, attempt_id = await scene.call()
        one, two, three, *_ = await scene.slots()
        await store.calendar.offer(attempt_id, [one, two], now=NOW)
        assert await store.calendar.hold(attempt_id, two, now=NOW)
        assert (await scene.slots())[:2] == [one, three]
        await store.calendar.offer(attempt_id, [three], now=NOW)  # he has thought better of it
        await scene.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=two)
        assert (await scene.slots())[:2] == [one, three]
        assert [meeting.slot for meeting in (await scene.card(claimed)).meetings] == [two]

    async def test_another_search_a_refusal_and_the_end_of_the_call_let_go(self, store: Any) -> None:
        scene = await Scene.set(store)
        _, attempt_id = await scene.call()
        one, two, *_ = before = await scene.slots()
        offer = store.calendar.offer
        await offer(attempt_id, [one], now=NOW)
        assert await offer(attempt_id, [two], now=NOW) == [two]
        assert (await scene.slots())[0] == one
        assert await offer(attempt_id, [], now=NOW) == []
        assert await scene.slots() == before
        await offer(attempt_id, [one, two], now=NOW)
        await store.calendar.release(attempt_id)
        assert await scene.slots() == before
        await offer(attempt_id, [one, two], now=NOW)
        await scene.finish(attempt_id, Outcome.REFUSED)
        assert await scene.slots() == before
        assert await offer(attempt_id, [one], now=NOW) == [], "he has gone"
        assert await offer(uuid4(), [one], now=NOW) == []

    async def test_a_node_that_died_offers_nothing(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        _, attempt_id = await scene.call()
        before = await scene.slots()
        await store.calendar.offer(attempt_id, before[:2], now=NOW)
        await store.queue.renew("b", tasks=[], now=NOW + LEASE + SOON, until=NOW + 2 * LEASE)
        assert await scene.slots() == before

    async def test_offers_at_once_share_the_slots(self, store: Any) -> None:
        scene = await Scene.set(store, leads=6)
        attempts = [(await scene.call())[1] for _ in range(6)]
        slots = (await scene.slots())[:8]
        kept = await asyncio.gather(*(store.calendar.offer(one, slots, now=NOW) for one in attempts))
        given = [slot for some in kept for slot in some]
        assert len(given) == len(set(given)) == 8

    async def test_past_a_hard_quota_only_who_has_a_meeting_is_offered_another_time(self, store: Any) -> None:
        scene = await Scene.set(store, quota=1, leads=2, hard_quota=True)
        (_, first), (_, second) = await scene.call(), await scene.call()
        one, two, *_ = await scene.slots()
        assert await store.calendar.hold(first, one, now=NOW)
        assert await store.calendar.offer(second, [two], now=NOW) == []
        assert await scene.slots(second) == []
        assert (await scene.slots(first))[0] == two
        assert await store.calendar.offer(first, [two], now=NOW) == [two]

    async def test_time_between_meetings_is_kept_free(self, store: Any) -> None:
        scene = await Scene.set(store)
        hours = WorkingHours(buffer=HALF_HOUR)
        await store.managers.ensure("Анна (cold)", hours, campaigns=[scene.campaign.id])
        (_, first), (_, second) = await scene.call(), await scene.call()
        one, two, three, *_ = await scene.slots()
        assert await store.calendar.offer(first, [one, two], now=NOW) == [one, two], "he takes one of them"
        assert await store.calendar.hold(first, one, now=NOW)
        assert (await scene.slots())[0] == three
        assert await store.calendar.offer(second, [two, three], now=NOW) == [three]
        assert not await store.calendar.hold(second, two, now=NOW)

    async def test_on_days_off_nobody_meets(self, store: Any) -> None:
        scene = await Scene.set(store)
        hours = WorkingHours(days_off=DaysOff.parse("2026-11-23, 2026-12-28..2027-01-11"))
        await store.managers.ensure("Анна (cold)", hours, campaigns=[scene.campaign.id])
        assert (await scene.slots())[0].starts_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
        (manager,) = await store.managers.of(scene.campaign.id)
        assert manager.hours == hours

    async def test_a_client_is_offered_his_own_managers_time_first(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0, managers_by=(ManagerBy.OWNER, ManagerBy.REGION))
        profile = Profile("boris@example.com", "https://meet.example.com/b", frozenset({"тула"}), frozenset())
        mornings = WorkingHours(opens=time(10), closes=time(11))
        boris = await store.managers.ensure("Борис", mornings, campaigns=[scene.campaign.id], profile=profile)
        assert boris.profile == profile
        (kept,) = [one for one in await store.managers.all() if one.name == "Борис"]
        assert kept == await store.managers.ensure("Борис", mornings, campaigns=[scene.campaign.id])
        people = [NewLead(phone(1)), NewLead(phone(2), city="Тула"), NewLead(phone(3), fields={"Owner": "Борис"})]
        await store.leads.add(scene.campaign.id, people, now=NOW)
        for his in (False, True, True):
            _, attempt_id = await scene.call()
            assert ({slot.manager_id for slot in await scene.slots(attempt_id)} == {boris.id}) is his

    async def test_what_cannot_be_is_refused(self, store: Any) -> None:
        scene = await Scene.set(store)
        for hours in (WorkingHours(country="XX"), WorkingHours(buffer=timedelta(hours=5))):
            with pytest.raises(InvalidRecord):
                await store.managers.ensure("Анна", hours, campaigns=[scene.campaign.id])


class BaseContract:
    async def test_leads_merge_on_the_number_and_are_queued_once_per_campaign(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        add = store.leads.add
        first = await add(
            scene.campaign.id,
            [
                NewLead(phone(1), name="Иван", fields={"a": "1"}),
                NewLead(phone(1), company="Ромашка"),
                NewLead(phone(2)),
            ],
            now=NOW,
        )
        assert (first.created, first.updated, first.queued, first.known) == (2, 0, 2, 0)
        second = await add(scene.campaign.id, [NewLead(phone(1), city="Тула", fields={"b": "2"})], now=NOW)
        assert (second.created, second.updated, second.queued, second.known) == (0, 1, 0, 1)
        lead = await store.leads.find(phone(1))
        assert (lead.name, lead.company, lead.city, lead.fields) == ("Иван", "Ромашка", "Тула", {"a": "1", "b": "2"})
        assert await store.leads.find(phone(9)) is None
        assert await store.leads.card(10**9) is None

    async def test_a_lead_that_moved_is_dialed_by_his_new_hours(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        await store.leads.add(scene.campaign.id, [NewLead(phone(0), timezone="Asia/Kamchatka")], now=NOW)
        assert await scene.claim() == []

    async def test_a_campaign_is_made_once_and_keeps_its_quota(self, store: Any) -> None:
        scene = await Scene.set(store, quota=5)
        again = await store.campaigns.ensure(Campaign(0, "cold", "Новое имя", "cold_call", facts={"product": "карты"}))
        assert (again.id, again.quota, again.title, again.facts) == (
            scene.campaign.id,
            5,
            "Новое имя",
            {"product": "карты"},
        )
        assert [one.slug for one in await store.campaigns.all()] == ["cold"]
        assert await store.campaigns.get("cold") == again

    async def test_impossible_settings_are_refused_with_a_remedy(self, store: Any) -> None:
        scene = await Scene.set(store)
        with pytest.raises(UnknownCampaign) as unknown:
            await store.campaigns.set_quota("cald", 3)
        assert "cold" in unknown.value.remedy
        for quota in (-1, 10**9):
            with pytest.raises(InvalidRecord):
                await store.campaigns.set_quota("cold", quota)
        with pytest.raises(InvalidRecord):
            await store.campaigns.ensure(Campaign(0, "x", "", "s", timezone="Europe/Moskva"))
        with pytest.raises(InvalidRecord):
            await store.managers.ensure("Анна", WorkingHours("../../etc/passwd"), campaigns=[scene.campaign.id])
        with pytest.raises(InvalidRecord):
            await store.leads.add(scene.campaign.id, [NewLead(phone(8)), NewLead(phone(9), timezone="x")], now=NOW)
        assert await store.leads.find(phone(8)) is None

    async def test_the_stop_list_closes_open_tasks(self, store: Any) -> None:
        scene = await Scene.set(store, leads=2)
        await scene.claim(1)
        assert await store.stop_list.add(phone(0), reason="просил", now=NOW) == 1
        assert await store.stop_list.add(phone(1), reason="просил", now=NOW) == 1
        assert await store.stop_list.add(phone(1), reason="ещё раз", now=NOW) == 0
        assert await store.stop_list.add("+74959999999", reason="не клиент", now=NOW) == 0
        assert await store.stop_list.contains("+74959999999")
        assert not await store.stop_list.contains(phone(3))
        assert await scene.claim(5, now=NOW + 2 * LEASE) == []

    async def test_managers_belong_to_their_campaigns(self, store: Any) -> None:
        scene = await Scene.set(store)
        moved = await store.managers.ensure("Анна (cold)", WorkingHours("Asia/Omsk"), campaigns=[])
        assert list(await store.managers.of(scene.campaign.id)) == []
        assert await scene.slots() == []
        assert (
            await store.managers.ensure("Анна (cold)", WorkingHours(), campaigns=[scene.campaign.id])
        ).id == moved.id


class StorageContract(QueueContract, AttemptContract, CalendarContract, OfferContract, BaseContract):
    """All of it."""
