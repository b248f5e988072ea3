"""The webhook of new requests, by those it is for and by those it is not."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from robot.crm.requests import Received, Request
from robot.domain.meetings import WorkingHours
from robot.settings_web import HookSettings
from robot.web.errors import Unusable
from robot.web.routes.hooks import read_request, source_of
from robot.web.services import INTAKE_AT_ONCE
from robot.web.signature import SIGNATURE, TIMESTAMP, check, sign
from tests.conftest import HANGS_S
from tests.unit.web.office import NOW, OTHER_SECRET, SECRET, Office, error_of

pytestmark = pytest.mark.unit

PETR = {"phone": "8 (916) 123-45-67", "name": "Пётр", "Город": "Омск", "utm_source": "yandex"}
PHONE = "+79161234567"
FORM = "application/x-www-form-urlencoded"


async def test_a_request_is_queued_first_with_a_minute_to_ring(office: Office) -> None:
    response = await office.hook(PETR)
    body = await response.json()

    assert response.status == 202
    assert body["status"] == "queued"
    assert body["deadline"] == "2026-11-23T09:01:00Z"
    assert body["waits_for"] == ""
    lead = await office.store.leads.find(PHONE)
    assert lead is not None
    assert (lead.name, lead.city, lead.fields) == ("Пётр", "Омск", {"utm source": "yandex"})
    assert await office.claimed() == [PHONE]


async def test_a_form_of_a_site_is_understood_in_its_encoding(office: Office) -> None:
    for number, (charset, encoding) in enumerate((("utf-8", "utf-8"), ("windows-1251", "cp1251"))):
        name = "".join(f"%{byte:02X}" for byte in "Пётр".encode(encoding))
        raw = f"Phone=%2B7495123450{number}&Name={name}&tranid=1&empty=".encode()
        response = await office.hook(raw, kind=f"{FORM}; charset={charset}")
        assert response.status == 202
        lead = await office.store.leads.find(f"+7495123450{number}")
        assert lead is not None
        assert (lead.name, lead.fields) == ("Пётр", {"tranid": "1"})


async def test_the_settings_say_where_the_fields_lie() -> None:
    hook = {
        "secret": SECRET,
        "fields": {"phone": "contact.phones.0.value", "name": "contact.name", "request_id": "deal.id"},
        "consent_source": "сайт",
        "consent_text": "Согласен на звонки",
    }
    body = {"contact": {"name": "Анна", "phones": [{"value": 79161234567}]}, "deal": {"id": 7}, "name": "Сделка 7"}
    async with Office(hooks={"cold": hook}) as office:
        assert (await office.hook(body)).status == 202
        lead = await office.store.leads.find(PHONE)
        (line,) = await office.store.consents.ledger()
    assert lead is not None
    assert (lead.name, lead.fields) == ("Анна", {})
    assert (line.phone, line.consent.source, line.consent.given_at) == (PHONE, "сайт", NOW)


async def test_the_same_request_again_is_answered_alike_and_done_once(office: Office) -> None:
    first = await (await office.hook(PETR)).json()
    assert await office.claimed() == [PHONE]
    again = await (await office.hook(PETR)).json()

    assert (again["id"], again["again"], first["again"]) == (first["id"], True, False)
    assert await office.claimed() == []


async def test_a_request_that_names_itself_is_one_however_it_is_signed(office: Office) -> None:
    first = await (await office.hook({**PETR, "request_id": "a-1"})).json()
    office.clock += timedelta(hours=1)
    again = await (await office.hook({**PETR, "request_id": "a-1", "name": "Пётр И."})).json()
    other = await (await office.hook({**PETR, "request_id": "a-2"})).json()

    assert again["id"] == first["id"] != other["id"]


async def test_many_at_once_are_one(office: Office) -> None:
    responses = await asyncio.gather(*(office.hook(PETR) for _ in range(10)))
    assert {response.status for response in responses} == {202}
    assert len({(await response.json())["id"] for response in responses}) == 1


async def test_hundreds_at_once_leave_the_node_to_its_talks(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, receive = 0, 0, office.store.requests.receive

    async def watched(request: Request, *, now: datetime) -> Received:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        try:
            for _ in range(20):
                await asyncio.sleep(0)  # as a database takes its time
            return await receive(request, now=now)
        finally:
            inside -= 1

    monkeypatch.setattr(office.store.requests, "receive", watched)
    people = [{**PETR, "phone": f"+7916123{number:04}"} for number in range(60)]
    responses = await asyncio.gather(*(office.hook(person) for person in people))

    assert [response.status for response in responses] == [202] * 60
    assert most == INTAKE_AT_ONCE


async def test_who_gives_up_waiting_has_his_request_taken_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, free, receive = asyncio.Event(), asyncio.Event(), office.store.requests.receive

    async def hangs(request: Request, *, now: datetime) -> Received:
        arrived.set()
        await free.wait()
        return await receive(request, now=now)

    monkeypatch.setattr(office.store.requests, "receive", hangs)
    site = asyncio.create_task(office.hook(PETR))
    async with asyncio.timeout(HANGS_S):
        await arrived.wait()
        site.cancel()
        while office.connections:
            await asyncio.sleep(0)
        free.set()
        while await office.store.leads.find(PHONE) is None:
            await asyncio.sleep(0)
    assert await office.claimed() == [PHONE]


async def test_a_recorded_request_is_refused_five_minutes_later(office: Office) -> None:
    assert (await office.hook(PETR, at=NOW - timedelta(minutes=5))).status == 202
    late = await office.hook(PETR, at=NOW - timedelta(minutes=5, seconds=1))
    early = await office.hook(PETR, at=NOW + timedelta(minutes=5, seconds=1))
    assert await error_of(late) == await error_of(early) == (401, "stale_timestamp")


async def test_nobody_else_gets_in(office: Office) -> None:
    raw = json.dumps(PETR).encode()
    stamp = str(int(NOW.timestamp()))
    good = sign(SECRET, stamp, raw)
    wrong: list[dict[str, str]] = [
        {TIMESTAMP: stamp},
        {SIGNATURE: good},
        {TIMESTAMP: stamp, SIGNATURE: sign("x" * 40, stamp, raw)},
        {TIMESTAMP: stamp, SIGNATURE: sign(SECRET, stamp, raw + b" ")},
        {TIMESTAMP: str(int(stamp) + 1), SIGNATURE: good},
        {TIMESTAMP: stamp, SIGNATURE: good[:-1]},
        {TIMESTAMP: stamp, SIGNATURE: good.removeprefix("sha256=")},
        {TIMESTAMP: f"{stamp}.0", SIGNATURE: good},
        {TIMESTAMP: "-1", SIGNATURE: good},
        {TIMESTAMP: "9" * 400, SIGNATURE: good},
    ]
    for headers in wrong:
        response = await office.client.post("/hooks/leads/cold", data=raw, headers=headers)
        assert await error_of(response) == (401, "bad_signature")
    assert await error_of(await office.hook(PETR, secret=OTHER_SECRET)) == (401, "bad_signature")
    assert await error_of(await office.hook(PETR, to="other")) == (401, "bad_signature")
    assert await office.store.leads.find(PHONE) is None


async def test_campaigns_nobody_set_up(office: Office) -> None:
    for slug in ("nobody", "cold'--", "..%2Fcold", "%00", "х" * 300):
        assert await error_of(await office.hook(PETR, to=slug)) == (404, "unknown_campaign")
    async with Office(hooks={"gone": {"secret": SECRET}}) as other:
        assert await error_of(await other.hook(PETR, to="gone")) == (404, "unknown_campaign")


async def test_the_old_secret_is_taken_while_the_sender_changes_it() -> None:
    async with Office(hooks={"cold": {"secret": SECRET, "previous": OTHER_SECRET}}) as office:
        assert (await office.hook(PETR, secret=OTHER_SECRET)).status == 202
        assert (await office.hook(PETR, secret=SECRET)).status == 202


@pytest.mark.parametrize(
    ("body", "kind", "refusal"),
    [
        (b"", "application/json", (400, "bad_json")),
        (b"[1]", "application/json", (400, "bad_json")),
        (b'"phone"', "application/json", (400, "bad_json")),
        (b'{"phone": NaN}', "application/json", (400, "bad_json")),
        (b'{"phone": ' + b"9" * 5000 + b"}", "application/json", (400, "bad_json")),
        (b"[" * 50_000, "application/json", (400, "bad_json")),
        ('{"phone": "Пётр"}'.encode("cp1251"), "application/json", (400, "bad_encoding")),
        (b"phone=%FF%FE", FORM, (400, "bad_encoding")),
        ("phone=Пётр".encode(), FORM, (400, "bad_encoding")),
        (b"phone=1", f"{FORM}; charset=utf-7", (400, "bad_encoding")),
        (b"nothing", FORM, (400, "bad_form")),
        (b"&".join(b"a%d=1" % n for n in range(500)), FORM, (400, "bad_form")),
        (b"<phone/>", "application/xml", (415, "unsupported_media_type")),
        (b"{}", "application/json", (422, "invalid")),
        (b'{"phone": {"$gt": ""}}', "application/json", (422, "invalid")),
        (b'{"phone": "\' OR 1=1 --"}', "application/json", (422, "invalid")),
        (b'{"phone": "+79161234567", "score": "1000"}', "application/json", (422, "invalid")),
        (json.dumps({f"f{n}": 1 for n in range(500)}).encode(), "application/json", (422, "invalid")),
        (json.dumps({**PETR, "name": "я" * 300}).encode(), "application/json", (422, "invalid")),
        (b'{"phone": "+78091234567"}', "application/json", (422, "premium")),
        (b'{"phone": "+12025550123"}', "application/json", (422, "international")),
    ],
)
async def test_hostile_bodies_are_refused_with_a_code(
    office: Office, body: bytes, kind: str, refusal: tuple[int, str]
) -> None:
    assert await error_of(await office.hook(body, kind=kind)) == refusal
    assert await office.claimed() == []


async def test_names_that_run_elsewhere_are_text_here(office: Office) -> None:
    hostile = {"phone": "+79161234567", "name": "'; DROP TABLE leads; --", "company": "=cmd|' /C calc'!A0\x00\r\nX: y"}
    assert (await office.hook(hostile)).status == 202
    lead = await office.store.leads.find(PHONE)
    assert lead is not None
    assert (lead.name, lead.company) == ("; DROP TABLE leads; --", "cmd|' /C calc'!A0 X: y")


async def test_too_much_is_not_even_read(office: Office) -> None:
    assert await error_of(await office.hook(b"x" * (64 * 1024 + 1))) == (413, "too_large")

    async def endless() -> Any:
        for _ in range(100):
            yield b"x" * 1024

    response = await office.client.post("/hooks/leads/cold", data=endless())
    assert await error_of(response) == (413, "too_large")
    packed = await office.hook(PETR, headers={"Content-Encoding": "br"})
    assert packed.status in {400, 415}


async def test_an_address_that_asks_too_often_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.web.limits.MINUTE_S", 60 * HANGS_S)  # no place becomes free meanwhile
    async with Office(per_minute=3) as office:
        statuses = [(await office.hook(PETR)).status for _ in range(3)]
        refused = await office.hook(PETR)
        assert statuses == [202, 202, 202]
        assert await error_of(refused) == (429, "too_many")
        assert 1 <= int(refused.headers["Retry-After"]) <= 20 * HANGS_S
        forged = await office.hook(PETR, headers={"X-Forwarded-For": "10.0.0.1"})
        assert forged.status == 429


async def test_behind_a_proxy_of_ours_each_client_has_its_own_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.web.limits.MINUTE_S", 60 * HANGS_S)
    async with Office(per_minute=1, proxies=("127.0.0.1",)) as office:
        told = [await office.hook(PETR, headers={"X-Forwarded-For": f"6.6.6.6, 10.0.0.{n}"}) for n in (1, 2, 1)]
    assert [response.status for response in told] == [202, 202, 429]


async def test_who_asked_not_to_be_called_is_not_called_and_a_paused_campaign_says_so(office: Office) -> None:
    await office.store.stop_list.add(PHONE, reason="", now=NOW)
    assert await error_of(await office.hook(PETR)) == (422, "stopped")
    await office.client.post(
        "/api/campaigns/cold/state", json={"state": "paused"}, headers={"Authorization": "Bearer zv_0123456789"}
    )
    paused = await (await office.hook({"phone": "+74951234567"})).json()
    assert (paused["status"], paused["waits_for"]) == ("queued", "paused")


async def test_what_keeps_a_campaign_from_dialing_is_told(office: Office) -> None:
    async def waits_for(number: int) -> str:
        return str((await (await office.hook({"phone": f"+7495123456{number}"})).json())["waits_for"])

    assert await waits_for(0) == ""
    await office.store.managers.ensure("Анна", WorkingHours(), campaigns=[])
    assert await waits_for(1) == "no_slots"
    await office.store.campaigns.set_quota("cold", 0)
    assert await waits_for(2) == "quota_met"


async def test_at_night_the_answer_tells_the_morning(office: Office) -> None:
    office.clock = NOW.replace(hour=20)  # 23:00 in Moscow
    body = await (await office.hook({"phone": "+74951234567"})).json()
    assert (body["waits_for"], body["rings_from"]) == ("hours", "2026-11-24T06:00:00Z")


async def test_no_number_and_no_secret_is_logged(office: Office) -> None:
    with structlog.testing.capture_logs() as logs:
        await office.hook(PETR)
        await office.hook({"phone": "+78091234567", "name": "Пётр"})
        await office.hook(PETR, secret="x" * 40)
    told = repr(logs)
    assert logs
    assert "9161234567" not in told
    assert "8091234567" not in told
    assert "Пётр" not in told
    assert SECRET not in told


@pytest.mark.parametrize(
    ("remote", "forwarded", "source"),
    [
        ("1.1.1.1", [], "1.1.1.1"),
        ("1.1.1.1", ["2.2.2.2"], "1.1.1.1"),
        ("9.9.9.9", ["2.2.2.2"], "2.2.2.2"),
        ("9.9.9.9", ["6.6.6.6, 2.2.2.2"], "2.2.2.2"),
        ("9.9.9.9", ["6.6.6.6", "2.2.2.2, 9.9.9.8"], "2.2.2.2"),
        ("9.9.9.9", [], "9.9.9.9"),
    ],
)
def test_only_our_proxies_are_believed(remote: str, forwarded: list[str], source: str) -> None:
    assert source_of(remote, forwarded, ("9.9.9.9", "9.9.9.8")) == source


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["phone", "name", "request_id", "согласие", "score", "x", "a"]), JSON))
def test_any_object_is_a_lead_or_a_refusal(document: dict[str, Any]) -> None:
    hook = HookSettings(secret=SECRET, fields={"city": "a.b.0"})  # type: ignore[arg-type]
    try:
        lead, told = read_request(document, hook, now=NOW)
    except Unusable:
        return
    assert lead.phone.startswith("+")
    assert len(told) <= 200


def test_the_signature_of_the_documentation() -> None:
    made = sign("k" * 32, "1795255200", b'{"phone":"+79161234567"}')
    assert check(["", "k" * 32], "1795255200", made.upper().replace("SHA256", "sha256"), b'{"phone":"+79161234567"}',
                 now=NOW.fromtimestamp(1795255200, NOW.tzinfo)) == made  # fmt: skip
