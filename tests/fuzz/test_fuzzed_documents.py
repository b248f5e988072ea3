"""Bodies of webhooks, answers of CRMs, lists of leads: by strangers, in any bytes."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from robot.crm.csv_table import ImportRefused
from robot.crm.errors import DeliveryError
from robot.crm.forms import at, form_text, listed, parse_form
from robot.crm.http import Answer, refused, retry_after
from robot.crm.lead_import import read_leads
from robot.settings_web import HookSettings
from robot.web.body import read_flat
from robot.web.errors import ApiError
from robot.web.routes.hooks import read_request
from tests.fuzz.bounds import bounded, fuzzed, mutated
from tests.unit.crm.workbooks import sheet, workbook

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOOK = HookSettings(secret=SecretStr("f" * 64), fields={"city": "a.b.0"})
JSON_BODY = json.dumps(
    {"phone": "+79161234567", "name": "Пётр \ud83d\ude00", "score": 5, "a": {"b": ["Москва"]}, "согласие": "да"}
).encode()
FORM_BODY = b"phone=%2B79161234567&name=%D0%9F&data[FIELDS][ID]=662&list[]=1&list[]=2"
ANSWERS = [
    b'{"result":{"item":{"id":1}},"time":{"start":1.5}}',
    b'{"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many"}',
    b'{"_embedded":{"leads":[{"id":1,"custom_fields_values":null}]}}',
    b"<html><body>502 Bad Gateway</body></html>",
]
LIST = "Телефон;Имя;Компания;Часовой пояс;Балл\n+7 916 123-45-67;Пётр;«Ромашка»;Europe/Moscow;5\n8(495)1234567;;;;\n"


@fuzzed
@given(mutated([JSON_BODY, FORM_BODY]), st.sampled_from(["application/json", "application/x-www-form-urlencoded", "x"]))
def test_a_webhooks_body_is_a_lead_that_can_be_stored_or_a_refusal(body: bytes, kind: str) -> None:
    with bounded(len(body)):
        try:
            lead, told = read_request(read_flat(body, kind, ""), HOOK, now=NOW)
        except ApiError as error:
            status = error.status
        else:
            status = 202
    if status != 202:
        assert 400 <= status < 500
        return
    json.dumps([lead.name, lead.company, dict(lead.fields), told], ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "body", [b"[" * 60_000, b'{"a":' * 12_000, b'{"phone":"\\ud800"}', b'{"phone":"+7916\\u0000"}']
)
def test_deep_and_lone_halves_of_characters_are_refused(body: bytes) -> None:
    with pytest.raises(ApiError):
        read_request(read_flat(body, "application/json", ""), HOOK, now=NOW)


@fuzzed
@given(mutated([FORM_BODY, form_text({"a": {"b": [1, 2, {"c": 3}]}}).encode()]))
def test_a_form_with_brackets_is_always_a_form(body: bytes) -> None:
    with bounded(len(body), times=300):
        form = parse_form(body)
    assert isinstance(at(form, "data", "FIELDS", "ID"), str)
    assert all(isinstance(one, dict) for one in listed(form, "list"))
    assert parse_form(form_text(form)) == form or any("[" in key or "]" in key or not key for key in _keys(form))


def _keys(form: object) -> list[str]:
    if not isinstance(form, dict):
        return []
    return [*form, *(key for value in form.values() for key in _keys(value))]


@fuzzed
@given(mutated(ANSWERS), st.integers(100, 999), st.text(max_size=30))
def test_a_crms_answer_is_data_or_an_error_that_can_be_told(body: bytes, status: int, header: str) -> None:
    answer = Answer(status, body, {"retry-after": header})
    with bounded(len(body)), contextlib.suppress(DeliveryError):
        answer.json("CRM")
    assert isinstance(refused("CRM", answer, "x"), DeliveryError)
    retry_after(answer)


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"9" * 10_000])
def test_a_crm_that_nests_without_end_is_an_error_that_can_be_told(body: bytes) -> None:
    with pytest.raises(DeliveryError):
        Answer(200, body).json("CRM")


WORKBOOK = workbook(sheet([line.split(";") for line in LIST.splitlines()]))
FILES = [LIST.encode(), LIST.encode("cp1251"), LIST.encode("utf-16"), WORKBOOK]


@fuzzed
@given(mutated(FILES))
def test_a_list_of_any_bytes_is_leads_or_a_refusal(content: bytes) -> None:
    with bounded(len(content), times=400):
        try:
            found = read_leads(content)
        except ImportRefused:
            return
    assert found.rows == len(found.leads) + len(found.refused) + found.merged
    assert all(lead.phone.startswith("+") for lead in found.leads)


@fuzzed
@given(st.data())
def test_a_workbook_with_broken_insides_is_leads_or_a_refusal(data: st.DataObject) -> None:
    """The archive is whole; what is in it is not."""
    told = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as whole, zipfile.ZipFile(told, "w") as broken:
        victim = data.draw(st.sampled_from(whole.namelist()))
        for name in whole.namelist():
            content = whole.read(name)
            broken.writestr(name, data.draw(mutated([content])) if name == victim else content)
    with bounded(len(told.getvalue()), times=400), contextlib.suppress(ImportRefused):
        read_leads(told.getvalue())
