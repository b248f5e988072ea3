"""Today: what the head of sales looks at all day, and changes without leaving it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from robot.analytics.ports import Selection
from robot.domain.access import Role
from robot.domain.campaigns import CampaignState
from robot.domain.clock import utc_now
from robot.domain.outcomes import Outcome
from tests.web.conftest import CAMPAIGN, PHONE, Workplace, answered, check_accessibility, provoked, told_alone

pytestmark = pytest.mark.web

TITLE = "Холодные звонки: реклама в картах"


def booked_today(workplace: Workplace) -> int:
    """By hand, from the attempts themselves."""

    async def work() -> int:
        campaign = await workplace.store.campaigns.get(CAMPAIGN)
        attempts = await workplace.store.reports.attempts(Selection(campaign.id), limit=1000)
        today = campaign.day(utc_now())
        booked = [one for one in attempts if one.outcome is Outcome.MEETING_BOOKED]
        return sum(campaign.day(one.started_at) == today for one in booked)

    return workplace.run(work)


def test_a_campaigns_line_tells_what_the_calls_came_to(page: Page, workplace: Workplace) -> None:
    page.goto("/today")
    card = page.get_by_role("article", name=TITLE)
    expect(card.locator("strong")).to_have_text(str(booked_today(workplace)))
    expect(card.get_by_role("button", name=f"План {workplace.past.quota}, изменить")).to_be_visible()
    expect(card.get_by_role("listitem", name=re.compile(r"\d\d:00: сделано"))).not_to_have_count(0)
    check_accessibility(page)


def test_the_plan_is_changed_in_place_by_one_click_and_by_typing(page: Page, workplace: Workplace) -> None:
    page.goto("/today")
    quota = workplace.past.quota
    with page.expect_response("**/quota"):
        page.get_by_role("article", name=TITLE).get_by_role("button", name="План на один больше").click()
    page.get_by_role("button", name=f"План {quota + 1}, изменить").click()
    page.get_by_role("textbox", name="План на день").fill("25")
    with page.expect_response("**/quota"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="План 25, изменить")).to_be_visible()
    assert workplace.run(lambda: workplace.store.campaigns.get(CAMPAIGN)).quota == 25
    page.get_by_role("button", name="План 25, изменить").click()
    page.get_by_role("textbox", name="План на день").fill("99")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="План 25, изменить")).to_be_visible()


def test_what_somebody_else_changes_is_seen_at_once(page: Page, workplace: Workplace) -> None:
    told_alone(page)
    with page.expect_response("**/api/events"):
        page.goto("/today")
    expect(page.get_by_role("button", name=f"План {workplace.past.quota}, изменить")).to_be_visible()
    workplace.run(lambda: workplace.store.campaigns.set_quota(CAMPAIGN, 33))
    expect(page.get_by_role("button", name="План 33, изменить")).to_be_visible()


def test_a_campaign_is_started_and_stopped_after_a_question(page: Page, workplace: Workplace) -> None:
    workplace.run(lambda: workplace.store.campaigns.set_quota(CAMPAIGN, 0))  # started, it calls nobody
    page.goto("/today")
    card = page.get_by_role("article", name=TITLE)
    card.get_by_role("button", name="Начать звонить").click()
    expect(card.get_by_role("button", name="Пауза")).to_be_visible()
    card.get_by_role("button", name="Остановить").click()
    page.get_by_role("button", name="Не останавливать").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert workplace.run(lambda: workplace.store.campaigns.get(CAMPAIGN)).state is CampaignState.RUNNING
    card.get_by_role("button", name="Остановить").click()
    page.get_by_role("dialog").get_by_role("button", name="Остановить").click()
    expect(card.get_by_text("Остановлена")).to_be_visible()
    assert workplace.run(lambda: workplace.store.campaigns.get(CAMPAIGN)).state is CampaignState.STOPPED


def test_who_may_not_run_campaigns_has_no_buttons_for_it(as_role: Callable[..., Page]) -> None:
    page = as_role(Role.AUDITOR)
    page.goto("/today")
    card = page.get_by_role("article", name=TITLE)
    expect(card).to_be_visible()
    expect(card.get_by_role("button")).to_have_count(0)


def test_what_needs_a_person_is_told_and_else_nothing(page: Page) -> None:
    today = page.request.get("/api/today").json()
    ours = [one for one in today["items"] if one["title"] == TITLE]  # other tests leave campaigns without people
    answered(page, "**/api/today", body={**today, "items": ours})
    answered(page, "**/api/health", body={"items": [], "next": ""})
    answered(page, "**/api/deliveries/counts", body={"items": [], "next": "", "waiting": 0, "parked": 0})
    page.goto("/today")
    expect(page.get_by_role("article", name=TITLE)).to_be_visible()
    expect(page.get_by_role("region", name="Нужен человек")).to_have_count(0)
    answered(page, "**/api/health", body={"items": [{"part": "line", "problem": "Asterisk не отвечает"}], "next": ""})
    answered(page, "**/api/deliveries/counts", body={"items": [], "next": "", "waiting": 0, "parked": 3})
    page.reload()
    told = page.get_by_role("region", name="Нужен человек")
    expect(told).to_contain_text("Asterisk не отвечает")
    expect(told).to_contain_text("3\u00a0записи не дошли")
    check_accessibility(page)


def test_without_campaigns_it_says_how_to_begin(page: Page) -> None:
    answered(page, "**/api/today", body={"items": [], "next": ""})
    page.goto("/today")
    expect(page.get_by_text("Кампаний пока нет")).to_be_visible()


def test_a_failure_is_told_and_asked_again(page: Page) -> None:
    provoked(page, "422", "Failed to load")
    refused = {"error": {"code": "invalid", "message": "база занята"}}
    answered(page, "**/api/today", 422, refused)
    page.goto("/today")
    expect(page.get_by_role("alert")).to_contain_text("база занята")
    page.unroute("**/api/today")
    page.get_by_role("button", name="Повторить").click()
    expect(page.get_by_role("article", name=TITLE)).to_be_visible()


def test_on_a_phone_nothing_is_cut_off(as_role: Callable[..., Page]) -> None:
    page = as_role(Role.HEAD, viewport=PHONE, color_scheme="dark")
    page.goto("/today")
    expect(page.get_by_role("article", name=TITLE)).to_be_visible()
    check_accessibility(page)
