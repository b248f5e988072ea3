"""What is set in the browser: the company, campaigns, managers, CRMs; and test calls, by the rules of every call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientResponse

from robot.calls.ports import PhraseSource
from robot.crm.section import CrmSection
from robot.crm.throttle import MemoryThrottle
from robot.demo.past import tone_line, tone_town
from robot.domain.access import Role
from robot.domain.campaigns import Campaign
from robot.domain.company import TrialEnd
from robot.domain.journal import Wanted
from robot.settings import Settings
from robot.speech.fake import FakeVoice
from robot.speech.phrases import PhraseCache
from robot.storage.memory import MemoryStorage
from robot.storage.store import Storage
from robot.web.settings_ports import CrmMapping
from robot.wiring.crm_desk import CrmDesk
from robot.wiring.plant import NodePlant
from telephony.base import Call, CallSpec, Line
from telephony.simulated.line import SimulatedLine
from tests.unit.web.office import NOW, Office, Person, error_of

pytestmark = pytest.mark.unit

PHONE = "+79161234567"
COMPANY = {
    "company_name": "Ромашка",
    "company_does": "возим цветы",
    "robot_name": "Ольга",
    "introduction": "",
    "number_source": "",
    "meeting_with": "",
    "meeting_format": "",
}
ODOO = {"url": "https://crm.example.com", "database": "x", "key": "k", "login": "robot", "stages": {"new": "1"}}


@dataclass
class Node:
    settings: Settings
    storage: Storage
    line: Line
    trial_voice: PhraseSource


class SettledOffice(Office):
    """With a robot behind it: a line that nobody runs yet, voices, a CRM."""

    def __init__(self, home: Path) -> None:
        store = MemoryStorage()
        settings = Settings(data_dir=home, line="simulated", crm={"odoo": ODOO})  # type: ignore[arg-type]
        self.crms = CrmDesk(settings, store.kept_settings, MemoryThrottle())
        self.line: SimulatedLine = tone_line(tone_town(1))
        self.voice = FakeVoice()
        phrases = PhraseCache(self.voice, home / "phrases")
        self.plant = NodePlant(Node(self.crms.settings, store, self.line, phrases), self.crms)
        super().__init__(store, plant=self.plant)

    async def as_ops(self) -> Person:
        return await self.person(Role.OPS)

    async def last_change(self) -> tuple[str, str, Any, Any]:
        (change,) = await self.store.journal.changes(Wanted(), before=None, limit=1)
        return change.what, change.subject, change.before, change.after


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[SettledOffice]:
    async with SettledOffice(tmp_path) as running:
        yield running
        await running.plant.close()


async def body(response: ClientResponse, status: int = 200) -> Any:
    told = await response.json()
    assert response.status == status, told
    return told


async def fields_of(response: ClientResponse) -> set[str]:
    assert response.status == 422
    return set((await response.json())["error"]["fields"])


async def test_the_company_speaks_in_every_campaign_but_where_one_speaks_for_itself(office: SettledOffice) -> None:
    ops = await office.as_ops()
    await office.store.campaigns.ensure(Campaign(0, "own", "Своя", "cold_call", facts={"company.name": "Лютик"}))
    assert await body(await ops.ask("PUT", "/api/settings/company", COMPANY)) == COMPANY
    assert await body(await ops.ask("GET", "/api/settings/company")) == COMPANY
    cold, own = await office.store.campaigns.get("cold"), await office.store.campaigns.get("own")
    assert cold.facts == {"company.name": "Ромашка", "company.does": "возим цветы", "robot.name": "Ольга"}
    assert own.facts == {"company.name": "Лютик", "company.does": "возим цветы", "robot.name": "Ольга"}
    assert await office.last_change() == (
        "company_changed",
        "",
        {"company_name": "", "company_does": "", "robot_name": ""},
        {"company_name": "Ромашка", "company_does": "возим цветы", "robot_name": "Ольга"},
    )
    await body(await ops.ask("PUT", "/api/settings/company", {**COMPANY, "company_name": "Пион", "company_does": ""}))
    cold, own = await office.store.campaigns.get("cold"), await office.store.campaigns.get("own")
    assert cold.facts == {"company.name": "Пион", "robot.name": "Ольга"}
    assert own.facts == {"company.name": "Лютик", "robot.name": "Ольга"}
    made = await office.store.campaigns.ensure(Campaign(0, "new", "Новая", "cold_call"))
    assert made.facts == {"company.name": "Пион", "robot.name": "Ольга"}
    assert (await ops.ask("PUT", "/api/settings/company", {"company_name": "x" * 501})).status == 422


async def test_a_campaign_is_created_and_changed_by_what_is_named(office: SettledOffice) -> None:
    ops = await office.as_ops()
    new = {"slug": "spring", "title": "Весна", "script": "cold_call", "hours": "пн-пт 10:00-18:00"}
    new["priority"] = "revival"
    made = await body(await ops.ask("POST", "/api/settings/campaigns", new), 201)
    assert (made["hours"], made["quota"], made["priority"]) == ("пн-пт 10:00-18:00", None, "revival")
    assert await error_of(await ops.ask("POST", "/api/settings/campaigns", new)) == (409, "name_taken")

    change = {"max_attempts": 5, "facts": {"product": "цветы", "price": ""}, "managers_by": ["region", "region"]}
    changed = await body(await ops.ask("PATCH", "/api/settings/campaigns/spring", change))
    assert (changed["max_attempts"], changed["facts"], changed["managers_by"]) == (5, {"product": "цветы"}, ["region"])
    assert changed["title"] == "Весна"
    assert await office.last_change() == (
        "campaign_changed",
        "spring",
        {"max_attempts": 3, "managers_by": ""},
        {"max_attempts": 5, "managers_by": "region", "product": "цветы"},
    )
    await body(await ops.ask("PATCH", "/api/settings/campaigns/spring", change))
    assert len(await office.store.journal.changes(Wanted(what="campaign_changed"), before=None, limit=9)) == 1
    stored = await office.store.campaigns.get("spring")
    assert (stored.max_attempts, stored.quota, stored.window.text) == (5, None, "пн-пт 10:00-18:00")
    listed = await body(await ops.ask("GET", "/api/settings/campaigns"))
    assert [one["slug"] for one in listed["items"]] == ["cold", "other", "spring"]


async def test_what_cannot_be_used_is_named_and_changes_nothing(office: SettledOffice) -> None:
    ops = await office.as_ops()
    before = await office.store.campaigns.get("cold")
    wrong = {
        "hours": "всегда",
        "timezone": "Moscow",
        "script": "no_such",
        "inbound_script": "../../etc/passwd",
        "voice": "nobody/olga",
    }
    refused = await ops.ask("PATCH", "/api/settings/campaigns/cold", wrong)
    assert await fields_of(refused) == set(wrong)
    for one in ({"max_attempts": 0}, {"priority": "first"}, {"facts": {"__class__": "x"}}, {"slug": "b"}):
        assert (await ops.ask("PATCH", "/api/settings/campaigns/cold", one)).status == 422
    assert await office.store.campaigns.get("cold") == before
    assert await error_of(await ops.ask("PATCH", "/api/settings/campaigns/x", {})) == (404, "unknown_campaign")


async def test_what_can_be_chosen_is_what_is_there(office: SettledOffice) -> None:
    found = await body(await (await office.as_ops()).ask("GET", "/api/settings/choices"))
    assert "cold_call" in {one["name"] for one in found["scripts"]}
    assert {one["name"] for one in found["voices"]} == {"piper", "rhvoice", "festival", "pyttsx3"}
    assert found["goals"] == ["meeting", "qualified", "agreed"]


async def test_managers_are_added_and_changed(office: SettledOffice) -> None:
    ops = await office.as_ops()
    pavel = {
        "name": "Павел",
        "opens": "11:00",
        "closes": "19:30",
        "weekdays": [0, 1],
        "buffer_minutes": 15,
        "days_off": "2026-12-28..2027-01-11",
        "email": "pavel@example.com",
        "regions": ["Омск"],
        "campaigns": ["cold", "other"],
    }
    made = await body(await ops.ask("POST", "/api/managers", pavel), 201)
    assert (made["opens"], made["closes"], made["regions"]) == ("11:00", "19:30", ["омск"])
    assert made["campaigns"] == ["cold", "other"]
    assert await error_of(await ops.ask("POST", "/api/managers", pavel)) == (409, "name_taken")
    address = f"/api/managers/{made['id']}"
    changed = await body(await ops.ask("PUT", address, {**pavel, "campaigns": ["cold"], "opens": "12:00"}))
    assert (changed["opens"], changed["campaigns"]) == ("12:00", ["cold"])
    assert (await office.last_change())[2:] == (
        {"opens": "11:00", "campaigns": "cold, other"},
        {"opens": "12:00", "campaigns": "cold"},
    )
    head = await office.person()
    listed = await body(await head.ask("GET", "/api/managers"))
    assert [(one["name"], one["campaigns"]) for one in listed["items"]] == [("Анна", ["cold"]), ("Павел", ["cold"])]

    wrong = {"timezone": "Moscow", "opens": "19:30", "country": "ZZ", "days_off": "вчера", "campaigns": ["nobody"]}
    expected = {"timezone", "closes", "country", "days_off", "campaigns"}
    assert await fields_of(await ops.ask("PUT", address, {**pavel, **wrong})) == expected
    assert await fields_of(await ops.ask("PUT", address, {**pavel, "name": "Пётр"})) == {"name"}
    assert (await ops.ask("PUT", "/api/managers/99", pavel)).status == 404
    assert (await ops.ask("PUT", "/api/managers/x", pavel)).status == 404


# Test calls


async def test_the_line_is_told_as_it_is(office: SettledOffice) -> None:
    ops = await office.as_ops()
    down = await body(await ops.ask("GET", "/api/telephony"))
    assert (down["ok"], down["kind"], down["channels"], down["trials"]) == (False, "simulated", 8, [])
    assert down["detail"]
    running = asyncio.create_task(office.line.run())
    try:
        while not (await office.line.health()).ok:
            await asyncio.sleep(0)
        up = await body(await ops.ask("GET", "/api/telephony"))
        assert (up["ok"], up["detail"]) == (True, "")
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_a_test_call_holds_to_the_rules_of_every_call(
    office: SettledOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telephony.simulated.line._START_WAIT_S", 0.01)
    ops = await office.as_ops()

    async def asked(phone: str) -> tuple[int, str]:
        answered = await ops.ask("POST", "/api/telephony/test-call", {"phone": phone})
        return (202, "") if answered.status == 202 else await error_of(answered)

    await office.store.stop_list.add(PHONE, reason="", now=NOW)
    assert await asked(PHONE) == (422, "stopped")
    assert await asked("+14155550100") == (422, "international")
    assert await asked("112") == (422, "invalid")
    office.clock = NOW.replace(hour=17)
    for late in ("+74951234567", "+79261234567"):  # eight in the evening in Moscow, where a mobile is taken to be
        assert await asked(late) == (422, "hours")
    assert await asked("+74012123456") == (202, "")  # an hour less in Kaliningrad
    assert office.plant._calling is not None
    await asyncio.wait([office.plant._calling])
    assert await office.store.spending.spent(office.clock) == 0
    assert len(await office.store.trial_calls.latest(now=office.clock, limit=9)) == 1


async def test_a_test_call_that_is_not_answered_costs_nothing_and_says_why(
    office: SettledOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ops, given_up, dial = await office.as_ops(), asyncio.Event(), office.line.dial

    async def dials(spec: CallSpec) -> Call:
        await given_up.wait()
        return await dial(spec)

    monkeypatch.setattr("telephony.simulated.line._START_WAIT_S", 0.01)
    monkeypatch.setattr(office.line, "dial", dials)
    begun = await body(await ops.ask("POST", "/api/telephony/test-call", {"phone": "8 495 123-45-67"}), 202)
    assert (begun["phone"], begun["code"], begun["text"]) == ("+7495*****67", "", "Звоним")
    assert await office.store.spending.spent(office.clock) > 0
    again = await ops.ask("POST", "/api/telephony/test-call", {"phone": "8 495 123-45-68"})
    assert await error_of(again) == (409, "call_under_way")
    given_up.set()
    assert office.plant._calling is not None
    await asyncio.wait([office.plant._calling])
    (trial,) = (await body(await ops.ask("GET", "/api/telephony")))["trials"]
    assert (trial["code"], trial["answered"], trial["by"]) == ("line_down", False, ops.user.name)
    assert await office.store.spending.spent(office.clock) == 0
    assert await office.last_change() == ("test_call_made", "+7495*****67", {}, {})


async def test_the_ceiling_and_the_limit_of_a_day_hold_for_test_calls(office: SettledOffice) -> None:
    trials, spending = office.store.trial_calls, office.store.spending
    codes = []
    for _ in range(4):
        call_id = uuid4()
        codes.append(await trials.begin(call_id, PHONE, by="test", now=NOW))
        await trials.end(call_id, TrialEnd("completed", True, True, 20.0), now=NOW)
    assert codes == ["", "", "", "contact_limit"]
    spent = await spending.spent(NOW)
    assert 0 < spent < 3 * 1000
    first = (await trials.latest(now=NOW, limit=1))[0]
    assert first.end == TrialEnd("completed", True, True, 20)
    await trials.end(first.id, TrialEnd("completed", True, True, 900.0), now=NOW)  # told twice
    assert await spending.spent(NOW) == spent


# CRMs


async def test_a_mapping_holds_at_once_for_connectors_that_were_made_before(office: SettledOffice) -> None:
    held = office.crms.settings.crm.used()["odoo"]
    assert isinstance(held, CrmSection)
    assert dict(held.stages) == {"new": "1"}
    ops = await office.as_ops()
    assert (await body(await ops.ask("GET", "/api/settings/crm")))["items"] == ["odoo"]
    mapping = {"stages": {"new": "1", "meeting": "7"}, "managers": {"Анна": "12"}}
    await office.crms.set_mapping("odoo", CrmMapping(mapping["stages"], mapping["managers"]))
    assert (dict(held.stages), held.user_of("Анна")) == ({"new": "1", "meeting": "7"}, "12")

    other_node = CrmDesk(office.plant._node.settings, office.store.kept_settings, MemoryThrottle())
    told = await other_node.mapping("odoo")
    assert (told.stages, told.managers) == ({"new": "1", "meeting": "7"}, {"Анна": "12"})
    assert await error_of(await ops.ask("GET", "/api/settings/crm/amocrm")) == (404, "unknown_crm")


async def test_when_the_weeks_report_is_sent_is_set_and_noted(office: Office) -> None:
    head = await office.person()
    told = await (await head.ask("GET", "/api/settings/weekly")).json()
    assert told == {"weekday": 0, "hour": 9, "to": [], "letters": False}
    given = {"weekday": 4, "hour": 18, "to": [" Anna@Пример.рф ", "Anna@пример.рф", ""]}
    kept = await (await head.ask("PUT", "/api/settings/weekly", given)).json()
    assert (kept["weekday"], kept["hour"], kept["to"]) == (4, 18, ["Anna@xn--e1afmkfd.xn--p1ai"])
    assert (await office.store.weekly.schedule()).since == office.clock
    for wrong in ({"to": ["nobody"]}, {"to": ["a@b.ru, c@d.ru"]}, {"to": [], "hour": 24}, {"to": ["a@b.ru"] * 21}):
        assert (await head.ask("PUT", "/api/settings/weekly", wrong)).status == 422
    (change,) = await office.store.journal.changes(Wanted("weekly_report_changed"), before=None, limit=9)
    assert change.after == {"weekday": 4, "hour": 18, "addresses": 1}
