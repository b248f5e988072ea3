"""A client who has a meeting to come agrees on another time: there is one meeting afterwards, and one slot."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from robot.analytics.ports import Selection
from robot.domain.goals import Goal
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.store import Storage
from tests.contracts.storage_contract import LEASE, NOW, SOON, Scene, phone

DAY = timedelta(days=1)


async def agree(scene: Scene, place: int, **more: Any) -> tuple[UUID, Slot]:
    """The campaign's next call, which ends with a meeting in that one of the slots that are free to him."""
    _, attempt_id = await scene.call()
    slot = (await scene.slots(attempt_id))[place]
    assert await scene.store.calendar.hold(attempt_id, slot, now=NOW)
    await scene.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=slot, **more)
    return attempt_id, slot


async def both(store: Storage, **reminder: Any) -> tuple[Scene, Scene]:
    """Two campaigns with the same client."""
    return await Scene.set(store, leads=1), await Scene.set(store, leads=1, slug="reminder", **reminder)


async def booked(scene: Scene) -> int:
    return int((await scene.store.progress.quota(scene.campaign, NOW)).booked)


async def card(store: Storage, lead_id: int = 1) -> Any:
    found = await store.leads.card(lead_id)
    assert found is not None
    return found


async def taken(store: Storage) -> int:
    async with store.database.read() as connection:
        return int((await connection.execute(sa.select(sa.func.count()).select_from(t.slots))).scalar_one())


