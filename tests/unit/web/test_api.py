"""The API over real HTTP: who may use it, what it changes, what it never shows."""

from __future__ import annotations

import json
from typing import Any

import pytest
import structlog

from robot.crm.base import NewLead
from robot.dialer.decision import Limit, Pace
from robot.domain.campaigns import CampaignState, QuotaState
from robot.web.auth import ListedTokens, bearer, hash_of, new_token
from robot.web.limits import MOST_SOURCES, RateLimit
from tests.unit.web.office import NOW, TOKEN, Office, error_of

pytestmark = pytest.mark.unit

PHONE = "+79161234567"
ADDRESSES = [
    ("GET", "/api/campaigns"),
    ("GET", "/api/spend"),
    ("GET", "/api/stoplist"),
    ("GET", "/api/stoplist/export"),
    ("GET", "/api/consents/export"),
    ("POST", "/api/leads"),
    ("POST", "/api/campaigns/cold/state"),
    ("POST", "/api/campaigns/cold/quota"),
    ("POST", "/api/stoplist"),
    ("POST", "/api/stoplist/remove"),
    ("POST", "/api/stoplist/check"),
    ("POST", "/api/consents"),
    ("POST", "/api/consents/revoke"),
    ("GET", "/%61pi/campaigns"),
    ("GET", "/api/nothing"),
]


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
async def test_nothing_answers_without_a_token(office: Office, method: str, address: str) -> None:
    for wrong in ({}, {"Authorization": ""}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer zv_1"}):
        response = await office.client.request(method, address, headers=wrong, json={})
        assert await error_of(response) == (401, "unauthorized")
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_without_users_and_tokens_only_probes_answer() -> None:
    async with Office(tokens=(), hooks={}) as office:
        assert (await office.client.post("/hooks/leads/cold")).status == 404
        for method, address in ADDRESSES:
            response = await office.client.request(method, address, headers={"Authorization": f"Bearer {TOKEN}"})
            assert await error_of(response) == (401, "unauthorized")
        for address in ("/healthz", "/readyz", "/metrics"):
            assert (await office.client.get(address)).status == 200


async def test_a_lead_is_a_new_request_unless_it_is_said_otherwise(office: Office) -> None:
    slow = await office.post("/api/leads", {"campaign": "cold", "phone": "84951234567", "urgent": False})
    fast = await office.post(
        "/api/leads",
        {
            "campaign": "cold",
            "phone": "8 916 123 45 67",
            "name": "=Пётр",
            "region": "Омская область",
            "score": 90,
            "fields": {"need": "карты"},
            "consent": {"source": "сайт", "given_at": "2026-11-20T10:00:00+03:00", "text": "да"},
        },
    )
    assert (slow.status, fast.status) == (202, 202)
    assert (await slow.json())["deadline"] is None
    assert (await fast.json())["deadline"] == "2026-11-23T09:01:00Z"
    lead = await office.store.leads.find(PHONE)
    assert lead is not None
    assert (lead.name, lead.fields, lead.zones) == (
        "Пётр",
        {"need": "карты", "region": "Омская область"},
        ("Asia/Omsk",),
    )
    assert len(await office.store.consents.ledger()) == 1
    assert await office.claimed() == [PHONE, "+74951234567"]


async def test_a_key_makes_a_repetition_harmless(office: Office) -> None:
    body = {"campaign": "cold", "phone": PHONE}
    one, two = [await (await office.post("/api/leads", body, **{"Idempotency-Key": "7"})).json() for _ in range(2)]
    other = await (await office.post("/api/leads", body)).json()
    assert one["id"] == two["id"] != other["id"]
    assert (one["again"], two["again"]) == (False, True)
    assert await error_of(await office.post("/api/leads", body, **{"Idempotency-Key": "7" * 201})) == (422, "invalid")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "campaign"),
        ({"campaign": "cold"}, "phone"),
        ({"campaign": "cold", "phone": 79161234567}, "phone"),
        ({"campaign": "cold", "phone": PHONE, "score": 101}, "score"),
        ({"campaign": "cold", "phone": PHONE, "priority": 1}, "priority"),
        ({"campaign": "cold", "phone": PHONE, "name": "я" * 201}, "name"),
        ({"campaign": "cold", "phone": PHONE, "fields": {"a": {"b": "c"}}}, "fields.a"),
        (
            {"campaign": "cold", "phone": PHONE, "consent": {"source": "", "given_at": "x", "text": "y"}},
            "consent.source",
        ),
        ([], "body"),
    ],
)
async def test_each_wrong_field_is_named_and_not_quoted(office: Office, body: Any, field: str) -> None:
    response = await office.post("/api/leads", body)
    assert response.status == 422
    error = (await response.json())["error"]
    assert field in error["fields"]
    assert PHONE not in json.dumps(error)
    assert any(word in error["fields"][field] for word in ("нуж", "нет"))


