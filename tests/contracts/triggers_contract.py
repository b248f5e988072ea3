"""What happened starts a call once, and calls that have no point any more are not made: on every database."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from robot.crm.base import NewLead
from robot.crm.outbox_ports import Kind, NewDelivery, State
from robot.crm.touched import Touched
from robot.crm.triggers.ports import BAD_PHONE, OWN, STALE, Happening, Wanted
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from tests.contracts.storage_contract import HALF_HOUR, NOW, SOON, Scene, phone

LATER = NOW + timedelta(minutes=5)


def wanted(scene: Scene, number: int = 1, **more: Any) -> Wanted:
    values: dict[str, Any] = {"due_at": NOW, "stage": "stalled", **more}
    return Wanted("revival", scene.campaign.id, NewLead(phone(number), name="Пётр"), **values)


def stage(
    key: str, *, to: str = "stalled", want: Wanted | None = None, at: datetime = NOW, kind: str = "stage"
) -> Happening:
    return Happening(key, "odoo", kind, "7", at, to, want)


class TriggersContract:
    async def test_what_is_told_twice_is_done_once_even_after_the_call(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        happening = stage("k", want=wanted(scene))
        told = await asyncio.gather(*(store.happenings.note(happening, now=NOW) for _ in range(4)))
        assert {one.fate for one in told} == {"queued"}
        assert sorted(one.again for one in told) == [False, True, True, True]
        _, attempt_id = await scene.call()
        await scene.finish(attempt_id, Outcome.REFUSED)

        assert (await store.happenings.note(happening, now=LATER)).again
        assert await scene.claim(5, now=LATER) == []

    async def test_whom_the_campaign_has_called_is_called_again_for_a_new_happening(self, store: Any) -> None:
        scene = await Scene.set(store, leads=2)
        claimed, attempt_id = await scene.call()
        await scene.finish(attempt_id, Outcome.NO_ANSWER)
        number = int(claimed.lead.phone[5:]) - 1000000
        other = 1 - number

        again = await store.happenings.note(stage("a", want=wanted(scene, number)), now=LATER)
        waits = await store.happenings.note(stage("b", want=wanted(scene, other)), now=LATER)
        assert (again.fate, waits.fate) == ("queued", "known")

    async def test_a_call_for_a_stage_that_was_left_is_not_made(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        await store.happenings.note(stage("k", want=wanted(scene)), now=NOW)
        (claimed,) = await scene.claim()
        same = await store.happenings.note(stage("same"), now=NOW)
        assert same.withdrawn == 0

        left = await store.happenings.note(stage("k2", to="paid", at=NOW + SOON), now=NOW)
        assert left.withdrawn == 1
        assert await scene.begin(claimed) is None, "claimed by a node, and not dialed"
        assert await scene.claim(5, now=LATER) == []
        (task,) = (await store.leads.card(claimed.lead.id)).calls
        assert task.state == "done"

    async def test_a_deleted_lead_is_not_called_whatever_it_was_for(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        await store.happenings.note(stage("k", kind="task", want=wanted(scene, stage="")), now=NOW)
        gone = await store.happenings.note(stage("gone", to="", kind="deleted", at=NOW + SOON), now=NOW)
        assert gone.withdrawn == 1
        assert await scene.claim(5) == []

        late = await store.happenings.note(stage("late", kind="task", want=wanted(scene, stage="")), now=NOW)
        assert late.fate == STALE

    async def test_a_happening_told_after_a_later_one_starts_nothing(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        await store.happenings.note(stage("new", to="paid", at=LATER), now=LATER)
        old = await store.happenings.note(stage("old", want=wanted(scene)), now=LATER)
        assert old.fate == STALE
        assert await scene.claim(5, now=LATER) == []

    async def test_a_call_under_way_is_left_alone(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        await store.happenings.note(stage("k", want=wanted(scene, until=LATER)), now=NOW)
        claimed, attempt_id = await scene.call()
        assert (await store.happenings.note(stage("k2", to="paid", at=NOW + SOON), now=NOW)).withdrawn == 0
        assert await store.happenings.withdraw_pointless(now=LATER) == 0
        await scene.finish(attempt_id, Outcome.NO_ANSWER, retry_at=LATER + HALF_HOUR)

        assert await store.happenings.withdraw_pointless(now=LATER) == 1, "its time is over: no other try"
        assert await scene.claim(5, now=LATER + HALF_HOUR) == []
        assert (await store.leads.card(claimed.lead.id)).calls[0].state == "done"

    async def test_a_call_of_a_list_is_not_withdrawn_with_the_trigger(self, store: Any) -> None:
        scene = await Scene.set(store, leads=2)
        await store.happenings.note(stage("k", want=wanted(scene, priority=100)), now=NOW)
        assert (await store.happenings.note(stage("k2", to="paid", at=LATER), now=LATER)).withdrawn == 0
        assert len(await scene.claim(5, now=LATER)) == 2

    async def test_a_lead_that_the_robot_made_in_the_crm_is_not_called_as_a_new_one(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        lead = await store.leads.find(phone(0))
        claimed, attempt_id = await scene.call()
        await scene.finish(attempt_id, Outcome.REFUSED)
        delivery = NewDelivery("d", "odoo", Kind.CALL, lead.id, attempt_id, NOW)
        await store.outbox.add([delivery], now=NOW)
        (taken,) = await store.outbox.claim("odoo", owner="a", now=NOW, until=LATER, limit=1)
        await store.outbox.settle(taken.id, State.DELIVERED, owner="a", now=NOW)

        want = wanted(scene, 0, stage="", priority=100)
        made = stage("made", to="new", kind="created", want=want, at=NOW + SOON)
        assert (await store.happenings.note(made, now=LATER)).fate == OWN
        days_after = stage("asked", to="new", kind="created", want=want, at=NOW + timedelta(days=2))
        assert (await store.happenings.note(days_after, now=NOW + timedelta(days=2))).fate == "queued"
        assert claimed.lead.id == lead.id

    async def test_what_nothing_is_wanted_of_is_known_all_the_same(self, store: Any) -> None:
        await Scene.set(store, leads=0)
        happening = Happening("k", "odoo", "stage", "7", NOW, "new", fate=BAD_PHONE)
        assert (await store.happenings.note(happening, now=NOW)).fate == BAD_PHONE
        again = await store.happenings.note(happening, now=NOW)
        assert (again.fate, again.again) == (BAD_PHONE, True)

    async def test_a_reminder_of_a_meeting_that_gave_way_to_another_is_not_made(self, store: Any) -> None:
        scene = await Scene.set(store, leads=2)
        lead = await self._book(scene, NOW + timedelta(days=1))
        (meeting,) = await store.happenings.upcoming(after=NOW, before=NOW + timedelta(days=2), without="day")
        assert (meeting.lead.id, meeting.starts_at) == (lead.id, NOW + timedelta(days=1))
        reminders = await Scene.set(store, leads=0, slug="reminders")
        want = Wanted("day", reminders.campaign.id, NewLead(lead.phone), LATER, NOW + timedelta(days=1))
        told = Happening("m", "meetings", "meeting", str(lead.id), LATER, "", want, meeting_of=meeting.attempt_id)
        assert (await store.happenings.note(told, now=LATER)).fate == "queued"
        assert await store.happenings.upcoming(after=NOW, before=NOW + timedelta(days=2), without="day") == []
        assert await store.happenings.withdraw_pointless(now=LATER) == 0

        asked = await store.leads.add(scene.campaign.id, [NewLead(lead.phone)], now=LATER, priority=100)
        assert asked.queued == 1
        await self._book(scene, NOW + timedelta(days=1, hours=2), now=LATER, of=lead.phone)
        (other,) = await store.happenings.upcoming(after=NOW, before=NOW + timedelta(days=2), without="day")
        assert other.starts_at == NOW + timedelta(days=1, hours=2)
        (claimed,) = await reminders.claim(now=LATER)
        assert await store.happenings.withdraw_pointless(now=LATER) == 1
        assert await reminders.begin(claimed, now=LATER) is None

    async def _book(self, scene: Scene, starts_at: datetime, *, now: datetime = NOW, of: str = "") -> Any:
        (claimed,) = await scene.claim(now=now)
        assert of in ("", claimed.lead.phone)
        attempt_id = await scene.begin(claimed, now=now)
        assert attempt_id is not None
        (manager,) = await scene.store.managers.of(scene.campaign.id)
        slot = Slot(manager.id, starts_at, starts_at + HALF_HOUR)
        assert await scene.store.calendar.hold(attempt_id, slot, now=now)
        await scene.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=slot, ended_at=now + SOON)
        return claimed.lead

    async def test_one_node_reads_a_crm_at_a_time_and_goes_on_where_another_stopped(self, store: Any) -> None:
        cursors = store.change_cursors
        assert await cursors.take("odoo", owner="a", now=NOW, until=LATER) == ""
        assert await cursors.take("odoo", owner="b", now=NOW + SOON, until=LATER) is None
        assert await cursors.keep("odoo", "17", owner="a")
        assert await cursors.take("odoo", owner="b", now=LATER, until=LATER + HALF_HOUR) == "17"
        assert not await cursors.keep("odoo", "18", owner="a"), "it was slow, and another reads by now"
        assert await cursors.take("amocrm", owner="a", now=LATER, until=LATER) == ""

    async def test_what_a_webhook_tells_waits_once_until_it_is_read(self, store: Any) -> None:
        inbox, lead, task = store.inbox, Touched("lead", "7"), Touched("task", "7", deleted=True, token="t")
        assert await inbox.put("amocrm", [lead, task, lead], now=NOW) == 2
        ((first, told_at), (second, _)) = await inbox.waiting("amocrm", limit=9)
        assert {(first.kind, first.ref), (second.kind, second.ref)} == {("lead", "7"), ("task", "7")}
        await inbox.put("amocrm", [first], now=LATER)  # told again while it is read
        await inbox.done("amocrm", first, told_at)
        await inbox.done("amocrm", second, told_at)
        assert [one.kind for one, _ in await inbox.waiting("amocrm", limit=9)] == [first.kind]
        assert await inbox.waiting("odoo", limit=9) == []

    async def test_what_cannot_be_read_goes_to_the_end_and_is_given_up_at_last(self, store: Any) -> None:
        inbox = store.inbox
        await inbox.put("amocrm", [Touched("lead", "1")], now=NOW)
        await inbox.put("amocrm", [Touched("lead", "2")], now=NOW + SOON)
        await inbox.later("amocrm", Touched("lead", "1"), now=LATER)
        assert [one.ref for one, _ in await inbox.waiting("amocrm", limit=9)] == ["2", "1"]
        await inbox.later("amocrm", Touched("lead", "1"), now=NOW + timedelta(days=4))
        assert [one.ref for one, _ in await inbox.waiting("amocrm", limit=9)] == ["2"]
