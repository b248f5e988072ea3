"""The worker over a database and CRMs that tell what the test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from robot.crm.base import NewLead
from robot.crm.connector import Change
from robot.crm.errors import NotThere, Unreachable
from robot.crm.sent import Channel, Parcel, SentState
from robot.crm.touched import Touched
from robot.crm.triggers.rules import On, Trigger
from robot.crm.triggers.worker import Shelf, TriggerWorker
from robot.crm.writes import NOTHING, Done, Write
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.storage.store import Storage, open_storage
from tests.contracts.storage_contract import HALF_HOUR, NOW, SOON, Scene, phone

pytestmark = [pytest.mark.unit, pytest.mark.asyncio]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
STALLED = Trigger("revive", On.STAGE, "cold", stage="stalled")


class Told:
    """A CRM whose place is how many changes were told."""

    name = "odoo"

    def __init__(self) -> None:
        self.happened: list[Change] = []
        self.fails: Exception | None = None
        self.places: list[str] = []

    async def changes(self, since: str) -> tuple[Sequence[Change], str]:
        if self.fails:
            raise self.fails
        self.places.append(since)
        if not since:
            return (), str(len(self.happened))
        return self.happened[int(since) :], str(len(self.happened))


class Rereading(Told):
    name = "amocrm"

    async def touched(self, told: Sequence[Touched]) -> Sequence[Change]:
        (one,) = told
        if one.ref == "13":
            raise NotThere("gone")
        return [change(f"amocrm:{one.ref}", 1, ref=one.ref)]


class Office:
    def __init__(self, store: Storage, scene: Scene) -> None:
        self.store = store
        self.scene = scene
        self.odoo = Told()
        self.amo = Rereading()
        self.now = NOW

    def worker(self, *triggers: Trigger, node: str = "a") -> TriggerWorker:
        store = self.store
        shelf = Shelf(store.happenings, store.replies, store.change_cursors, store.inbox, store.campaigns)
        crms: Any = {"odoo": self.odoo, "amocrm": self.amo}
        return TriggerWorker(triggers or (STALLED,), crms, shelf, node=node, now=lambda: self.now)

    async def rings(self) -> list[str]:
        return [one.lead.phone for one in await self.scene.claim(9, now=self.now)]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_storage(f"sqlite:///{tmp_path / 'zvonar.db'}") as store:
        yield Office(store, await Scene.set(store, leads=0))


def change(key: str, number: int, *, stage: str = "stalled", ref: str = "", at: datetime = NOW, **more: Any) -> Change:
    return Change(key, more.pop("kind", "stage"), ref or str(number), phone(number), at, stage, **more)


async def test_a_lead_that_stalls_is_called_and_one_that_went_on_is_not(office: Office) -> None:
    worker = office.worker()
    await worker.look()
    office.odoo.happened = [
        change("1", 1),
        change("2", 2),
        change("3", 2, stage="paid", at=NOW + SOON),
        change("4", 3, stage="new"),
        change("6", 4, stage="paid", at=NOW + SOON),  # told before what it followed
        change("5", 4),
    ]
    await worker.look()
    assert await office.rings() == [phone(1)]
    assert office.odoo.places == ["", "0", "6"], "to the end"
    await worker.look()
    assert office.odoo.places[-1] == "6"


async def test_after_a_restart_it_goes_on_where_it_stopped_and_does_nothing_twice(office: Office) -> None:
    await office.worker().look()
    office.odoo.happened = [change("1", 1)]
    await office.worker().look()
    assert await office.rings() == [phone(1)]
    office.odoo.happened.append(change("1", 1))  # told again
    await office.worker().look()
    office.now += 2 * HOUR
    assert await office.rings() == [phone(1)], "the claim ran out: one task, not two"
    assert office.odoo.places == ["", "0", "1", "1", "2"]


async def test_while_one_node_reads_a_crm_another_does_not(office: Office) -> None:
    await asyncio.gather(office.worker(node="a").look(), office.worker(node="b").look())
    assert office.odoo.places == [""]
    office.now += HOUR
    await office.worker(node="b").look()
    assert office.odoo.places == ["", "0"]


async def test_a_crm_that_is_down_keeps_no_other_waiting_and_loses_nothing(office: Office) -> None:
    worker = office.worker()
    await worker.look()
    office.odoo.fails = Unreachable("down")
    office.odoo.happened, office.amo.happened = [change("1", 1)], [change("2", 2)]
    await worker.look()
    assert await office.rings() == [phone(2)]
    office.odoo.fails = None
    await worker.look()
    assert await office.rings() == [phone(1)]


async def test_nothing_is_read_before_the_campaign_is_there(office: Office) -> None:
    other = replace(STALLED, campaign="other")
    await office.worker(other).look()
    assert office.odoo.places == []
    await Scene.set(office.store, leads=0, slug="other")
    await office.worker(other).look()
    assert office.odoo.places == [""]


async def test_a_lead_without_a_number_and_one_told_too_late_start_nothing(office: Office) -> None:
    worker = office.worker(replace(STALLED, within=HOUR))
    await worker.look()
    office.odoo.happened = [replace(change("1", 1), phone="спросить у Ирины"), change("2", 2, at=NOW - 3 * HOUR)]
    await worker.look()
    assert await office.rings() == []


async def test_a_task_is_called_at_its_time(office: Office) -> None:
    worker = office.worker(Trigger("task", On.TASK, "cold", priority=50))
    await worker.look()
    office.odoo.happened = [change("1", 1, kind="task", due_at=NOW + HOUR, name="Пётр")]
    await worker.look()
    assert await office.rings() == []
    office.now += HOUR
    assert await office.rings() == [phone(1)]


async def test_what_webhooks_told_is_read_in_the_crm_once(office: Office) -> None:
    worker = office.worker()
    await office.store.inbox.put("amocrm", [Touched("lead", "13"), Touched("lead", "7")], now=NOW)
    office.now += SOON
    await worker.look()
    assert await office.rings() == [phone(1)]
    assert [one.ref for one, _ in await office.store.inbox.waiting("amocrm", limit=9)] == ["13"]


async def booked(office: Office, starts_at: datetime) -> None:
    await office.scene.add(1)
    (claimed,) = await office.scene.claim(now=office.now)
    attempt_id = await office.scene.begin(claimed, now=office.now)
    assert attempt_id is not None
    (manager,) = await office.store.managers.of(office.scene.campaign.id)
    slot = Slot(manager.id, starts_at, starts_at + HALF_HOUR)
    assert await office.store.calendar.hold(attempt_id, slot, now=office.now)
    await office.scene.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=slot, ended_at=office.now + SOON)


async def test_a_client_is_reminded_a_day_and_an_hour_before(office: Office) -> None:
    worker = office.worker(*(Trigger(f"r{h}", On.MEETING, "cold", before=h * HOUR, priority=40) for h in (24, 1)))
    meeting = NOW + 2 * DAY + 2 * HOUR
    await booked(office, meeting)
    called = []
    for before in (DAY + HALF_HOUR, DAY, DAY - HALF_HOUR, HOUR + HALF_HOUR, HOUR, HALF_HOUR, -HALF_HOUR):
        office.now = meeting - before
        await worker.look()
        for claimed in await office.scene.claim(9, now=office.now):
            attempt_id = await office.scene.begin(claimed, now=office.now)
            assert attempt_id is not None
            called.append(meeting - office.now)
            assert claimed.lead.fields["meeting_at"] == "2026-11-25T14:00:00+03:00"
            await office.scene.finish(attempt_id, Outcome.AGREED, ended_at=office.now + SOON)
    assert called == [DAY, HOUR]


async def test_nobody_is_reminded_after_the_meeting_began_or_of_what_he_just_agreed_to(office: Office) -> None:
    worker = office.worker(
        Trigger("day", On.MEETING, "cold", before=DAY), Trigger("h", On.MEETING, "cold", before=HOUR)
    )
    meeting = NOW + 3 * HOUR
    await booked(office, meeting)
    office.now += HALF_HOUR
    await worker.look()
    assert await office.rings() == [], "he agreed to it half an hour ago"
    office.now = meeting - HALF_HOUR
    await worker.look()
    office.now = meeting
    await worker.look()
    assert await office.rings() == [], "the hour's reminder was made, not dialed in time, and withdrawn"
    card = await office.store.leads.card(1)
    assert card is not None
    assert len(card.calls) == 2, "none a day before: the meeting was booked the same day"


async def test_it_looks_until_it_is_told_to_stop_whatever_happens(office: Office) -> None:
    stop = asyncio.Event()
    office.odoo.fails = ValueError("a fault of the connector's")
    running = asyncio.create_task(office.worker().run(stop))
    await office.store.leads.add(1, [NewLead(phone(5))], now=NOW)
    stop.set()
    await running
    assert await office.rings() == [phone(5)]


async def test_a_document_is_followed_up_after_its_days_with_the_script_of_the_rule(office: Office) -> None:
    await office.scene.add(1)
    _, attempt_id = await office.scene.call()
    key = f"{attempt_id}:sending:document:1"
    card = await office.store.leads.find(phone(1))
    assert card is not None
    offer = Parcel(key, card.id, attempt_id, Channel.MAIL, "КП", "a@example.com", document="offer")
    await office.store.sent.begun(offer, now=NOW)
    await office.store.sent.settled(key, SentState.SENT, now=NOW)
    await office.scene.finish(attempt_id, Outcome.INFO_REQUESTED)
    rule = Trigger("read", On.SENT, "cold", delay=3 * DAY, script="follow_up", document="offer")
    worker = office.worker(rule)
    for days, rings in ((2, []), (3, [phone(1)]), (4, [phone(1)])):
        office.now = NOW + days * DAY
        await worker.look()
        found = await office.scene.claim(9, now=office.now)
        assert [one.lead.phone for one in found] == rings, "called until he is reached, and asked for once"
        assert {one.campaign.script for one in found} <= {"follow_up"}


async def test_what_fell_due_long_ago_is_left(office: Office) -> None:
    await office.scene.add(1)
    _, attempt_id = await office.scene.call()
    card = await office.store.leads.find(phone(1))
    assert card is not None
    offer = Parcel("key", card.id, attempt_id, Channel.MAIL, "КП", "a@example.com", document="offer")
    await office.store.sent.begun(offer, now=NOW)
    await office.store.sent.settled("key", SentState.SENT, now=NOW)
    await office.scene.finish(attempt_id, Outcome.INFO_REQUESTED)
    office.now = NOW + 10 * DAY
    await office.worker(Trigger("read", On.SENT, "cold", delay=3 * DAY)).look()
    assert await office.rings() == []


class Ending(Told):
    name = "odoo"

    def __init__(self) -> None:
        super().__init__()
        self.ends: list[Change] = []
        self.whole = True
        self.asked = 0

    async def ending(self, field: str, *, after: datetime, before: datetime) -> tuple[Sequence[Change], bool]:
        self.asked += 1
        assert field == "ends_on"
        return [one for one in self.ends if one.due_at is not None and after <= one.due_at <= before], self.whole


def subscription(number: int, day: datetime) -> Change:
    return change(f"ends:{number}:{day:%d%m}", number, kind="ends", stage="client", due_at=day)


async def test_what_ends_is_called_for_once_and_not_when_its_day_was_moved(office: Office) -> None:
    office.odoo = crm = Ending()
    worker = office.worker(Trigger("renewal", On.ENDS, "cold", before=14 * DAY, field="ends_on", stage="client"))
    crm.ends = [subscription(1, NOW + 13 * DAY), subscription(2, NOW + 13 * DAY), subscription(3, NOW + 20 * DAY)]
    crm.ends.append(replace(subscription(4, NOW + 13 * DAY), stage="lost"))
    await worker.look()
    await worker.look()
    assert crm.asked == 1, "days are not asked for at every look"
    assert sorted(await office.rings()) == [phone(1), phone(2)]

    crm.ends[0] = subscription(1, NOW + 400 * DAY)
    crm.whole = False
    office.now += HALF_HOUR
    await worker.look()
    assert len(await office.rings()) == 2, "who is not told of may be on a page that was not read"
    crm.whole = True
    office.now += HALF_HOUR
    await worker.look()
    assert await office.rings() == [phone(2)], "it was prolonged"
    office.now = NOW + 13 * DAY + HOUR
    await worker.look()
    assert await office.rings() == [], "it has ended"


async def test_whom_a_person_called_is_not_called_by_the_robot(office: Office) -> None:
    worker = office.worker(Trigger("revive", On.STAGE, "cold", stage="stalled", delay=HOUR))
    await worker.look()
    office.odoo.happened = [change("1", 1), change("2", 2)]
    await worker.look()
    office.odoo.happened.append(change("3", 1, kind="answered", stage="", at=NOW + SOON))
    office.now += HOUR
    await worker.look()
    assert await office.rings() == [phone(2)]


async def test_a_crms_robot_is_told_of_the_rule_it_named_and_of_calls_that_cannot_be_made(office: Office) -> None:
    told: list[tuple[str, Mapping[str, str]]] = []

    class Automated(Told):
        def reply(self, reply_to: str, what: Mapping[str, str]) -> Sequence[Write]:
            async def do(_done: Done) -> str:
                told.append((reply_to, what))
                return NOTHING

            async def look(_done: Done) -> None:
                return None

            return [Write("reply", do, look)]

    office.odoo = Automated()
    rules = [Trigger(name, On.ROBOT, "cold", script=name) for name in ("first", "second")]
    worker = office.worker(*rules)
    await worker.look()
    asked = {"kind": "robot", "stage": ""}
    office.odoo.happened = [
        change("r1", 1, rule="second", reply_to="one", **asked),
        change("r2", 2, reply_to="two", **asked),
        change("r3", 3, rule="third", reply_to="three", **asked),
        replace(change("r4", 4, reply_to="four", **asked), phone=""),
    ]
    for _ in range(3):
        await worker.look()
    spoken = {one.lead.phone: one.campaign.script for one in await office.scene.claim(9, now=office.now)}
    assert spoken == {phone(1): "second", phone(2): "first"}
    assert dict(told) == {
        "three": {"outcome": "not_called", "reason": "nothing"},
        "four": {"outcome": "not_called", "reason": "bad_phone"},
    }
    assert len(told) == 2, "each once"
