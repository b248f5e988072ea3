"""What a quota counts, how far calls come, and who is told: the same over every store. A subclass gives the `store`
fixture. The moment of all tests is a Monday, 12:00 in Moscow."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from robot.crm.base import NewLead
from robot.dialer.funnel import Funnel, UnderWay
from robot.domain.calls import TaskState, Turn, TurnEnding
from robot.domain.campaigns import ALWAYS, CallingWindow, CampaignState
from robot.domain.goals import Goal
from robot.domain.meetings import WorkingHours
from robot.domain.nodes import Node
from robot.domain.outcomes import Outcome
from robot.domain.priorities import PRIORITY_CALLBACK, PRIORITY_REQUEST
from robot.domain.stops import StopPattern
from robot.domain.waiting import Waiting
from tests.conftest import HANGS_S
from tests.contracts.storage_contract import LEASE, NOW, SOON, Scene, phone

YES = {"lead.qualified": "yes"}


class GoalContract:
    async def test_a_quota_of_agreements_counts_agreements(self, store: Any) -> None:
        scene = await Scene.set(store, leads=4, quota=2, goal=Goal.AGREED)
        attempts = [(await scene.call())[1] for _ in range(3)]
        await scene.finish(attempts[0], Outcome.AGREED)
        await scene.finish(attempts[1], Outcome.INFO_REQUESTED)
        assert (await store.progress.quota(scene.campaign, NOW)).booked == 1
        assert len(await scene.claim()) == 1
        await scene.finish(attempts[2], Outcome.AGREED)
        assert (await store.progress.quota(scene.campaign, NOW)).met
        await scene.add(9)
        assert await scene.claim() == []
        assert len(await scene.claim(now=NOW + timedelta(days=1))) == 1

    async def test_a_hard_quota_makes_a_callback_of_a_goal_too_many(self, store: Any) -> None:
        scene = await Scene.set(store, leads=3, quota=1, goal=Goal.QUALIFIED, hard_quota=True)
        calls = [await scene.call() for _ in range(2)]
        for _, attempt_id in calls:
            await scene.finish(attempt_id, Outcome.INFO_REQUESTED, collected=YES)
        assert (await store.progress.quota(scene.campaign, NOW)).booked == 1
        card = await scene.card(calls[1][0])
        tomorrow = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
        assert [(one.state, one.due_at) for one in card.calls] == [(TaskState.QUEUED, tomorrow)]
        assert (card.lead.stage, card.tasks) == ("callback", [])
        assert card.lead.fields == {"qualified": "yes"}, "what he said is not lost"
        assert (await scene.card(calls[0][0])).lead.stage == "info_requested"

    async def test_a_soft_quota_takes_what_calls_under_way_still_bring(self, store: Any) -> None:
        scene = await Scene.set(store, leads=2, quota=1, goal=Goal.AGREED)
        attempts = [(await scene.call())[1] for _ in range(2)]
        for attempt_id in attempts:
            await scene.finish(attempt_id, Outcome.AGREED)
        assert (await store.progress.quota(scene.campaign, NOW)).booked == 2

    async def test_a_slot_held_counts_toward_any_goal_and_its_meeting_is_kept(self, store: Any) -> None:
        scene = await Scene.set(store, leads=3, quota=1, goal=Goal.QUALIFIED, hard_quota=True)
        (_, first), (claimed, second) = await scene.call(), await scene.call()
        slot = (await scene.slots())[0]
        assert await store.calendar.hold(first, slot, now=NOW)
        assert await scene.claim() == []
        await scene.finish(second, Outcome.INFO_REQUESTED, collected=YES)
        assert (await scene.card(claimed)).lead.stage == "callback", "the only place was held"
        await scene.finish(first, Outcome.MEETING_BOOKED, meeting=slot)
        assert (await store.progress.quota(scene.campaign, NOW)).booked == 1

    async def test_who_lets_his_slot_go_and_reaches_the_goal_keeps_his_place(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1, quota=1, goal=Goal.QUALIFIED, hard_quota=True)
        claimed, attempt_id = await scene.call()
        assert await store.calendar.hold(attempt_id, (await scene.slots())[0], now=NOW)
        await scene.finish(attempt_id, Outcome.INFO_REQUESTED, collected=YES)
        assert (await scene.card(claimed)).lead.stage == "info_requested"
        assert (await store.progress.quota(scene.campaign, NOW)).booked == 1

    @pytest.mark.parametrize("books", [True, False])
    async def test_a_hard_quota_of_goals_holds_on_both_sides_of_midnight(self, store: Any, books: bool) -> None:
        """A call begun today holds a slot, or reaches the goal, tomorrow."""
        scene = await Scene.set(store, leads=4, quota=1, goal=Goal.AGREED, hard_quota=True, window=ALWAYS)
        before, after = NOW.replace(hour=20, minute=58), NOW.replace(hour=21, minute=2)  # midnight in Moscow between
        calls = [(one, await scene.begin(one, now=before)) for one in await scene.claim(2, now=before)]
        (_, first), (claimed, second) = calls
        assert first is not None
        assert second is not None
        slot = (await scene.slots())[-1]
        await scene.finish(first, Outcome.AGREED, ended_at=before + SOON)
        assert await store.calendar.hold(second, slot, now=after), "a new day, with nothing reached"
        if books:
            await scene.finish(second, Outcome.MEETING_BOOKED, meeting=slot, ended_at=after + SOON)
        else:
            await scene.finish(second, Outcome.AGREED, ended_at=after + SOON)
            assert (await scene.card(claimed)).lead.stage == "callback", "yesterday's, and yesterday is full"
        quota = store.progress.quota
        booked = [(await quota(scene.campaign, at)).booked for at in (before, after)]
        assert booked == [1, int(books)]
        assert len(await scene.claim(5, now=after + LEASE)) == (0 if books else 3)

    async def test_a_hard_quota_of_goals_offers_no_slots_once_it_is_full(self, store: Any) -> None:
        scene = await Scene.set(store, leads=2, quota=1, goal=Goal.AGREED, hard_quota=True)
        (_, first), (_, second) = await scene.call(), await scene.call()
        slot = (await scene.slots())[0]
        await scene.finish(first, Outcome.AGREED)
        assert await scene.slots() == []
        assert not await store.calendar.hold(second, slot, now=NOW)

    async def test_all_of_a_campaign_is_kept(self, store: Any) -> None:
        scene = await Scene.set(
            store, leads=0, goal=Goal.AGREED, advertising=True, priority=10, inbound_script="inbound_lead"
        )
        stopped = await store.campaigns.set_state("cold", CampaignState.STOPPED)
        assert (stopped.state, stopped.active) == (CampaignState.STOPPED, False)
        assert await store.campaigns.ensure(scene.campaign) == stopped, "a state outlives a restart"
        assert (stopped.goal, stopped.advertising, stopped.priority) == (Goal.AGREED, True, 10)
        assert (stopped.inbound_script, stopped.window) == ("inbound_lead", scene.campaign.window)


class FunnelContract:
    async def test_how_far_calls_come(self, store: Any) -> None:
        scene = await Scene.set(store, leads=7, quota=9)
        calls = [(await scene.call())[1] for _ in range(7)]
        for attempt_id in calls[1:5]:
            await store.calls.answered(attempt_id, at=NOW)
        for attempt_id, ending in ((calls[2], TurnEnding.SILENT), (calls[3], TurnEnding.ANSWERED)):
            await store.calls.turn(attempt_id, Turn(0, "greeting", ending=ending))
        slot = (await scene.slots())[0]
        assert await store.calendar.hold(calls[4], slot, now=NOW)
        assert await store.progress.under_way(scene.campaign) == UnderWay(ringing=3, talking=3, booking=1)
        await scene.finish(calls[0], Outcome.NO_ANSWER)
        for attempt_id in calls[1:4]:
            await scene.finish(attempt_id, Outcome.REFUSED)
        await scene.finish(calls[4], Outcome.MEETING_BOOKED, meeting=slot)
        await scene.finish(calls[5], Outcome.FAILED, counts=False)
        assert await store.progress.funnel(scene.campaign, NOW) == Funnel(5, 4, 2, 1)
        assert await store.progress.funnel(scene.campaign, NOW + 2 * SOON) == Funnel()
        assert await store.progress.under_way(scene.campaign) == UnderWay(ringing=1)

    async def test_slots_that_are_left_are_each_managers_own(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        # Monday from a quarter past two, nine working days, and the second next Monday until noon.
        whole = 7 + 9 * 16 + 4
        assert await store.progress.slots_left(scene.campaign, NOW) == whole
        await store.managers.ensure("Борис", WorkingHours(), campaigns=[scene.campaign.id])
        assert await store.progress.slots_left(scene.campaign, NOW) == 2 * whole
        _, attempt_id = await scene.call()
        assert await store.calendar.hold(attempt_id, (await scene.slots())[-1], now=NOW)
        assert await store.progress.slots_left(scene.campaign, NOW) == 2 * whole - 1

    async def test_slots_that_other_campaigns_calls_may_need_are_not_left(self, store: Any) -> None:
        cold, warm = await Scene.set(store, leads=2), await Scene.set(store, leads=0, slug="warm")
        reminding = await Scene.set(store, leads=0, slug="remind", goal=Goal.AGREED)
        await warm.add(7)
        await reminding.add(8)
        both = [cold.campaign.id, warm.campaign.id, reminding.campaign.id]
        await store.managers.ensure("Анна (cold)", WorkingHours(), campaigns=both)
        whole = await store.progress.slots_left(cold.campaign, NOW)
        await cold.call()
        await reminding.call()
        assert await store.progress.slots_left(cold.campaign, NOW) == whole, "its own calls are counted by the pace"
        _, attempt_id = await warm.call()
        assert await store.progress.slots_left(cold.campaign, NOW) == whole - 1
        assert await store.calendar.hold(attempt_id, (await cold.slots())[-1], now=NOW)
        assert await store.progress.slots_left(cold.campaign, NOW) == whole - 1, "the slot it holds is taken once"
        await warm.finish(attempt_id, Outcome.REFUSED)
        assert await store.progress.slots_left(cold.campaign, NOW) == whole

    async def test_of_long_meetings_as_many_are_left_as_no_choice_of_the_clients_can_spoil(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0, meeting_minutes=120)
        this_monday, a_day, last_monday = 1, 2, 1  # who takes 11:30 to 13:30 leaves only one more after him
        assert await store.progress.slots_left(scene.campaign, NOW) == this_monday + 9 * a_day + last_monday

    async def test_nodes_are_known_by_their_signs_of_life(self, store: Any) -> None:
        renew = store.queue.renew
        await renew("b", tasks=[], now=NOW, until=NOW)
        await renew("a", tasks=[], now=NOW, until=NOW)
        await renew("b", tasks=[], now=NOW + SOON, until=NOW, draining=True)
        nodes = await store.nodes.all()
        assert [(one.name, one.seen_at, one.draining) for one in nodes] == [("a", NOW, False), ("b", NOW + SOON, True)]
        assert isinstance(nodes[0], Node)

    async def test_who_waits_is_counted_by_urgency_where_he_may_be_called_now(self, store: Any) -> None:
        scene = await Scene.set(store, leads=3)
        await scene.add(3, 4, 5, priority=PRIORITY_CALLBACK + 1)
        await scene.add(6, priority=PRIORITY_REQUEST)
        without_quota = await Scene.set(store, leads=0, quota=None, slug="later")
        await without_quota.add(8)
        at_night = await Scene.set(store, leads=0, slug="night", window=CallingWindow.parse("пн 03:00-04:00"))
        await at_night.add(9)
        await scene.call()
        later = NOW + timedelta(minutes=5)
        assert await store.queue_figures.waiting(later) == {
            "cold": Waiting(3, 300.0),
            "callback": Waiting(3, 300.0),
        }, "the request is in a call"
        assert await store.queue_figures.waiting(NOW - SOON) == {}, "nobody is due"


class WakeContract:
    async def test_who_waits_is_told_of_what_gives_or_takes_work(self, store: Any) -> None:
        scene = await Scene.set(store, leads=2)
        wake = store.wake
        try:
            listening = asyncio.ensure_future(wake.wait())
            await asyncio.wait_for(listening, HANGS_S)  # what was told before is told once
            _, attempt_id = await scene.call()
            lead = (await store.leads.find(phone(0))).id
            for change in (
                store.leads.add(scene.campaign.id, [NewLead(phone(5))], now=NOW),
                store.campaigns.set_quota("cold", 5),
                store.campaigns.set_state("cold", CampaignState.STOPPED),
                store.stop_list.add(phone(6), reason="", now=NOW),
                store.stop_list.add_pattern(StopPattern.parse("+7812*"), reason="", now=NOW),
                store.consents.revoke(lead, now=NOW),
                scene.finish(attempt_id, Outcome.REFUSED),
            ):
                waiting = asyncio.ensure_future(wake.wait())
                await asyncio.sleep(0)
                await change
                await asyncio.wait_for(waiting, HANGS_S)
        finally:
            await wake.close()

    async def test_a_change_before_one_waits_is_not_missed(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        try:
            await asyncio.wait_for(store.wake.wait(), HANGS_S)
            await scene.add(1)
            await asyncio.wait_for(store.wake.wait(), HANGS_S)
        finally:
            await store.wake.close()


class ProgressContract(GoalContract, FunnelContract, WakeContract):
    """All of it."""
