"""Bitrix24's words and ours, on rows as the vendor's documentation shows them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from robot.crm.bitrix24 import hooks, mapping
from robot.crm.bitrix24.client import error_of, id_of
from robot.crm.bitrix24.settings import Settings
from robot.crm.connector import Busy
from robot.crm.errors import Limited, Misconfigured, NotThere, Refused, Unauthorized, Unreachable
from robot.crm.forms import form_text
from robot.crm.http import Answer
from robot.crm.report import Said
from robot.crm.touched import Touched

pytestmark = pytest.mark.unit

FIXTURES = files("robot.crm.bitrix24") / "fixtures"
HOOK = {"webhook": "https://firma.bitrix24.ru/rest/1/code/"}


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


def test_busy_times_are_taken_in_utc() -> None:
    starts = datetime(2024, 12, 2, 17, tzinfo=UTC)
    assert mapping.busy_of(fixture("accessibility.json"), {"Ольга": "1", "Пётр": "34"}) == [
        Busy("Ольга", starts, starts + timedelta(hours=1)),
        Busy("Ольга", starts, starts + timedelta(days=1)),
    ]
    assert mapping.busy_of([], {"Ольга": "1"}) == []
    both = mapping.busy_of(fixture("accessibility.json"), {"Ольга": "1", "Анна": "1"})
    assert [one.manager for one in both] == ["Ольга", "Ольга", "Анна", "Анна"], "one user, and both are busy"


def test_a_lead_is_read_with_the_first_number_that_can_be_dialed() -> None:
    settings = Settings.model_validate(HOOK | {"stages": {"callback": "STALLED"}, "fields": {"need": "ufCrmNeed"}})
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    change = mapping.change_of("k", "stage", at, fixture("lead.json"), settings, stage="STALLED")
    assert (change.phone, change.name, change.company) == ("+79161234567", "Пётр Иванов", "Ромашка")
    assert (change.stage, change.fields, change.key) == ("callback", {"need": "реклама"}, "bitrix24:k")


def test_a_webhook_tells_the_id_alone() -> None:
    body = (FIXTURES / "lead_update.form").read_bytes()
    (told,) = hooks.parse(body)
    assert told == Touched("lead", "1000983", token="51856fefc120afa4b628cc82d3935cce")
    assert hooks.genuine(told, told.token)
    assert not hooks.genuine(told, "another")
    assert not hooks.genuine(told, "")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"event": "ONCRMLEADDELETE", "data": {"FIELDS": {"ID": "5"}}}, [Touched("lead", "5", deleted=True)]),
        ({"event": "ONCRMACTIVITYADD", "data": {"FIELDS": {"ID": "6"}}}, [Touched("task", "6")]),
        ({"document_id": ["crm", "CCrmDocumentLead", "LEAD_77"]}, [Touched("lead", "77")]),
        ({"document_id": ["crm", "CCrmDocumentDeal", "DEAL_77"]}, [Touched("deal", "77")]),
        ({"document_id": ["crm", "CCrmDocumentLead", "LEAD_77"], "event_token": "x" * 1001}, [Touched("lead", "77")]),
        ({"document_id": ["crm", "CCrmDocumentLead", "LEAD_x"], "event_token": "x"}, []),
        ({"event": "ONCRMDEALADD", "data": {"FIELDS": {"ID": "5"}}}, [Touched("deal", "5")]),
        ({"event": "ONCRMCOMPANYADD", "data": {"FIELDS": {"ID": "5"}}}, []),
        ({"event": "ONCRMLEADADD", "data": {"FIELDS": {"ID": "5; drop"}}}, []),
        ({"event": "ONCRMLEADADD"}, []),
    ],
)
def test_a_request_tells_what_was_touched_and_no_more(form: dict[str, Any], told: list[Touched]) -> None:
    assert hooks.parse(form_text(form).encode()) == told


def test_a_robot_of_the_automation_asks_once_however_often_it_is_repeated() -> None:
    form = {
        "document_id": ["crm", "CCrmDocumentDeal", "DEAL_77"],
        "event_token": "5a|A1_2|secret",
        "properties": {"rule": " revive "},
        "ts": 1742807189,
        "auth": {"application_token": "t"},
    }
    (told,) = hooks.parse(form_text(form).encode())
    (again,) = hooks.parse(form_text(form | {"workflow_id": "9"}).encode())
    (other,) = hooks.parse(form_text(form | {"event_token": "another"}).encode())
    assert told == again
    assert (told.kind, told.token) == ("robot", "t")
    assert told.told == {"ref": "77", "reply_to": "5a|A1_2|secret", "rule": "revive", "at": "1742807189"}
    assert told.ref != other.ref
    assert len(told.ref) == 64


@given(st.binary(max_size=200))
def test_nothing_that_is_posted_breaks_the_parser(body: bytes) -> None:
    for told in hooks.parse(body):
        assert told.ref.isdecimal()


@given(st.lists(st.tuples(st.integers(0, 7_200_000), st.integers(-500, 60_000), st.text(max_size=20)), max_size=5))
def test_transcripts_are_as_the_vendor_takes_them(spoken: list[tuple[int, int, str]]) -> None:
    for one in mapping.messages([Said(True, start, start + length, text) for start, length, text in spoken]):
        assert one["START_TIME"] >= 0
        assert one["STOP_TIME"] >= max(1, one["START_TIME"])
        assert one["MESSAGE"]


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (503, {"error": "QUERY_LIMIT_EXCEEDED"}, Limited),
        (429, {"error": "OPERATION_TIME_LIMIT"}, Limited),
        (401, {"error": "NO_AUTH_FOUND"}, Unauthorized),
        (403, {"error": "insufficient_scope"}, Unauthorized),
        (403, {"error": "WRONG_AUTH_TYPE"}, Misconfigured),
        (400, {"error": "CRM_FIELD_ERROR_VALUE_NOT_VALID", "error_description": "+79161234567"}, NotThere),
        (400, {"error": "", "error_description": "Не задан параметр"}, Refused),
        (503, "<html>nginx</html>", Unreachable),
        (500, {"error": "INTERNAL_SERVER_ERROR"}, Unreachable),
    ],
)
def test_errors_are_what_they_mean(status: int, body: Any, kind: type[Exception]) -> None:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    error = error_of(Answer(status, content), "crm.item.add")
    assert type(error) is kind
    assert "7916" not in f"{error} {error.remedy}"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"webhook": "https://firma.bitrix24.ru"},
        HOOK | {"portal": "https://firma.bitrix24.ru"},
        {"portal": "https://firma.bitrix24.ru", "client_id": "local.1"},
        HOOK | {"managers": {"Ольга": "Ольга Петрова"}},
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(given)


def test_an_answer_without_what_it_promises_may_have_arrived() -> None:
    assert id_of({"id": 7}) == "7"
    for answer in (None, [], {}, {"id": None}, "7"):
        with pytest.raises(Unreachable):
            id_of(answer)


def test_secrets_are_never_shown() -> None:
    assert "rest/1/code" not in repr(Settings.model_validate(HOOK))
