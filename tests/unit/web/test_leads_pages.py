"""Leads and lists over real HTTP: found, shown with their histories, imported from files, stopped, consented."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import zipfile
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from robot.crm.base import NewLead
from robot.crm.csv_table import ImportRefused
from robot.crm.import_jobs import WORKING, Phase
from robot.crm.reading_apart import read_apart
from robot.domain.access import Role
from robot.domain.calls import CallResult
from robot.domain.journal import Wanted
from robot.domain.outcomes import Outcome
from robot.web.routes import leads_import, stoplist_import
from tests.unit.web.office import BEARER, NOW, Office, Person, error_of

pytestmark = pytest.mark.unit

GOOD, BARRED, TWICE = "+79161234567", "+79161234568", "+79161234569"
LIST = (
    "Телефон;Имя;Компания;Город;ИНН\r\n"
    f"{GOOD};=HYPERLINK(1);ООО «Ромашка»;Москва;77\r\n"
    f"{BARRED};Пётр;;Москва;\r\n"
    f"8 916 123-45-69;Анна;;Москва;\r\n"
    f"{TWICE};Анна;;Москва;\r\n"
    "12;Никто;;;\r\n"
    "7,91612E+10;Порченый;;;\r\n"
)


@pytest.fixture
async def head(office: Office) -> Person:
    return await office.person()


async def send(office: Office, path: str, content: bytes) -> Any:
    return await office.client.post(path, data=content, headers=BEARER)


async def asked(person: Person, path: str, method: str = "GET", body: object = None) -> Any:
    response = await person.ask(method, path, body)
    assert response.status < 300, await response.text()
    return await response.json()


async def settled(office: Office, job: Any) -> Any:
    """The import when nothing of it is under way any more."""
    while job["phase"] in WORKING:
        await asyncio.sleep(0)
        job = await (await office.get(f"/api/leads/imports/{job['id']}")).json()
    return job


async def tried(office: Office, content: bytes, campaign: str = "cold") -> Any:
    response = await send(office, f"/api/leads/imports?campaign={campaign}&name=list.csv", content)
    assert response.status == 202, await response.text()
    return await settled(office, await response.json())


async def rows_of(office: Office, job: Any, query: str = "") -> list[tuple[int, str]]:
    page = await (await office.get(f"/api/leads/imports/{job['id']}/rows{query}")).json()
    return [(row["line"], row["kind"]) for row in page["items"]]


async def notes(office: Office) -> list[str]:
    return [one.what for one in await office.store.journal.changes(Wanted(), before=None, limit=20)]


async def test_leads_are_found_and_their_numbers_stay_masked(office: Office, head: Person) -> None:
    given = [NewLead(GOOD, "Пётр", "Ромашка"), NewLead("+74951234567", "Анна")]
    await office.store.leads.add(office.campaign.id, given, now=NOW)
    found = await asked(head, "/api/leads?words=ромаш&campaign=cold&state=queued")
    assert [(one["name"], one["task"]["campaign_title"]) for one in found["items"]] == [("Пётр", "Холодные")]
    assert (await asked(head, "/api/leads/count?words=4567")) == {"count": 2, "more": False}
    first = await asked(head, "/api/leads?limit=1")
    second = await asked(head, f"/api/leads?limit=1&after={first['next']}")
    assert [one["items"][0]["name"] for one in (first, second)] == ["Анна", "Пётр"]
    assert second["next"] == ""
    assert GOOD not in await (await head.ask("GET", "/api/leads")).text()
    assert await error_of(await head.ask("GET", "/api/leads?after=x")) == (422, "bad_cursor")
    assert (await head.ask("GET", "/api/leads?state=asleep")).status == 422


async def test_a_lead_has_his_whole_history_and_his_number_for_who_asks(office: Office, head: Person) -> None:
    await office.store.leads.add(
        office.campaign.id, [NewLead(GOOD, "Пётр", city="Москва", fields={"ИНН": "77"})], now=NOW
    )
    (claimed,) = await office.store.queue.claim(office.campaign, limit=1, now=NOW, node="a", lease=timedelta(minutes=1))
    call = uuid4()
    assert await office.store.attempts.begin(claimed, attempt_id=call, node="a", now=NOW)
    await office.store.attempts.finish(call, CallResult(Outcome.OPTED_OUT, NOW + timedelta(seconds=9)), retry_at=None)
    lead = claimed.lead.id
    card = await asked(head, f"/api/leads/{lead}")
    assert card["fields"] == {"ИНН": "77"}
    assert card["lead"]["stopped"] is True
    assert [one["reason"] for one in card["stops"]] != []
    kinds = {line["kind"]: line for line in card["history"]}
    assert kinds["call"]["call"] == str(call)
    assert kinds["call"]["code"] == "opted_out"
    assert {"came", "task", "stopped"} < set(kinds)
    assert GOOD not in await (await head.ask("GET", f"/api/leads/{lead}")).text()
    assert await asked(head, f"/api/leads/{lead}/phone", "POST") == {"phone": GOOD}
    assert "number_shown" in await notes(office)
    manager = await office.person(Role.MANAGER)
    assert (await manager.ask("POST", f"/api/leads/{lead}/phone")).status == 403
    assert await error_of(await head.ask("GET", "/api/leads/999")) == (404, "unknown_lead")


async def test_a_file_is_tried_out_then_imported_once(office: Office) -> None:
    await office.store.stop_list.add(BARRED, reason="просил", now=NOW)
    job = await tried(office, LIST.encode("cp1251"))
    assert job["phase"] == Phase.READY
    assert job["kinds"] == {"queued": 2, "stopped": 1, "merged": 1, "refused": 2}
    assert job["columns"][0] == {"header": "Телефон", "meaning": "phone"}
    assert job["columns"][-1] == {"header": "ИНН", "meaning": "ИНН"}
    lines = [(2, "queued"), (3, "stopped"), (4, "queued"), (5, "merged"), (6, "refused"), (7, "refused")]
    assert await rows_of(office, job) == lines
    assert await rows_of(office, job, "?kind=refused&limit=1&after=1") == [(7, "refused")]
    assert await office.claimed() == [], "a dry run writes nothing"
    assert await office.store.leads.find(GOOD) is None

    for _ in range(2):
        started = await office.post(f"/api/leads/imports/{job['id']}/start", {})
        assert started.status == 202
    done = await settled(office, await started.json())
    assert (done["phase"], done["kinds"], done["can_start"]) == (Phase.DONE, job["kinds"], False)
    assert sorted(await office.claimed()) == [GOOD, TWICE]
    assert (await notes(office)).count("leads_imported") == 1

    report = await office.get(f"/api/leads/imports/{job['id']}/report")
    text = (await report.read()).decode("utf-8-sig")
    assert text.count("\r\n") == 7
    assert ";=" not in text, "no formula runs in a spreadsheet"
    assert GOOD not in text

    again = await tried(office, LIST.encode())
    assert again["kinds"] == {"known": 2, "stopped": 1, "merged": 1, "refused": 2}


async def test_an_advertising_campaign_names_those_without_consent_and_who_can_hardly_be_called(office: Office) -> None:
    advertised = await tried(office, LIST.encode(), "other")
    assert advertised["kinds"]["no_consent"] == 3
    nowhere = await tried(office, b"phone\n+79161234567\n")
    assert nowhere["kinds"] == {"later": 1}, "without a city he may be called few hours a day"


def bomb() -> bytes:
    """A few bytes, and one cell a million rows below: the reader would keep all between in memory."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        cell = '<c r="XFD1048576"><v>1</v></c>'
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData><row>{cell}</row></sheetData></worksheet>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [("имя;город\nПётр;Москва\n".encode(), "Нет колонки с телефоном"), (bomb(), "слишком велика")],
    ids=["no-phone", "bomb"],
)
async def test_a_file_that_is_no_list_is_refused_in_words(office: Office, content: bytes, told: str) -> None:
    job = await tried(office, content)
    assert (job["phase"], job["can_start"]) == (Phase.FAILED, False)
    assert told in job["problem"]
    started = await (await office.post(f"/api/leads/imports/{job['id']}/start", {})).json()
    assert started["phase"] == Phase.FAILED


