"""The outbox and what is read for it: contract of every implementation. A subclass gives the `store` fixture."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest

from robot.crm.base import NewLead
from robot.crm.outbox_cleaning import Cleaning, Forgotten, KeepingSettings
from robot.crm.outbox_desk import UNHEARD_FOR, Figures, Wanted
from robot.crm.outbox_ports import Delivery, Kind, NewDelivery, Problem, State
from robot.crm.planning import COMPLETE_IN, Target
from robot.crm.report import Booked, Said
from robot.crm.sent import Channel, Parcel, SentState
from robot.crm.stages import TaskKind
from robot.crm.triggers.ports import BAD_PHONE, Happening
from robot.crm.triggers.ports import Wanted as WantedCall
from robot.crm.writes import Journal
from robot.domain.calls import WITHDRAWN, Turn, Wish
from robot.domain.outcomes import Outcome
from robot.storage.errors import UnknownAttempt
from robot.storage.store import Storage
from robot.storage.throttles import SqlThrottle
from tests.contracts.storage_contract import LEASE, NOW, SOON, Scene, phone

CRM = Target("bitrix24", frozenset({Kind.CALL}))
MAIL = Target("mail", frozenset({Kind.INVITATION, Kind.DOCUMENT}))
DOWN = Problem("unreachable", "no answer", "wait")


def reaching(store: Storage, *targets: Target) -> Storage:
    """The same database, for a node with these targets."""
    return Storage(store.database, targets=targets or (CRM, MAIL))


async def take(
    store: Storage, target: str = "bitrix24", *, owner: str = "a", now: datetime = NOW + SOON, limit: int = 9
) -> list[Delivery]:
    return list(await store.outbox.claim(target, owner=owner, now=now, until=now + LEASE, limit=limit))


class Box:
    """An outbox with deliveries for leads, made without calls."""

    def __init__(self, store: Storage, leads: list[int]) -> None:
        self.store = store
        self.leads = leads

    @classmethod
    async def of(cls, store: Storage, *, leads: int = 3) -> Box:
        scene = await Scene.set(store, leads=leads)
        found = [await scene.store.leads.find(phone(number)) for number in range(leads)]
        return cls(store, [lead.id for lead in found])

    async def put(self, *leads: int, target: str = "bitrix24", after: timedelta = timedelta(0)) -> list[str]:
        """One delivery for each of these leads, in this order."""
        new = [
            NewDelivery(f"{uuid4()}:{target}:call", target, Kind.CALL, self.leads[lead], None, NOW + after)
            for lead in leads
        ]
        assert await self.store.outbox.add(new, now=NOW) == len(new)
        return [one.key for one in new]

    async def states(self) -> list[State]:
        """Oldest first."""
        entries = await self.store.outbox_desk.entries(Wanted(tuple(State)), limit=99, now=NOW)
        return [entry.state for entry in reversed(entries)]


class OutboxContract:
    async def test_without_a_target_nothing_is_written(self, store: Storage) -> None:
        scene = await Scene.set(store)
        await scene.book()
        assert await store.outbox_desk.entries(Wanted(tuple(State)), limit=9, now=NOW) == []

    async def test_a_call_and_what_goes_out_are_written_together(self, store: Storage) -> None:
        scene = await Scene.set(reaching(store))
        claimed, attempt_id = await scene.call()
        slot = (await scene.slots())[0]
        assert await scene.store.calendar.hold(attempt_id, slot, now=NOW)
        wish = Wish("send_document", {"template": "offer", "to": "a@b.ru"})
        await scene.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=slot, wishes=(wish,))

        (call,) = await take(store)
        assert (call.key, call.kind, call.lead_id, call.attempt_id) == (
            f"{attempt_id}:bitrix24:call",
            Kind.CALL,
            claimed.lead.id,
            attempt_id,
        )
        (invitation,) = await take(store, "mail")
        assert (invitation.kind, invitation.journal, invitation.tries) == (Kind.INVITATION, Journal(), 0)
        assert await store.outbox.settle(invitation.id, State.DELIVERED, owner="a", now=NOW + SOON)
        (document,) = await take(store, "mail")
        assert (document.key, document.payload) == (f"{attempt_id}:mail:document:1", wish.params)

    async def test_a_call_that_ends_twice_goes_out_once(self, store: Storage) -> None:
        scene = await Scene.set(reaching(store))
        _, attempt_id = await scene.call()
        for _ in range(2):
            await scene.finish(attempt_id, Outcome.REFUSED)
        assert len(await take(store)) == 1

    async def test_a_call_cut_off_with_its_node_goes_out_and_its_late_meeting_too(self, store: Storage) -> None:
        scene = await Scene.set(reaching(store), leads=1)
        _, attempt_id = await scene.call()
        slot = (await scene.slots())[0]
        await scene.store.calls.answered(attempt_id, at=NOW)
        assert await scene.store.calendar.hold(attempt_id, slot, now=NOW)
        late = NOW + LEASE + SOON
        await scene.claim(now=late, node="b")  # closes what the lost node left
        await scene.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=slot, ended_at=late)

        (first,) = await take(store, now=late)
        assert first.payload == {}
        await store.outbox.settle(first.id, State.DELIVERED, owner="a", now=late)
        (second,) = await take(store, now=late)
        assert (second.key, second.payload) == (f"{attempt_id}:bitrix24:call:2", {"again": "1"})
        assert [one.kind for one in await take(store, "mail", now=late)] == [Kind.INVITATION]

    async def test_what_was_recorded_waits_for_its_recording(self, store: Storage) -> None:
        scene = await Scene.set(reaching(store))
        _, attempt_id = await scene.call()
        await scene.finish(attempt_id, Outcome.REFUSED, answered_at=NOW, recording="recordings/x.ogg")
        assert await take(store, now=NOW + SOON) == []
        assert len(await take(store, now=NOW + SOON + COMPLETE_IN)) == 1

    async def test_a_delivery_is_one_nodes_until_its_lease_ends(self, store: Storage) -> None:
        box = await Box.of(store)
        keys = await box.put(0, 1, 2)
        first = await take(store, owner="a", limit=2)
        second = await take(store, owner="b")
        assert [one.key for one in first + second] == keys
        assert await take(store, owner="c", now=NOW + LEASE) == []
        assert await store.outbox.renew([one.id for one in first], owner="a", until=NOW + 3 * LEASE) == [
            one.id for one in first
        ]
        (taken_over,) = await take(store, owner="c", now=NOW + SOON + LEASE + SOON)
        assert taken_over.key == keys[2]
        # Whose it was has no say any more.
        assert await store.outbox.renew([taken_over.id], owner="b", until=NOW + 9 * LEASE) == []
        assert not await store.outbox.keep(taken_over.id, Journal({"lead"}), owner="b")
        assert not await store.outbox.settle(taken_over.id, State.PARKED, owner="b", now=NOW, problem=DOWN)
        assert await store.outbox.settle(taken_over.id, State.DELIVERED, owner="c", now=NOW)

    async def test_at_the_same_moment_every_delivery_is_taken_once(self, store: Storage) -> None:
        box = await Box.of(store, leads=9)
        keys = await box.put(*range(9))
        taken = await asyncio.gather(*(take(store, owner=owner, limit=4) for owner in "abcd"))
        taken.append(await take(store, owner="e"))
        assert sorted(one.key for some in taken for one in some) == sorted(keys)

    async def test_of_one_lead_and_target_the_first_goes_first(self, store: Storage) -> None:
        box = await Box.of(store)
        first, other, second = await box.put(0, 1, 0)
        (elsewhere,) = await box.put(0, target="mail")
        (failed, also) = await take(store)
        assert [failed.key, also.key] == [first, other]
        assert [one.key for one in await take(store, "mail")] == [elsewhere]
        later = NOW + timedelta(hours=1)
        await store.outbox.settle(failed.id, State.WAITING, owner="a", now=NOW, due_at=later, problem=DOWN)
        assert await take(store, now=NOW + 2 * LEASE, owner="b") != []  # the other lead's, its lease over
        assert second not in [one.key for one in await take(store, now=NOW + 4 * LEASE)]
        (again,) = [one for one in await take(store, now=later) if one.key == first]
        assert again.tries == 1
        # Parked, it keeps nobody back.
        await store.outbox.settle(again.id, State.PARKED, owner="a", now=later, problem=DOWN)
        assert [one.key for one in await take(store, now=later)] == [second]

    async def test_what_a_try_did_is_there_for_the_next(self, store: Storage) -> None:
        box = await Box.of(store)
        await box.put(0)
        (delivery,) = await take(store)
        journal = Journal({"note"}, {"lead": "342"})
        assert await store.outbox.keep(delivery.id, journal, owner="a")
        (again,) = await take(store, owner="b", now=NOW + SOON + LEASE + SOON)
        assert again.journal == journal

    async def test_what_comes_back_waits_no_longer(self, store: Storage) -> None:
        box = await Box.of(store, leads=4)
        await box.put(0, 1, 2, 3)
        down, revoked, gone, stubborn = await take(store)
        later = NOW + timedelta(hours=1)
        settle = store.outbox.settle
        await settle(down.id, State.WAITING, owner="a", now=NOW, due_at=later, problem=DOWN)
        await settle(revoked.id, State.PARKED, owner="a", now=NOW, problem=Problem("unauthorized", "revoked"))
        await settle(gone.id, State.PARKED, owner="a", now=NOW, problem=Problem("not_there", "no such stage"))
        now = NOW + SOON
        for _ in range(5):
            await settle(stubborn.id, State.WAITING, owner="a", now=now, due_at=now, problem=DOWN)
            (stubborn,) = await take(store, now=now)
        await settle(stubborn.id, State.WAITING, owner="a", now=now, due_at=later, problem=DOWN)

        assert await store.outbox.revive("bitrix24", ["unreachable", "unauthorized"], now=now) == 2
        assert [one.id for one in await take(store, now=now)] == [down.id, revoked.id]

    async def test_people_see_what_is_wrong_and_decide(self, store: Storage) -> None:
        box = await Box.of(store)
        await box.put(0, 1)
        await box.put(2, target="mail")
        parked, _ = await take(store)
        problem = Problem("not_there", "стадия C2 удалена", "укажите другую")
        await store.outbox.keep(parked.id, Journal(set(), {"lead": "1"}), owner="a")
        await store.outbox.settle(parked.id, State.PARKED, owner="a", now=NOW, problem=problem)
        desk = store.outbox_desk
        minute = NOW + timedelta(minutes=1)

        (entry,) = await desk.entries(Wanted((State.PARKED,)), limit=9, now=NOW)
        assert (entry.id, entry.problem, entry.done, entry.tries) == (parked.id, problem, ["lead"], 1)
        assert [one.under_way for one in await desk.entries(Wanted(), limit=9, now=NOW + SOON)] == [False, True, False]
        standing = await desk.standing(minute)
        assert standing.targets == {"bitrix24": Figures(1, 1, 60.0), "mail": Figures(1, 0, 60.0)}
        assert [one.target for one in await desk.entries(Wanted(target="mail"), limit=9, now=NOW)] == ["mail"]
        assert await desk.entries(Wanted(since=minute), limit=9, now=NOW) == []

        assert await desk.retry(Wanted(code="not_there"), now=minute) == 1
        (again,) = [one for one in await take(store, now=minute) if one.id == parked.id]
        assert (again.tries, again.journal.done) == (0, {"lead": "1"})
        assert await desk.retry(Wanted(ids=[again.id]), now=minute) == 0  # under way
        assert await desk.drop(Wanted(ids=[again.id]), now=minute) == 1
        assert not await store.outbox.settle(again.id, State.DELIVERED, owner="a", now=minute)
        assert await box.states() == [State.DROPPED, State.WAITING, State.WAITING]
        assert await desk.retry(Wanted((State.DROPPED,)), now=minute) == 1

    async def test_a_key_is_taken_once(self, store: Storage) -> None:
        box = await Box.of(store)
        new = NewDelivery("reminder:7", "mail", Kind.MESSAGE, box.leads[0], None, NOW)
        added = await asyncio.gather(*(store.outbox.add([new], now=NOW) for _ in range(3)))
        assert sum(added) == 1

    async def test_what_ended_long_ago_is_forgotten_and_what_is_open_is_not(self, store: Storage) -> None:
        box = await Box.of(store)
        keys = await box.put(0, 1, 2)
        (fresh,) = await box.put(0, target="mail")
        delivered, parked, dropped = await take(store)
        await store.outbox.settle(delivered.id, State.DELIVERED, owner="a", now=NOW)
        await store.outbox.settle(parked.id, State.PARKED, owner="a", now=NOW, problem=DOWN)
        assert await store.outbox_desk.drop(Wanted(ids=[dropped.id]), now=NOW) == 1
        (late,) = await take(store, "mail")
        await store.outbox.settle(late.id, State.DELIVERED, owner="a", now=NOW + timedelta(days=89))
        for number, key in enumerate((*keys, fresh, "of a delivery forgotten before")):
            parcel = Parcel(key, box.leads[0], None, Channel.SMS, "СМС", "+74951234567")
            await store.sent.begun(parcel, now=NOW)
            await store.sent.part_sent(key, Channel.SMS, f"id-{number}", now=NOW)
        await store.sent.receipt(Channel.SMS, "nobody's", SentState.DELIVERED, now=NOW)

        def cleaning(days: int) -> Cleaning:
            return Cleaning(store.attic, KeepingSettings(), now=lambda: NOW + timedelta(days=days))

        assert await cleaning(89).clean() == Forgotten()
        assert await cleaning(91).clean() == Forgotten(deliveries=2)
        assert await box.states() == [State.PARKED, State.DELIVERED]
        assert await cleaning(731).clean() == Forgotten(deliveries=1, sent=4)
        card = await store.leads.card(box.leads[0])
        assert card is not None
        assert len(card.sent) == 1, "that of the parked one: a person may still take it up"
        assert await store.outbox_desk.retry(Wanted(ids=[parked.id]), now=NOW) == 1

    async def test_much_is_forgotten_in_portions(self, store: Storage) -> None:
        box = await Box.of(store)
        await box.put(0, 1, 2)
        for one in await take(store):
            await store.outbox.settle(one.id, State.DELIVERED, owner="a", now=NOW)
        forget = partial(store.attic.forget, delivered_before=NOW + SOON, sent_before=NOW, limit=2)
        assert [(await forget()).deliveries for _ in range(3)] == [2, 1, 0]

    async def test_who_has_no_number_is_named_until_something_comes_of_him(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)

        async def told(ref: str, at: datetime, wanted: WantedCall | None = None) -> None:
            told = Happening(f"{ref} {at}", "odoo", "stage", ref, at, "stalled", wanted, BAD_PHONE)
            await store.happenings.note(told, now=at)

        await told("7", NOW - timedelta(days=15))
        await told("8", NOW)
        await told("9", NOW)
        unheard = await store.outbox_desk.unheard(since=NOW - UNHEARD_FOR, limit=9)
        assert [(one.source, one.kind, one.stage, one.lead_ref, one.at) for one in unheard] == [
            ("odoo", "stage", "stalled", ref, NOW) for ref in ("9", "8")
        ]
        call = WantedCall("revive", scene.campaign.id, NewLead(phone(1)), NOW)
        await told("8", NOW + SOON, call)
        assert [one.lead_ref for one in await store.outbox_desk.unheard(since=NOW, limit=9)] == ["9"]
        assert len(await store.outbox_desk.unheard(since=NOW - timedelta(days=99), limit=1)) == 1

    async def test_the_desk_is_read_page_by_page(self, store: Storage) -> None:
        box = await Box.of(store)
        await box.put(0, 1, 2)
        pages, below = [], None
        while page := await store.outbox_desk.entries(Wanted(below=below), limit=2, now=NOW):
            pages.append(len(page))
            below = page[-1].id
        assert pages == [2, 1]

    async def test_without_a_clock_of_its_own_a_bucket_goes_by_the_databases(self, store: Storage) -> None:
        waited: list[float] = []

        async def sleep(seconds: float) -> None:
            waited.append(seconds)

        for _ in range(3):
            await SqlThrottle(store.database, sleep=sleep).take("slow", per_s=0.01, burst=1)
        assert [round(seconds, -2) for seconds in waited] == [100, 200]

    async def test_a_bucket_is_shared_by_all_nodes(self, store: Storage) -> None:
        waited: list[float] = []

        async def sleep(seconds: float) -> None:
            waited.append(seconds)

        nodes = [SqlThrottle(store.database, lambda: NOW, sleep) for _ in range(2)]
        for turn in range(6):
            await nodes[turn % 2].take("portal", per_s=2, burst=3)
        await nodes[0].take("another", per_s=2, burst=3)
        assert waited == [0.5, 1.0, 1.5]


class CallReportsContract:
    async def test_a_booked_call_as_others_are_told(self, store: Storage) -> None:
        scene = await Scene.set(store)
        claimed, attempt_id = await scene.call()
        slot = (await scene.slots())[0]
        assert await store.calendar.hold(attempt_id, slot, now=NOW)
        await say(store, attempt_id)
        wish = Wish("add_note", {"text": "любит утро \x00"})
        await scene.finish(
            attempt_id,
            Outcome.MEETING_BOOKED,
            meeting=slot,
            answered_at=NOW,
            ended_at=NOW + timedelta(seconds=70),
            recording="recordings/x.ogg",
            collected={"lead.need": "карты", "callback.at": "завтра"},
            wishes=(wish,),
        )

        report = await store.call_reports.report(attempt_id)
        assert (report.attempt_id, report.campaign, report.campaign_title) == (attempt_id, "cold", "Холодные")
        assert (report.lead.phone, report.lead.fields) == (claimed.lead.phone, {"need": "карты"})
        assert report.stage == "meeting"
        assert (report.outcome, report.inbound, report.talked_s) == (Outcome.MEETING_BOOKED, False, 70)
        assert (report.meeting, report.task) == (Booked(slot, "Анна (cold)"), (TaskKind.MEETING, slot.starts_at))
        assert report.wishes == (Wish("add_note", {"text": "любит утро \ufffd"}),)
        assert (report.recording, report.collected["callback.at"]) == ("recordings/x.ogg", "завтра")
        assert report.said == [
            Said(by_client=False, from_ms=100, to_ms=1500, text="Здравствуйте!"),
            Said(by_client=True, from_ms=1800, to_ms=2200, text="Да"),
            Said(by_client=False, from_ms=2600, to_ms=2600, text="Вам удобно?"),
        ]

    async def test_a_meeting_booked_while_another_is_to_come_stands_in_for_it(self, store: Storage) -> None:
        attempts = []
        for slug in ("cold", "reminder"):
            scene = await Scene.set(store, leads=1, slug=slug)
            _, attempt_id = await scene.call()
            slot = (await scene.slots())[1]  # still to come
            assert await store.calendar.hold(attempt_id, slot, now=NOW)
            await scene.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=slot)
            attempts.append(attempt_id)

        first, second = [await store.call_reports.report(attempt_id) for attempt_id in attempts]
        assert first.meeting is not None
        assert second.meeting is not None
        assert (first.meeting.moves, second.meeting.moves) == (None, attempts[0])
        assert first.meeting.slot != second.meeting.slot, "a call is told of late as it was"

    async def test_a_call_nobody_took(self, store: Storage) -> None:
        scene = await Scene.set(store)
        _, attempt_id = await scene.call()
        with pytest.raises(UnknownAttempt):
            await store.call_reports.report(attempt_id)
        at = NOW + timedelta(days=1)
        await scene.finish(attempt_id, Outcome.CALLBACK_SCHEDULED, callback_at=at, retry_at=at)

        report = await store.call_reports.report(attempt_id)
        assert (report.talked_s, report.said, report.meeting, report.task) == (0, [], None, None)
        assert (report.callback_at, report.stage) == (at, "callback")


async def say(store: Storage, attempt_id: UUID) -> None:
    answered = Turn(1, "greeting", said="Здравствуйте!", said_from_ms=100, said_to_ms=1500)
    answered = replace(answered, heard="Да", heard_from_ms=1800, heard_to_ms=2200)
    taken_back = Turn(2, "offer", role=WITHDRAWN, said="Мы…", said_from_ms=2300, said_to_ms=2400)
    under_way = Turn(3, "offer", said="Вам удобно?", said_from_ms=2600)
    for turn in (answered, taken_back, under_way):
        await store.calls.turn(attempt_id, turn)
