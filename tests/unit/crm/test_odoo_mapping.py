"""What Odoo says is told without the client's data; numbers are compared as people write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from robot.crm.errors import DeliveryError, NotThere, Refused, Unauthorized, Unreachable
from robot.crm.odoo import mapping
from robot.crm.odoo.faults import fault
from robot.crm.odoo.settings import Settings

pytestmark = pytest.mark.unit

FIXTURES = Path(mapping.__file__).parent / "fixtures"


def test_of_an_error_only_the_exceptions_name_is_told() -> None:
    error = json.loads((FIXTURES / "rpc_error.json").read_text(encoding="utf-8"))["error"]["data"]
    told = fault(error)
    assert isinstance(told, Refused)
    assert "ValidationError" in str(told)
    assert told.remedy
    for secret in ("Traceback", "Иванов", "9161234567"):
        assert secret not in f"{told} {told.remedy}"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("odoo.exceptions.AccessDenied", Unauthorized),
        ("werkzeug.exceptions.Unauthorized", Unauthorized),
        ("odoo.exceptions.AccessError", Unauthorized),
        ("odoo.exceptions.MissingError", NotThere),
        ("builtins.ValueError", NotThere),
        ("psycopg2.OperationalError", Unreachable),
        ("", Refused),
    ],
)
def test_exceptions_are_ours(name: str, kind: type[DeliveryError]) -> None:
    assert type(fault({"name": name})) is kind


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("+79161234567", True),
        ("8 (916) 123-45-67", True),
        ("916 123-45-67", True),
        ("7-916-123-45-67 ", True),
        ("+7916123456", False),
        ("+779161234567", False),
        ("+89161234567 доб. 5", False),
        ("", False),
    ],
)
def test_a_number_is_the_same_however_it_is_written(written: str, same: bool) -> None:
    assert mapping.same_number(written, "+79161234567") is same


def test_a_foreign_number_is_compared_whole() -> None:
    assert mapping.same_number("375 29 123-45-67", "+375291234567")
    assert not mapping.same_number("29 123-45-67", "+375291234567")


def test_an_open_lead_wins_over_a_lost_one_and_the_latest_over_others() -> None:
    def lead(number: int, *, active: bool, written: str) -> mapping.Record:
        return {"id": number, "active": active, "write_date": written, "phone": "89161234567"}

    leads = [
        lead(1, active=True, written="2026-01-01 00:00:00"),
        lead(2, active=True, written="2026-02-01 00:00:00"),
        lead(3, active=False, written="2026-03-01 00:00:00"),
    ]
    chosen = mapping.best(leads, "+79161234567")
    assert chosen is not None
    assert chosen["id"] == 2
    assert mapping.best(leads, "+79160000000") is None


def test_the_example_of_settings_is_one() -> None:
    lines = (FIXTURES / "settings.env").read_text(encoding="utf-8").splitlines()
    values = {
        name.removeprefix("ZVONAR_CRM__ODOO__").lower(): value
        for name, _, value in (one.partition("=") for one in lines)
    }
    settings = Settings.model_validate(values)
    assert settings.stages["refused"] == mapping.LOST
    assert settings.user_of("кто-то новый") == "7"
    assert settings.our_stage("3") == "meeting"
    assert "0123456789abcdef" not in repr(settings)
