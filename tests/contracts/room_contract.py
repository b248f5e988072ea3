"""Nobody is dialed for whom no slot is left: what every store must do, whatever it is made of."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from robot.crm.connector import Busy
from robot.domain.calls import ClaimedTask
from robot.domain.goals import Goal
from robot.domain.meetings import Slot, WorkingHours
from robot.domain.outcomes import Outcome
from robot.domain.priorities import PRIORITY_REQUEST
from tests.contracts.storage_contract import NOW, Scene

WEDNESDAYS = frozenset({2})
"""Two within the next fourteen days."""


async def scarce(
    store: Any, *slugs: str, name: str = "Ольга", opens: time = time(10), closes: time = time(10, 30), **more: Any
) -> list[Scene]:
    """Campaigns of twenty leads each that share one manager, who has two slots in the next fourteen days, unless he
    works longer."""
    scenes = []
    for number, slug in enumerate(slugs):
        scene = await Scene.set(store, leads=0, quota=50, slug=slug, **more)
        await store.managers.ensure(f"Анна ({slug})", WorkingHours(), campaigns=[])
        await scene.add(*range(100 * number, 100 * number + 20))
        scenes.append(scene)
    hours = WorkingHours(opens=opens, closes=closes, weekdays=WEDNESDAYS)
    await store.managers.ensure(name, hours, campaigns=[scene.campaign.id for scene in scenes])
    return scenes


async def dialed(scene: Scene, claimed: ClaimedTask) -> UUID:
    attempt_id = await scene.begin(claimed)
    assert attempt_id is not None
    return attempt_id


async def offered(scene: Scene) -> list[Slot]:
    return list(
        await scene.store.calendar.free_slots(
            scene.campaign,
            after=NOW,
            before=NOW + timedelta(days=14),
            duration=timedelta(minutes=scene.campaign.meeting_minutes),
            now=NOW,
        )
    )


class RoomContract:
    async def test_as_many_are_claimed_as_there_are_slots(self, store: Any) -> None:
        (scene,) = await scarce(store, "cold")
        first = await scene.claim(10)
        assert len(first) == 2
        assert await scene.claim(1) == [], "both slots may be needed"
        await store.queue.release(first[0].task.id, node="a")
        assert len(await scene.claim(10)) == 1

    async def test_who_asked_for_the_call_is_not_called_for_nothing_either(self, store: Any) -> None:
        (scene,) = await scarce(store, "cold")
        await scene.add(50, 51, 52, priority=PRIORITY_REQUEST)
        assert len(await scene.claim(10, least=PRIORITY_REQUEST)) == 2
        assert await scene.claim(10, least=PRIORITY_REQUEST) == []

    async def test_campaigns_that_share_a_manager_share_his_slots(self, store: Any) -> None:
        cold, warm = await scarce(store, "cold", "warm")
        assert len(await cold.claim(1)) == 1
        assert len(await warm.claim(10, node="b")) == 1
        assert await cold.claim(10) == []
        assert await warm.claim(10) == []

    async def test_a_call_that_holds_a_slot_needs_no_other_and_a_booked_one_is_gone(self, store: Any) -> None:
        (scene,) = await scarce(store, "cold")
        attempts = [await dialed(scene, one) for one in await scene.claim(10)]
        slot = (await offered(scene))[0]
        assert await store.calendar.hold(attempts[0], slot, now=NOW)
        assert await scene.claim(1) == []
        await scene.finish(attempts[0], Outcome.MEETING_BOOKED, meeting=slot)
        assert await scene.claim(1) == []
        await scene.finish(attempts[1], Outcome.REFUSED)
        assert len(await scene.claim(10)) == 1

    async def test_of_the_last_slots_everybody_in_a_call_is_offered_one(self, store: Any) -> None:
        (scene,) = await scarce(store, "cold")
        first, second = [await dialed(scene, one) for one in await scene.claim(10)]
        both = await offered(scene)
        assert await store.calendar.offer(first, both, now=NOW) == both[:1]
        assert await store.calendar.offer(second, await offered(scene), now=NOW) == both[1:]
        await scene.finish(second, Outcome.REFUSED)
        assert await store.calendar.offer(first, both, now=NOW) == both, "he is the only one now"
        assert await scene.claim(1) == [], "for whom there is nothing while he chooses"
        assert await store.progress.slots_left(scene.campaign, NOW) == 1
        await store.calendar.offer(first, both[:1], now=NOW)
        assert len(await scene.claim(10)) == 1
        assert await store.progress.slots_left(scene.campaign, NOW) == 2

    async def test_what_managers_have_elsewhere_is_no_slot(self, store: Any) -> None:
        (scene,) = await scarce(store, "cold")
        first, second = await offered(scene)
        busy = [Busy("Ольга", first.starts_at + timedelta(minutes=20), first.starts_at + timedelta(hours=1))]
        span = {"after": NOW, "before": NOW + timedelta(days=14)}
        await store.busy_times.replace("caldav", [*busy, Busy("Никто", NOW, NOW + timedelta(days=9))], **span)
        assert await offered(scene) == [second]
        (attempt_id,) = [await dialed(scene, one) for one in await scene.claim(10)]
        assert await store.calendar.offer(attempt_id, [first], now=NOW) == []
        assert not await store.calendar.hold(attempt_id, first, now=NOW)
        await store.busy_times.replace("crm", busy, **span)
        await store.busy_times.replace("caldav", [], **span)
        assert await offered(scene) == [second], "one source takes nothing back of another"
        await store.busy_times.replace("crm", [], **span)
        assert await offered(scene) == [first, second]

    async def test_sources_that_are_gone_keep_nobody_busy(self, store: Any) -> None:
        (scene,) = await scarce(store, "cold")
        first, second = await offered(scene)
        span = {"after": NOW, "before": NOW + timedelta(days=14)}
        for source, slot in (("caldav:Ольга", first), ("odoo", second)):
            await store.busy_times.replace(source, [Busy("Ольга", slot.starts_at, slot.ends_at)], **span)
        await store.busy_times.keep_only(["odoo", "caldav:Анна"])
        assert await offered(scene) == [first]
        await store.busy_times.keep_only([])
        assert await offered(scene) == [first, second]

    async def test_a_reminder_needs_no_slot_and_takes_none(self, store: Any) -> None:
        cold, remind = await scarce(store, "cold", "remind")
        await store.campaigns.ensure(_with_goal(remind, Goal.AGREED))
        assert len(await remind.claim(10)) == 10
        assert len(await cold.claim(10)) == 2
        assert len(await remind.claim(10)) == 10

    async def test_a_slot_that_begins_before_it_could_be_offered_is_none(self, store: Any) -> None:
        (scene,) = await scarce(store, "cold")
        wednesday = NOW.replace(day=25, hour=7)  # ten in the morning of the manager
        assert len(await scene.claim(10, now=wednesday - timedelta(minutes=5))) == 1, "next week's"

    async def test_a_choice_of_one_client_may_spoil_two_slots(self, store: Any) -> None:
        """From ten to twelve there is room for two meetings of an hour, unless somebody wants half past ten."""
        (scene,) = await scarce(store, "cold", closes=time(12), meeting_minutes=60)
        attempts = [await dialed(scene, one) for one in await scene.claim(10)]
        assert len(attempts) == 2, "one for each Wednesday"
        for attempt in attempts:
            spoiling = next(slot for slot in await offered(scene) if slot.starts_at.minute == 30)
            assert await store.calendar.hold(attempt, spoiling, now=NOW)
        assert await offered(scene) == []
        assert await scene.claim(1) == []

    async def test_longer_meetings_of_another_campaign_may_take_two_slots_each(self, store: Any) -> None:
        short, long = await scarce(store, "short", "long", closes=time(11))
        await store.campaigns.ensure(_with_goal(long, Goal.MEETING, meeting_minutes=60))
        assert len(await long.claim(1)) == 1
        assert len(await short.claim(10)) == 2, "of four"
        assert await long.claim(10) == []

    async def test_without_a_manager_nobody_is_called_for_a_meeting(self, store: Any) -> None:
        (scene,) = await scarce(store, "cold")
        await store.managers.ensure("Ольга", WorkingHours(), campaigns=[])
        assert await scene.claim(10) == []

    async def test_claims_at_once_share_what_is_left(self, store: Any) -> None:
        """Urgent and in turn, of two campaigns, from several nodes."""
        cold, warm = await scarce(store, "cold", "warm", closes=time(12, 30))  # ten slots
        await cold.add(60, 61, 62, 63, priority=PRIORITY_REQUEST)
        claims = [
            asyncio.create_task(scene.claim(3, node=node, least=least))
            for node in "abcd"
            for scene in (cold, warm)
            for least in (0, PRIORITY_REQUEST)
        ]
        claimed = [one for claim in claims for one in await claim]
        assert len(claimed) == 10


def _with_goal(scene: Scene, goal: Goal, **more: Any) -> Any:
    return replace(scene.campaign, goal=goal, **more)
