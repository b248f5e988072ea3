"""/api/campaigns/{slug}/plan over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from robot.domain.access import Role
from tests.unit.web.office import Office, Person, error_of

pytestmark = pytest.mark.unit

WANTED = "revenue=3000000&average_deal=150000&meetings_per_deal=4"


@pytest.fixture
async def head(office: Office) -> Person:
    return await office.person(Role.HEAD)


async def planned(person: Person, query: str = WANTED) -> dict[str, Any]:
    answer = await person.ask("GET", f"/api/campaigns/cold/plan?{query}")
    assert answer.status == 200, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def test_a_months_revenue_becomes_meetings_a_day_and_what_is_missing(head: Person) -> None:
    plan = await planned(head, f"{WANTED}&show_up=0.8")
    assert (plan["deals"], plan["meetings_left"], plan["month"]) == (20, 100, "2026-11")
    assert plan["meetings_a_day"] * plan["working_days_left"] >= 100
    assert plan["settable"]
    assert plan["quota"] == 5
    missing = {one["code"]: one for one in plan["obstacles"]}
    assert "list" in missing, "nobody is on the list"
    assert missing["list"]["short"] > 0
    assert "лидов" in missing["list"]["message"]
    assert len(plan["course"]) == plan["working_days"]
    assert plan["course"][-1]["even"] == 100


async def test_a_share_that_is_tried_out_takes_the_place_of_the_campaigns_own(head: Person) -> None:
    plain = await planned(head)
    better = await planned(head, f"{WANTED}&answered=0.8&booked=0.5")
    assert not plain["rates"]["booked"]["measured"]
    assert better["rates"]["answered"]["value"] == 0.8
    assert better["calls_a_day"]["value"] < plain["calls_a_day"]["value"] / 5
    codes = {one["code"] for one in better["notes"]}
    assert not codes & {"answered_assumed", "booked_assumed"}, "what is tried out is nobody's typical figure"


async def test_lines_are_those_of_all_nodes_where_they_are_told(head: Person) -> None:
    assert (await planned(head, f"{WANTED}&channels=12"))["lines"]["have"] == 12


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"{WANTED}&month=2026-10", "invalid_plan"),
        (f"{WANTED}&show_up=1.5", "invalid_plan"),
        (f"{WANTED}&booked=0", "invalid_plan"),
        (f"{WANTED}&month=2026-13", "invalid"),
        ("revenue=-1&average_deal=150000&meetings_per_deal=4", "invalid_plan"),
        ("revenue=nan&average_deal=150000&meetings_per_deal=4", "invalid_plan"),
        ("revenue=1e300&average_deal=1e-300&meetings_per_deal=4", "invalid_plan"),
        ("average_deal=150000&meetings_per_deal=4", "invalid"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused_with_what_to_give(head: Person, query: str, code: str) -> None:
    answer = await head.ask("GET", f"/api/campaigns/cold/plan?{query}")
    assert await error_of(answer) == (422, code)


async def test_a_plan_of_no_campaign_is_not_found(head: Person) -> None:
    answer = await head.ask("GET", f"/api/campaigns/nobody/plan?{WANTED}")
    assert answer.status == 404
