"""/api/meetings over HTTP: the managers' week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from robot.crm.connector import Busy
from robot.domain.access import Role
from robot.domain.meetings import WorkingHours
from tests.unit.web.office import NOW, Office, Person, error_of

pytestmark = pytest.mark.unit


async def week(person: Person, query: str = "") -> dict[str, Any]:
    answer = await person.ask("GET", f"/api/meetings{query}")
    assert answer.status == 200, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def test_a_week_has_every_managers_open_hours_and_what_is_taken_of_them(office: Office) -> None:
    person = await office.person(Role.MANAGER)
    noon = NOW.replace(hour=9)  # Moscow's
    await office.store.busy_times.replace(
        "caldav", [Busy("Анна", noon, noon + timedelta(hours=1))], after=NOW, before=NOW + timedelta(days=7)
    )
    found = await week(person, "?since=2026-11-23&days=5")
    [anna] = found["managers"]
    assert (found["since"], found["until"]) == ("2026-11-22T21:00:00Z", "2026-11-27T21:00:00Z")
    assert [one["starts_at"] for one in anna["open"]] == [f"2026-11-{day}T07:00:00Z" for day in range(23, 28)]
    assert anna["elsewhere"] == [{"starts_at": "2026-11-23T09:00:00Z", "ends_at": "2026-11-23T10:00:00Z"}]
    left_today = 60 * (18 - 12)
    assert anna["free_minutes"] == left_today - 60 + 4 * 8 * 60, "from now on, without what is taken"


async def test_holidays_and_days_off_are_no_open_hours(office: Office) -> None:
    person = await office.person(Role.MANAGER)
    found = await week(person, "?since=2027-01-01&days=8")
    assert [one["open"] for one in found["managers"]] == [[]], "the New Year's holidays of Russia"


async def test_a_manager_in_another_zone_is_open_by_his_own_clock(office: Office) -> None:
    await office.store.managers.ensure("Олег", WorkingHours("Asia/Vladivostok"), campaigns=[office.campaign.id])
    found = await week(await office.person(Role.MANAGER), "?since=2026-11-24&days=1")
    oleg = next(one for one in found["managers"] if one["name"] == "Олег")
    assert oleg["open"] == [{"starts_at": "2026-11-24T00:00:00Z", "ends_at": "2026-11-24T08:00:00Z"}]


@pytest.mark.parametrize("query", ["?days=0", "?days=32", "?since=0001-01-01", "?timezone=Mars", "?timezone=../etc"])
async def test_a_week_that_cannot_be_is_refused(office: Office, query: str) -> None:
    answer = await (await office.person(Role.HEAD)).ask("GET", f"/api/meetings{query}")
    assert await error_of(answer) == (422, "invalid")
