"""The plan: from a month's revenue to today's quota in one click, with what-if sliders."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import CAMPAIGN, PHONE, Workplace, check_accessibility

pytestmark = pytest.mark.web

WANTED = f"/plan?campaign={CAMPAIGN}&revenue=3000000&deal=150000"


@pytest.fixture(autouse=True)
def _no_holidays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last day of a year is one, and its month has no working day left then."""
    monkeypatch.setattr("robot.analytics.workdays.holiday", lambda _day: False)


def test_a_plan_is_made_of_revenue_and_becomes_todays_quota(page: Page, workplace: Workplace) -> None:
    """There is no button while the quota is the plan's by chance, as on some days of a month."""
    workplace.run(lambda: workplace.store.campaigns.set_quota(CAMPAIGN, 999))
    page.goto("/plan")
    expect(page.get_by_text("Назовите выручку и средний чек")).to_be_visible()
    page.get_by_label("Выручка месяца, ₽").fill("3000000")
    page.get_by_label("Средний чек, ₽").fill("150000")
    expect(page.get_by_text("Сделок за месяц")).to_be_visible()
    check_accessibility(page)
    button = page.get_by_role("button", name=re.compile("Назначить .* на сегодня"))
    [wanted] = re.findall(r"\d+", button.inner_text())
    button.click()
    expect(page.get_by_text("Это и есть сегодняшний план")).to_be_visible()
    campaign = workplace.run(lambda: workplace.store.campaigns.get(CAMPAIGN))
    assert campaign.quota == int(wanted)


def test_a_slider_shows_what_a_better_script_would_change_and_goes_back(page: Page) -> None:
    page.goto(WANTED)
    calls = page.get_by_role("listitem").filter(has_text="Звонков в день")
    expect(calls).to_contain_text(re.compile(r"\d"))
    before = calls.inner_text()
    slider = page.get_by_role("slider", name="Берут трубку")
    slider.focus()
    slider.press("End")
    expect(page).to_have_url(re.compile("answered=1"))
    expect(calls).not_to_contain_text(before)
    page.get_by_role("button", name="Как есть").click()
    expect(page).not_to_have_url(re.compile("answered="))
    expect(calls).to_have_text(before, use_inner_text=True)


def test_what_is_missing_is_told_with_what_to_do(page: Page) -> None:
    page.goto(f"/plan?campaign={CAMPAIGN}&revenue=900000000&deal=1000")
    alert = page.get_by_role("alert").filter(has_text="Что делать")
    expect(alert.first).to_be_visible()
    expect(page.get_by_text(re.compile("Получится .* встреч"))).to_be_visible()


def test_the_next_month_has_no_quota_of_today(page: Page) -> None:
    now = datetime.now(UTC)
    year, month = divmod(12 * now.year + now.month, 12)
    page.goto(f"{WANTED}&month={year}-{month + 1:02d}")
    expect(page.get_by_text("План на день назначается в текущем месяце")).to_be_visible()


def test_it_fits_a_telephone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto(WANTED)
    expect(page.get_by_text("Сделок за месяц")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
