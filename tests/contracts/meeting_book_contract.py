"""The managers' calendar as people read it, over every storage."""

from __future__ import annotations

from datetime import timedelta

from robot.crm.connector import Busy
from robot.storage.store import Storage
from tests.contracts.moving_contract import agree, both
from tests.contracts.storage_contract import NOW, Scene

DAYS = timedelta(days=7)


class MeetingBookContract:
    async def test_the_week_has_what_is_booked_promised_and_taken_elsewhere(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=2)
        first, slot = await agree(scene, 0)
        _, talking = await scene.call()
        held = (await scene.slots(talking))[2]
        assert await store.calendar.hold(talking, held, now=NOW)
        other = (await scene.slots())[5]
        [manager] = await store.managers.all()
        span = {"after": NOW, "before": NOW + DAYS}
        await store.busy_times.replace("caldav", [Busy(manager.name, other.starts_at, other.ends_at)], **span)

        week = await store.meeting_book.week(**span)
        [meeting] = week.meetings
        assert (meeting.slot, meeting.attempt_id, meeting.moved) == (slot, first, False)
        assert meeting.campaign == scene.campaign.title
        assert list(week.offered) == [held]
        assert list(week.elsewhere) == [other]

    async def test_a_meeting_that_was_moved_says_so(self, store: Storage) -> None:
        cold, reminder = await both(store)
        await agree(cold, 3)
        second, new = await agree(reminder, 5)
        week = await store.meeting_book.week(after=NOW, before=NOW + DAYS)
        assert [(one.slot, one.attempt_id, one.moved) for one in week.meetings] == [(new, second, True)]
        assert not week.offered

    async def test_a_week_ends_where_it_is_told_to(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=1)
        _, slot = await agree(scene, 0)
        before = await store.meeting_book.week(after=NOW - DAYS, before=slot.starts_at)
        after = await store.meeting_book.week(after=slot.ends_at, before=NOW + DAYS)
        during = await store.meeting_book.week(after=slot.starts_at + timedelta(minutes=1), before=NOW + DAYS)
        assert [len(one.meetings) for one in (before, after, during)] == [0, 0, 1]
