"""amoCRM's words and ours, on what the vendor's documentation shows."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from robot.crm.amocrm import hooks, mapping
from robot.crm.amocrm.client import embedded, error_of
from robot.crm.amocrm.settings import Settings
from robot.crm.errors import Limited, NotThere, Refused, Unauthorized, Unreachable
from robot.crm.forms import form_text
from robot.crm.http import Answer
from robot.crm.touched import Touched

pytestmark = pytest.mark.unit

FIXTURES = files("robot.crm.amocrm") / "fixtures"
TOKEN = {"url": "https://firma.amocrm.ru", "token": "secret-token"}
PROBLEM = {"content-type": "application/problem+json"}


def test_a_webhook_tells_which_leads_were_touched() -> None:
    assert hooks.parse((FIXTURES / "lead_status.form").read_bytes()) == [Touched("lead", "25399013")]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"leads": {"delete": [{"id": 7}]}}, [Touched("lead", "7", deleted=True)]),
        (
            {"leads": {"update": [{"id": 7}, {"id": 8}], "status": [{"id": 7}]}},
            [Touched("lead", "7"), Touched("lead", "8")],
        ),
        ({"task": {"add": [{"id": 5, "element_id": 7, "element_type": 2}]}}, [Touched("task", "5")]),
        ({"task": {"add": [{"id": 5, "element_id": 7, "element_type": 1}]}}, []),
        ({"leads": {"add": [{"id": "7 or 1=1"}]}, "contacts": {"add": [{"id": 4}]}}, []),
        ({"leads": "x"}, []),
    ],
)
def test_what_we_do_not_follow_is_left_out(form: dict[str, Any], told: list[Touched]) -> None:
    assert hooks.parse(form_text(form).encode()) == told


@given(st.one_of(st.binary(max_size=200), st.text("leadstk[]0=&%", max_size=80).map(str.encode)))
def test_nothing_that_is_posted_breaks_the_parser(body: bytes) -> None:
    for told in hooks.parse(body):
        assert told.ref.isdecimal()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(400, (FIXTURES / "problem.json").read_bytes(), PROBLEM), NotThere),
        (Answer(400, b'{"validation-errors": [], "detail": "+79161234567"}', PROBLEM), Refused),
        (Answer(401, b"{}", PROBLEM), Unauthorized),
        (Answer(402, b"{}", PROBLEM), Unauthorized),
        (Answer(403, b"{}", PROBLEM), Unauthorized),
        (Answer(403, b"<html>403</html>", {"content-type": "text/html"}), Limited),
        (Answer(404, b"{}", PROBLEM), NotThere),
        (Answer(429, b"", {"retry-after": "3"}), Limited),
        (Answer(502, b"<html>", {}), Unreachable),
    ],
)
def test_errors_are_what_they_mean(answer: Answer, kind: type[Exception]) -> None:
    error = error_of(answer)
    assert type(error) is kind
    assert "7916" not in f"{error} {error.remedy}"


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda x: (
            st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(["_embedded", "leads", "id"]), x, max_size=3)
        ),
    )
)
def test_rows_are_read_from_whatever_is_answered(told: Any) -> None:
    assert all(isinstance(row, dict) for row in embedded(told, "leads"))


def test_the_first_number_that_can_be_dialed_is_taken() -> None:
    values = [{"value": "доб. 12"}, {"value": "8 (916) 123-45-67"}]
    contact = {"custom_fields_values": [{"field_code": "EMAIL"}, {"field_code": "PHONE", "values": values}]}
    assert mapping.dialable(contact) == "+79161234567"
    assert mapping.dialable({"custom_fields_values": None}) == ""


@pytest.mark.parametrize(
    "given",
    [
        {"url": "https://firma.amocrm.ru"},
        TOKEN | {"client_id": "x"},
        {"url": "https://firma.amocrm.ru", "client_id": "x", "client_secret": "y", "redirect_url": "https://a.b"},
        TOKEN | {"stages": {"meeting": "Встреча назначена"}},
        TOKEN | {"managers": {"Ольга": "ольга"}},
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(given)


def test_secrets_are_never_shown() -> None:
    assert "secret-token" not in repr(Settings.model_validate(TOKEN))