async def test_refusals_have_codes(office: Office) -> None:
    lead = {"campaign": "cold", "phone": PHONE}
    assert await error_of(await office.post("/api/leads", {**lead, "campaign": "nobody"})) == (404, "unknown_campaign")
    assert await error_of(await office.post("/api/leads", {**lead, "phone": "12345"})) == (422, "invalid")
    assert await error_of(await office.post("/api/leads", {**lead, "timezone": "Moscow"})) == (422, "invalid")
    assert await error_of(await office.post("/api/leads", {**lead, "campaign": "other"})) == (422, "no_consent")
    assert await error_of(await office.post("/api/leads", {**lead, "name": "я" * 70_000})) == (413, "too_large")
    assert await error_of(await office.get("/api/nothing")) == (404, "not_found")
    assert await error_of(await office.get("/api/stoplist/check")) == (405, "method_not_allowed")
    assert await error_of(await office.post("/api/campaigns/nobody/state", {"state": "paused"})) == (
        404,
        "unknown_campaign",
    )
    broken = await office.client.post("/api/leads", data=b"{", headers={"Authorization": f"Bearer {TOKEN}"})
    assert await error_of(broken) == (400, "bad_json")


async def test_messages_are_in_the_language_asked_for(office: Office) -> None:
    english = await office.post("/api/leads", {}, **{"Accept-Language": "en-US,en"})
    russian = await office.post("/api/leads", {})
    assert (await english.json())["error"]["fields"]["phone"] == "Field required"
    assert (await russian.json())["error"]["fields"]["phone"] == "нужно значение"
    assert english.headers["Cache-Control"] == "no-store"


async def test_the_head_of_sales_sees_and_changes_his_campaigns(office: Office) -> None:
    await office.hook({"phone": PHONE})
    office.board.note(office.campaign, Pace(2, Limit.CHANNELS, QuotaState(5, 1, 7), 1, room=2))
    listed = (await (await office.get("/api/campaigns")).json())["items"]
    cold, other = listed
    assert cold["quota"] == {"target": 5, "hard": False, "booked": 0, "remaining": 5, "met": False, "dials": 0}
    # Nobody knows his zone: the phone may ring when it is day in all of Russia.
    assert cold["requests"] == {"count": 1, "earliest_deadline": "2026-11-24T07:01:00Z"}
    assert cold["pace"]["sentence"].startswith("набираем 2: назначено 1 из 5")
    assert (cold["hours"], other["pace"], other["quota"]["target"]) == ("пн-пт 09:00-20:00", None, None)
    english = await (await office.get("/api/campaigns", **{"Accept-Language": "en"})).json()
    assert english["items"][0]["pace"]["sentence"].startswith("dialing 2: 1 of 5")

    changed = await (await office.post("/api/campaigns/cold/quota", {"quota": 12, "hard": True})).json()
    assert (changed["quota"]["target"], changed["quota"]["hard"]) == (12, True)
    for state in CampaignState:
        body = await (await office.post("/api/campaigns/cold/state", {"state": state.value})).json()
        assert body["state"] == state
        assert (await office.store.campaigns.get("cold")).state is state
    for wrong in ({"quota": -1}, {"quota": 1.5}, {"quota": "many"}, {"quota": 10**9}):
        assert (await office.post("/api/campaigns/cold/quota", wrong)).status == 422
    assert (await office.post("/api/campaigns/cold/state", {"state": "asleep"})).status == 422
    assert await (await office.get("/api/spend")).json() == {"spent_kopecks": 0, "ceiling_kopecks": 100_000}


async def test_the_decision_for_the_list_is_the_one_shown(office: Office) -> None:
    urgent = Pace(1, Limit.CHANNELS, QuotaState(5, 1, 7), 0, urgent=True)
    listed = Pace(3, Limit.CHANNELS, QuotaState(5, 1, 7), 0)
    for pace, shown in ((urgent, urgent), (listed, listed), (urgent, listed)):
        office.board.note(office.campaign, pace)
        assert office.board.last["cold"] == (shown, NOW)


