"""Conversion: the figures of the page are those of the calls, filters are in the address, every table is a file."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.web.conftest import CAMPAIGN, PHONE, Workplace, check_accessibility

pytestmark = pytest.mark.web

ALL_TIME = "/reports?period=all"


def figure(text: str) -> int:
    """1 234 -> 1234."""
    return int(re.sub(r"\D", "", text))


def test_the_page_shows_what_came_of_the_calls(page: Page, workplace: Workplace) -> None:
    page.goto(ALL_TIME)
    funnel = page.locator("section").filter(has=page.get_by_role("heading", name="Воронка"))
    dials = funnel.get_by_role("listitem").filter(has_text="Набрали").locator("b")
    expect(dials).to_have_text(re.compile(r"\d"))

    async def outcomes() -> Counter[str]:
        records = await workplace.store.records.latest(limit=100_000)
        return Counter(one.direction for one in records)

    assert figure(dials.inner_text()) == workplace.run(outcomes)["out"]
    rows = page.get_by_role("region", name="На каких фразах уходят").get_by_role("row")
    expect(rows.nth(1)).to_be_visible()
    expect(page.get_by_role("region", name="Лучшие часы для звонков")).to_be_visible()
    expect(page.locator("figure svg")).to_be_visible()
    check_accessibility(page)


def test_a_phrase_leads_to_the_calls_lost_at_it(page: Page) -> None:
    page.goto(ALL_TIME)
    rows = page.get_by_role("region", name="На каких фразах уходят").get_by_role("row")
    rows.nth(1).get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/calls\?lost_at=\w+"))


def test_filters_are_in_the_address(page: Page) -> None:
    page.goto(f"{ALL_TIME}&campaign={CAMPAIGN}")
    version = page.get_by_role("combobox", name="Версия")
    expect(version).to_have_value("Все версии")
    version.click()
    page.get_by_role("option").nth(1).click()
    expect(page).to_have_url(re.compile(r"version=\w{8}"))
    page.reload()
    expect(version).not_to_have_value("Все версии")
    page.get_by_text("По неделям").click()
    expect(page).to_have_url(re.compile("by=week"))


def test_every_table_is_a_file(page: Page) -> None:
    page.goto(ALL_TIME)
    shown = page.get_by_role("region", name="На каких фразах уходят").get_by_role("row")
    expect(shown.nth(1)).to_be_visible()
    page.get_by_role("button", name="Скачать таблицу: На каких фразах уходят").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Excel").click()
    book = CalamineWorkbook.from_path(str(download.value.path())).get_sheet_by_index(0).to_python()
    assert book[0][0] == "Фраза"
    assert len(book) == shown.count()


def test_a_period_without_calls_says_so(page: Page) -> None:
    page.goto("/reports?period=own&from=2020-01-01&till=2020-01-31")
    expect(page.get_by_text("За этот период разговоров не было")).to_be_visible()


def test_on_a_phone_nothing_sticks_out(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(ALL_TIME)
    expect(page.get_by_role("region", name="На каких фразах уходят")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