def ends_itself(_content: bytes) -> None:
    """As a process that took too much memory or time is ended."""
    os.kill(os.getpid(), signal.SIGKILL)


async def test_a_file_that_kills_its_reader_is_refused_and_hurts_nobody_else() -> None:
    with pytest.raises(ImportRefused, match="too large or too intricate"):
        await read_apart(ends_itself, b"")


async def test_a_huge_cell_is_one_bad_row(office: Office) -> None:
    job = await tried(office, b"phone;name\n+79161234567;" + b"x" * 100_000 + b"\n+79161234568;ok\n")
    assert job["kinds"] == {"refused": 1, "later": 1}


async def test_what_is_too_large_is_not_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leads_import, "MOST_BYTES", 100)
    monkeypatch.setattr(stoplist_import, "MOST_BYTES", 100)
    for path in ("/api/leads/imports?campaign=cold", "/api/stoplist/import"):
        assert await error_of(await send(office, path, b"x" * 101)) == (413, "too_large")
    assert await error_of(await send(office, "/api/leads/imports?campaign=none", b"x")) == (404, "unknown_campaign")
    assert await error_of(await office.get("/api/leads/imports/none")) == (404, "unknown_import")


async def test_the_stop_list_is_imported_with_a_look_at_it_first(office: Office) -> None:
    await office.store.leads.add(office.campaign.id, [NewLead(GOOD)], now=NOW)
    content = f"телефон;причина\n{GOOD};=просил\n+7812*;филиал\n12;\n+7*;\n".encode()
    looked = await (await send(office, "/api/stoplist/import?dry_run=true", content)).json()
    assert (looked["entries"], looked["patterns"], looked["closed"]) == (2, 1, 0)
    assert [row["line"] for row in looked["refused"]] == [4, 5]
    assert await office.store.stop_list.entries() == []
    done = await (await send(office, "/api/stoplist/import", content)).json()
    assert (done["entries"], done["closed"], done["refused_rows"]) == (2, 1, 2)
    again = await (await send(office, "/api/stoplist/import", content)).json()
    assert again["closed"] == 0
    check = await (await office.post("/api/stoplist/check", {"phone": "+78121234567"})).json()
    assert [one["entry"] for one in check["entries"]] == ["+7812*"]
    assert await error_of(await send(office, "/api/stoplist/import", b"%PDF")) == (422, "import_refused")
    await office.post("/api/stoplist/remove", {"entry": GOOD, "reason": "передумал"})
    (gone,) = (await (await office.get("/api/stoplist/removals")).json())["items"]
    assert (gone["reason"], GOOD in gone["entry"]) == ("передумал", False)


async def test_consents_are_looked_up(office: Office) -> None:
    await office.store.leads.add(office.campaign.id, [NewLead(GOOD)], now=NOW)
    given = {"phone": GOOD, "source": "договор", "given_at": "2026-11-20T10:00:00+03:00", "text": "Согласен"}
    assert (await office.post("/api/consents", given)).status == 201
    ledger = await (await office.get("/api/consents")).json()
    assert [line["source"] for line in ledger["items"]] == ["договор"]
    assert GOOD not in str(ledger)
    await office.post("/api/consents/revoke", {"phone": GOOD})
    (line,) = (await (await office.post("/api/consents/check", {"phone": GOOD})).json())["items"]
    assert line["revoked_at"] is not None
    assert (await (await office.post("/api/consents/check", {"phone": BARRED})).json())["items"] == []