class MovingContract:
    async def test_one_meeting_and_one_slot_are_left_and_the_old_time_is_free(self, store: Storage) -> None:
        cold, reminder = await both(store)
        _, old = await agree(cold, 3)
        assert old not in await cold.slots()
        second, new = await agree(reminder, 5)

        found = await card(store)
        assert [(one.slot, one.attempt_id) for one in found.meetings] == [(new, second)]
        assert await taken(store) == 1
        assert old in await cold.slots()
        assert new not in await reminder.slots()
        assert [(one.due_at, one.done_at) for one in found.tasks] == [
            (old.starts_at, NOW + SOON),
            (new.starts_at, None),
        ]

    async def test_the_quota_and_the_reports_have_it_once(self, store: Storage) -> None:
        cold, reminder = await both(store)
        await agree(cold, 3)
        assert (await booked(cold), await booked(reminder)) == (1, 0)
        await agree(reminder, 5)

        assert (await booked(cold), await booked(reminder)) == (1, 0)
        day = cold.campaign.day(NOW)
        counted = [await store.plan_source.booked(one.campaign.id, first=day, last=day) for one in (cold, reminder)]
        assert counted == [{day: 1}, {}]
        ahead = [
            await store.plan_source.upcoming(one.campaign.id, after=NOW, before=NOW + DAY * 9)
            for one in (cold, reminder)
        ]
        assert ahead == [1, 0]
        funnels = [await store.progress.funnel(one.campaign, NOW - DAY) for one in (cold, reminder)]
        assert [len(await store.reports.meetings(Selection(one.campaign.id))) for one in (cold, reminder)] == [0, 1]
        assert sum(one.booked for one in funnels) <= 1

    async def test_a_full_hard_quota_does_not_keep_a_meeting_from_being_moved(self, store: Storage) -> None:
        cold, reminder = await both(store, quota=1, hard_quota=True)
        _, old = await agree(cold, 3)
        await reminder.add(7)
        calls = [(one.lead.phone, await reminder.begin(one)) for one in await reminder.claim(2)]
        ours = next(id_ for number, id_ in calls if number == phone(0))
        stranger = next(id_ for number, id_ in calls if number == phone(7))
        assert ours is not None
        assert stranger is not None
        free = await reminder.slots(stranger)
        assert await store.calendar.hold(stranger, free[0], now=NOW)
        await reminder.finish(stranger, Outcome.MEETING_BOOKED, meeting=free[0])
        assert await booked(reminder) == 1

        new = (await reminder.slots(ours))[5]
        assert await store.calendar.offer(ours, [new], now=NOW) == [new]
        assert await store.calendar.hold(ours, new, now=NOW)
        await reminder.finish(ours, Outcome.MEETING_BOOKED, meeting=new)
        assert [one.slot for one in (await card(store)).meetings] == [new]
        assert (await booked(cold), await booked(reminder)) == (1, 1)
        assert old in await cold.slots()

    async def test_a_call_that_agrees_on_nothing_leaves_the_meeting_where_it_is(self, store: Storage) -> None:
        cold, reminder = await both(store)
        first, old = await agree(cold, 3)
        _, attempt_id = await reminder.call()
        held = (await reminder.slots(attempt_id))[5]
        assert await store.calendar.hold(attempt_id, held, now=NOW)
        await reminder.finish(attempt_id, Outcome.REFUSED)

        assert [(one.slot, one.attempt_id) for one in (await card(store)).meetings] == [(old, first)]
        assert (await taken(store), await booked(cold), await booked(reminder)) == (1, 1, 0)

    async def test_a_meeting_that_is_over_stays_beside_the_next_one(self, store: Storage) -> None:
        cold, reminder = await both(store)
        first, old = await agree(cold, 0)
        late = old.ends_at + SOON
        (claimed,) = await reminder.claim(now=late)
        attempt_id = await reminder.begin(claimed, now=late)
        assert attempt_id is not None
        span = {"after": late, "before": late + DAY * 2, "duration": timedelta(minutes=30), "now": late}
        new = (await store.calendar.free_slots(reminder.campaign, **span, attempt_id=attempt_id))[2]  # type: ignore[arg-type]
        assert await store.calendar.hold(attempt_id, new, now=late)
        await reminder.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=new, ended_at=late + SOON)

        assert [one.attempt_id for one in (await card(store)).meetings] == [first, attempt_id]
        report = await store.call_reports.report(attempt_id)
        assert report.meeting is not None
        assert report.meeting.moves is None
        counted = [(await store.progress.quota(one.campaign, late)).booked for one in (cold, reminder)]
        assert counted == [1, 1]

    async def test_moved_again_it_still_counts_once_and_each_call_tells_what_it_moved(self, store: Storage) -> None:
        cold, reminder = await both(store)
        again = await Scene.set(store, leads=1, slug="again")
        calls = [await agree(scene, place) for scene, place in ((cold, 3), (reminder, 5), (again, 7))]

        assert [one.slot for one in (await card(store)).meetings] == [calls[2][1]]
        assert await taken(store) == 1
        assert [await booked(one) for one in (cold, reminder, again)] == [1, 0, 0]
        told = [(await store.call_reports.report(attempt_id)).meeting for attempt_id, _ in calls]
        assert [(one.slot, one.moves) for one in told if one] == [
            (calls[0][1], None),
            (calls[1][1], calls[0][0]),
            (calls[2][1], calls[1][0]),
        ]

    async def test_a_goal_that_is_no_meeting_is_not_counted_twice_either(self, store: Storage) -> None:
        cold = await Scene.set(store, leads=1, goal=Goal.QUALIFIED)
        reminder = await Scene.set(store, leads=1, slug="reminder", goal=Goal.AGREED)
        await agree(cold, 3)
        await agree(reminder, 5)
        assert (await booked(cold), await booked(reminder)) == (1, 1), "the reminder's own goal was reached too"

    async def test_a_late_word_of_an_older_talk_does_not_undo_what_was_agreed_since(self, store: Storage) -> None:
        cold, _ = await both(store)
        _, attempt_id = await cold.call()
        slots = await cold.slots()
        assert await store.calendar.hold(attempt_id, slots[3], now=NOW)
        late = NOW + LEASE + SOON
        (again,) = await cold.claim(now=late, node="b")  # closes what the lost node left
        newer = await cold.begin(again, now=late, node="b")
        assert newer is not None
        assert await store.calendar.hold(newer, slots[5], now=late)
        await cold.finish(newer, Outcome.MEETING_BOOKED, meeting=slots[5], ended_at=late + SOON)
        await cold.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=slots[3], ended_at=late + SOON)

        assert [one.slot for one in (await card(store)).meetings] == [slots[5]]
        assert (await taken(store), await booked(cold)) == (1, 1)