async def test_the_stop_list_is_kept_and_shown_masked(office: Office) -> None:
    await office.store.leads.add(office.campaign.id, [NewLead(PHONE), NewLead("+74951234567")], now=NOW)
    assert await (await office.post("/api/stoplist", {"entry": "8 916 123-45-67", "reason": "=1+1"})).json() == {
        "closed": 1
    }
    assert await (await office.post("/api/stoplist", {"entry": "+7495*"})).json() == {"closed": 1}
    assert await office.claimed() == []
    text = await (await office.get("/api/stoplist")).text()
    assert "+7916*****67" in text
    assert "+7495*" in text
    assert PHONE not in text

    export = await office.get("/api/stoplist/export")
    raw = await export.read()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert f"{PHONE};".encode() in raw
    assert ";'=1+1" in raw.decode("utf-8-sig")
    assert export.headers["Content-Disposition"] == 'attachment; filename="stoplist.csv"'

    assert (await (await office.post("/api/stoplist/check", {"phone": "+74959999999"})).json())["stopped"] is True
    gone = await office.post("/api/stoplist/remove", {"entry": "+7495*", "reason": "ошибка"})
    assert gone.status == 200
    assert (await (await office.post("/api/stoplist/check", {"phone": "+74959999999"})).json())["stopped"] is False
    again = await office.post("/api/stoplist/remove", {"entry": "+7495*", "reason": "ошибка"})
    assert await error_of(again) == (404, "not_listed")
    assert (await office.post("/api/stoplist/remove", {"entry": PHONE, "reason": " "})).status == 422
    for entry in ("+7*", "*", "", "12345", "+7495*1"):
        assert (await office.post("/api/stoplist", {"entry": entry})).status == 422


async def test_consents_are_recorded_revoked_and_exported(office: Office) -> None:
    await office.store.leads.add(office.campaign.id, [NewLead(PHONE)], now=NOW)
    given = {"phone": PHONE, "source": "договор", "given_at": "2026-11-20T10:00:00+03:00", "text": "=Согласен"}
    assert (await office.post("/api/consents", given)).status == 201
    assert await error_of(await office.post("/api/consents", {**given, "phone": "+74951234567"})) == (
        404,
        "unknown_lead",
    )
    assert (await office.post("/api/consents", {**given, "given_at": "2026-11-20T10:00:00"})).status == 422
    assert (await office.post("/api/consents/revoke", {"phone": PHONE})).status == 200
    raw = (await (await office.get("/api/consents/export")).read()).decode("utf-8-sig")
    _, line, rest = raw.split("\r\n")
    assert line == f"{PHONE};договор;2026-11-20T07:00:00+00:00;'=Согласен;2026-11-23T09:00:00+00:00"
    assert rest == ""


async def test_the_log_says_who_and_never_whom(office: Office) -> None:
    with structlog.testing.capture_logs() as logs:
        await office.post("/api/leads", {"campaign": "cold", "phone": PHONE, "name": "Пётр"})
        await office.post("/api/stoplist", {"entry": PHONE, "reason": "Пётр просил"})
        await office.get("/api/stoplist/export")
        await office.post("/api/stoplist/remove", {"entry": PHONE, "reason": "передумал"})
    assert [entry["event"] for entry in logs] == [
        "request_received",
        "stop_added",
        "stop_list_exported",
        "stop_removed",
    ]
    assert all(entry["by"] == "crm" for entry in logs[1:])
    told = repr(logs)
    assert "9161234567" not in told
    assert "Пётр" not in told
    assert TOKEN not in told


async def test_a_fault_of_ours_tells_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails() -> None:
        raise RuntimeError(f"the number {PHONE} is to blame")

    async def is_away() -> None:
        error = RuntimeError("away")
        error.retryable = True  # type: ignore[attr-defined]
        raise error

    monkeypatch.setattr(office.store.campaigns, "all", fails)
    response = await office.get("/api/campaigns")
    assert await error_of(response) == (500, "internal")
    assert PHONE not in await response.text()
    monkeypatch.setattr(office.store.campaigns, "all", is_away)
    busy = await office.get("/api/campaigns")
    assert (busy.status, busy.headers["Retry-After"]) == (503, "2")


def test_tokens_are_kept_as_hashes() -> None:
    token = new_token()
    tokens = ListedTokens([f"a:{hash_of('other')}", f"b:{hash_of(token)}"])
    assert tokens.who(bearer(f"Bearer {token}")) == tokens.who(bearer(f"bearer  {token} ")) == "b"
    for wrong in (token, f"Bearer {hash_of(token)}", "Bearer ", "Bearer \udcff", f"Bearer {token * 9}"):
        assert tokens.who(bearer(wrong)) is None


def test_a_bucket_fills_by_the_minute_and_memory_is_bounded() -> None:
    limit = RateLimit(2)
    assert [limit.take("a", 0) == 0 for _ in range(3)] == [True, True, False]
    assert limit.take("a", 0) == 30
    assert limit.take("b", 0) == 0
    assert limit.take("a", 30) == 0
    for n in range(MOST_SOURCES + 10):
        limit.take(f"s{n}", 31)
    assert len(limit._buckets) == MOST_SOURCES
