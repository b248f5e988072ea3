"""The managers' calendar: what calls booked stands there, and leads back to the call."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from robot.domain.meeting_book import BookedMeeting
from tests.web.conftest import PHONE, ZONE, Workplace, check_accessibility

pytestmark = pytest.mark.web

VIEWER = ZoneInfo(ZONE)


def booked(workplace: Workplace) -> list[BookedMeeting]:
    now = datetime.now(UTC)
    span = {"after": now - timedelta(days=30), "before": now + timedelta(days=30)}
    return list(workplace.run(lambda: workplace.store.meeting_book.week(**span)).meetings)


def test_a_booked_meeting_stands_in_its_week_and_leads_to_its_call(page: Page, workplace: Workplace) -> None:
    meeting = booked(workplace)[0]
    page.goto(f"/meetings?week={meeting.slot.starts_at.astimezone(VIEWER):%Y-%m-%d}")
    entry = page.get_by_role("link", name=re.compile(re.escape(meeting.lead_name or meeting.company)))
    expect(entry.first).to_be_visible()
    check_accessibility(page)
    entry.first.click()
    expect(page).to_have_url(re.compile(r"/calls/[0-9a-f-]{36}"))


def test_weeks_are_turned_and_the_address_keeps_them(page: Page) -> None:
    page.goto("/meetings")
    expect(page.get_by_role("button", name="Эта неделя")).to_be_disabled()
    page.get_by_role("button", name="Следующая неделя").click()
    expect(page).to_have_url(re.compile(r"week=\d{4}-\d{2}-\d{2}"))
    page.get_by_role("button", name="Эта неделя").click()
    expect(page).not_to_have_url(re.compile("week="))


def test_a_telephone_scrolls_the_week_and_not_the_page(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/meetings")
    expect(page.get_by_role("heading", name="Встречи")).to_be_visible()
    expect(page.get_by_role("listitem").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
