"""`zvonar managers`, over a real CalDAV server."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from robot.calendars.caldav import Place
from robot.calendars.settings import CalendarSettings
from robot.cli.main import zvonar
from robot.settings import Settings
from tests.unit.calendars.conftest import patient

pytestmark = pytest.mark.unit


@pytest.fixture
def settings(tmp_path: Path, server: str) -> Settings:
    calendars = CalendarSettings.model_validate({"url": server, "user": "boss", "password": "secret"})
    return Settings.model_validate({"data_dir": tmp_path, "calendars": patient(calendars)})


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(zvonar, ["managers", *arguments], obj=settings)


def done(settings: Settings, *arguments: str) -> str:
    result = run(settings, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_manager_is_added_and_what_is_not_named_stays(settings: Settings) -> None:
    assert "пн-пт 10:00-18:00" in done(settings, "add", "Анна")
    done(
        settings, "add", "Анна", "--campaign", "cold_call", "--campaign", "upsell", "--hours", "09:30-17:00",
        "--days", "вт-сб", "--buffer", "15", "--days-off", "2026-12-28..2027-01-11", "--email", "anna@example.com",
        "--place", "https://meet.example.com/anna", "--regions", "Тула, Калуга", "--skills", "Английский",
        "--timezone", "Asia/Omsk", "--holidays", "none", "--calendar", "boss/anna/",
    )  # fmt: skip
    done(settings, "add", "Анна", "--place", "ул. Мира, 1")
    (row,) = json.loads(done(settings, "list", "--json"))
    assert row == {
        "name": "Анна", "campaigns": ["cold_call", "upsell"], "hours": "вт-сб 09:30-17:00",
        "timezone": "Asia/Omsk", "buffer_minutes": 15, "holidays": "", "days_off": "2026-12-28..2027-01-11",
        "email": "anna@example.com", "place": "ул. Мира, 1", "regions": ["калуга", "тула"], "skills": ["английский"],
        "calendar": "boss/anna/",
    }  # fmt: skip
    assert "между встречами 15 мин" in " ".join(done(settings, "list").split())


def test_without_managers_it_says_what_to_do(settings: Settings) -> None:
    assert "zvonar managers add" in done(settings, "list")
    assert "--calendar" in done(settings, "calendar", "check")


@pytest.mark.parametrize(
    "wrong",
    [
        ("--hours", "18:00-10:00"), ("--days", "кроме среды"), ("--days-off", "2027-01-11..2026-12-28"),
        ("--days-off", "скоро"), ("--holidays", "XX"), ("--email", "anna"), ("--timezone", "Мск"), ("--buffer", "999"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(settings: Settings, wrong: tuple[str, str]) -> None:
    result = run(settings, "add", "Анна", *wrong)
    assert result.exit_code != 0
    assert isinstance(result.exception, SystemExit)
    assert json.loads(done(settings, "list", "--json")) == []


def test_calendars_are_tried(settings: Settings, place: Place) -> None:
    done(settings, "add", "Анна", "--calendar", urlsplit(place.url).path)
    assert "календарь открыт" in done(settings, "calendar", "check")
    done(settings, "add", "Борис", "--calendar", "boss/nothing/")
    done(settings, "add", "Вера", "--calendar", "https://elsewhere.example.com/vera/")
    result = run(settings, "calendar", "check", "--json")
    assert result.exit_code == 1
    assert [(row["name"], row["code"]) for row in json.loads(result.stdout)] == [
        ("Анна", ""), ("Борис", "not_there"), ("Вера", "misconfigured"),
    ]  # fmt: skip
    told = run(settings, "calendar", "check", "Борис")
    assert "Что делать: укажите адрес календаря" in told.stdout
    assert "secret" not in result.output + told.output
    assert run(settings, "calendar", "check", "Глеб").exit_code == 2
