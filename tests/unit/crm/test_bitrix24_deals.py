"""Bitrix24 without leads: the contract with deals and contacts; and its automation's robot, told the outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from robot.crm.bitrix24.automation import CODE
from robot.crm.bitrix24.card import COMPANY, CONTACT, DEAL
from robot.crm.bitrix24.fake.portal import LEAD, Portal
from robot.crm.bitrix24.fake.server import FakeBitrix24
from robot.crm.bitrix24.hooks import parse
from robot.crm.errors import Misconfigured
from robot.crm.forms import form_text
from robot.crm.touched import Touched
from robot.crm.writes import Journal, carry_out
from robot.domain.clock import utc_now
from robot.domain.outcomes import Outcome
from tests.contracts.connector_contract import MANAGER, Broken, ConnectorContract, call, deliver, phone
from tests.unit.crm.bitrix_stand import USER, BitrixStand

pytestmark = pytest.mark.unit

HANDLER = "https://robot.example/hooks/crm/bitrix24/secret"


@pytest.fixture
async def fake() -> AsyncIterator[FakeBitrix24]:
    async with FakeBitrix24(Portal(mode=2), per_s=1e6, burst=10**6) as running:
        yield running


class TestDealsByWebhook(ConnectorContract):
    @pytest.fixture
    def stand(self, fake: FakeBitrix24, tmp_path: Path) -> BitrixStand:
        return BitrixStand(fake, tmp_path, application=False, card=DEAL)


class TestDealsByApplication(ConnectorContract):
    cannot_break = frozenset({Broken.REVOKED})  # it is no other there than with leads

    @pytest.fixture
    async def stand(self, fake: FakeBitrix24, tmp_path: Path) -> BitrixStand:
        stand = BitrixStand(fake, tmp_path, application=True, card=DEAL)
        connector = stand.connector()
        await connector.check()
        await connector.close()
        return stand

    async def test_the_call_is_the_contacts_and_the_contact_is_one(self, stand: BitrixStand) -> None:
        number = phone()
        for _ in range(2):
            await deliver(stand.connector(), call(number, meeting=None, task=None))
        (deal,) = stand.fake.portal.of(DEAL)
        (contact,) = stand.fake.portal.of(CONTACT)
        assert len(stand.fake.portal.of(COMPANY)) == 1
        assert deal["contactId"] == contact["id"]
        assert {(one["CRM_ENTITY_TYPE"], one["CRM_ENTITY_ID"]) for one in stand.fake.portal.calls.values()} == {
            ("CONTACT", contact["id"])
        }
        assert not stand.fake.portal.of(LEAD)


@pytest.fixture
def stand(fake: FakeBitrix24, tmp_path: Path) -> BitrixStand:
    return BitrixStand(fake, tmp_path, application=True, card=DEAL)


async def test_a_won_deal_is_left_alone_and_told_as_closed(stand: BitrixStand) -> None:
    connector, number = stand.connector(), phone()
    _, place = await connector.changes("")
    ref = await stand.enter(number)
    stand.by_hand("crm.item.update", entityTypeId=DEAL, id=int(ref), fields={"stageId": "WON"})
    told, _ = await connector.changes(place)
    assert [(one.kind, one.lead_ref, one.phone, one.closed) for one in told] == [
        ("created", ref, number, False),
        ("stage", ref, number, True),
    ]
    assert [one.closed for one in await connector.touched([Touched("deal", ref), Touched("lead", ref)])] == [True]
    await deliver(connector, call(number, outcome=Outcome.REFUSED, stage="refused", meeting=None, task=None))
    assert [one["stageId"] for one in stand.fake.portal.of(DEAL)] == ["WON"]


async def test_deals_go_into_the_funnel_of_the_settings(stand: BitrixStand) -> None:
    stand.fake.portal.stages[DEAL]["C5:NEW"] = ("Новая", "process")
    stand.more = {"funnel": 5, "stages": {"new": "C5:NEW"}}
    await deliver(stand.connector(), call(phone(), meeting=None, task=None))
    (deal,) = stand.fake.portal.of(DEAL)
    assert (deal["categoryId"], deal["stageId"]) == (5, "C5:NEW")


async def talked(stand: BitrixStand, ref: str, **more: Any) -> None:
    fields: dict[str, Any] = {
        "OWNER_TYPE_ID": DEAL,
        "OWNER_ID": int(ref),
        "TYPE_ID": 4,
        "SUBJECT": "Письмо",
        "RESPONSIBLE_ID": 7,
        "COMMUNICATIONS": [{"VALUE": "x"}],
        "COMPLETED": "Y",
        "DIRECTION": 2,
    }
    stand.by_hand("crm.activity.add", fields=fields | more)


async def test_a_letter_of_a_manager_is_a_talk_and_the_robots_call_or_a_clients_letter_is_none(
    stand: BitrixStand,
) -> None:
    connector = stand.connector()
    _, place = await connector.changes("")
    number = phone()
    ref = await stand.enter(number)
    await deliver(stand.connector(), call(number, meeting=None, task=None))
    await talked(stand, ref, DIRECTION=1)
    await talked(stand, ref, COMPLETED="N")
    before, further = await connector.changes(place)
    assert [one for one in before if one.kind == "answered"] == []
    await talked(stand, ref)
    told, further = await connector.changes(further)
    (talk,) = [one for one in told if one.kind == "answered"]
    assert (talk.lead_ref, talk.phone) == (ref, number)
    again, _ = await connector.changes(further)
    assert [one.key for one in again if one.kind == "answered"] in ([], [talk.key])
    await connector.close()


@pytest.mark.parametrize(("status", "talks"), [("200", 1), ("304", 0)])
async def test_a_managers_call_counts_when_somebody_answered(stand: BitrixStand, status: str, talks: int) -> None:
    connector = stand.connector()
    _, place = await connector.changes("")
    ref = await stand.enter(phone())
    contact = stand.fake.portal.items[DEAL, int(ref)]["contactId"]
    start = {"USER_ID": 7, "PHONE_NUMBER": "79990000001", "TYPE": 1, "CRM_ENTITY_TYPE": "CONTACT"}
    made = stand.by_hand("telephony.externalCall.register", **start, CRM_ENTITY_ID=contact)
    stand.by_hand("telephony.externalCall.finish", CALL_ID=made["CALL_ID"], USER_ID=7, STATUS_CODE=status, DURATION=9)
    told, _ = await connector.changes(place)
    assert len([one for one in told if one.kind == "answered"]) == talks
    await connector.close()


async def test_what_ends_is_found_by_its_day(stand: BitrixStand) -> None:
    stand.more = {"fields": {"ends_on": "ufCrmReason"}}
    connector, now = stand.connector(), utc_now()
    soon, far = await stand.enter(phone()), await stand.enter(phone())
    for ref, days in ((soon, 10), (far, 90)):
        day = (now + timedelta(days=days)).isoformat(timespec="seconds")
        stand.by_hand("crm.item.update", entityTypeId=DEAL, id=int(ref), fields={"ufCrmReason": day})
    found, whole = await connector.ending("ends_on", after=now, before=now + timedelta(days=14))
    assert ([one.lead_ref for one in found], whole) == ([soon], True)
    with pytest.raises(Misconfigured):
        await connector.ending("other", after=now, before=now)
    await connector.close()


async def test_the_robot_is_installed_and_brought_up_to_date(stand: BitrixStand) -> None:
    connector = stand.connector()
    await connector.automate("https://old.example/")
    await connector.automate(HANDLER)
    await connector.close()
    assert [(code, one["HANDLER"], one["USE_SUBSCRIPTION"]) for code, one in stand.fake.portal.robots.items()] == [
        (CODE, HANDLER, "Y")
    ]
    webhook = BitrixStand(stand.fake, stand.data_dir, application=False).connector()
    with pytest.raises(Misconfigured, match="приложение"):
        await webhook.automate(HANDLER)
    await webhook.close()


async def test_a_process_that_asks_for_a_call_is_told_once_what_came_of_it(stand: BitrixStand) -> None:
    connector, portal, number = stand.connector(), stand.fake.portal, phone()
    await connector.automate(HANDLER)
    ref = await stand.enter(number)
    token = stand.started(ref, rule="revive")
    (address, body) = portal.asked[0]
    (told,) = parse(form_text(body).encode())
    (change,) = await connector.touched([told])
    assert (address, change.kind, change.lead_ref, change.phone) == (HANDLER, "robot", ref, number)
    assert (change.rule, change.reply_to) == ("revive", token)

    for _ in range(2):  # the first answer may have been lost
        journal = Journal(begun={"reply"})
        await carry_out(connector.reply(token, {"outcome": "refused", "reason": "price"}), journal, _kept)
        assert journal.done
    assert [one["outcome"] for one in portal.waiting[token]] == ["refused"]
    await carry_out(connector.reply("stopped by a person", {"outcome": "busy"}), Journal(), _kept)

    stand.by_hand("crm.item.delete", entityTypeId=DEAL, id=int(ref))
    (gone,) = await connector.touched([told])
    assert (gone.phone, gone.reply_to) == ("", token), "he waits all the same"
    await connector.close()


async def _kept(_journal: Journal) -> None:
    return None


async def test_managers_meet_in_their_calendars_with_the_deal(stand: BitrixStand) -> None:
    number = phone()
    await deliver(stand.connector(), call(number))
    (deal,) = stand.fake.portal.of(DEAL)
    (event,) = stand.fake.portal.diary.values()
    assert (event["OWNER_ID"], event["UF_CRM_CAL_EVENT"]) == (USER, [f"D_{deal['id']}"])
    assert MANAGER in stand.settings().managers
