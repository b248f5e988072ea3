"""The scripts page: the graph with its figures, edits that are saved, two people on one draft, a talk to try it out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from robot.analytics.call_search import CallFound, CallsWanted
from robot.domain.access import Role
from tests.web.conftest import CAMPAIGN, PHONE, Workplace, check_accessibility, provoked

pytestmark = pytest.mark.web

QUIET = "webinar_invite"
"""A script that nobody calls with, for edits."""
GREETING = f"/scripts/{QUIET}?phrase=greeting"


def calls(workplace: Workplace, **wanted: Any) -> list[CallFound]:
    async def read() -> list[CallFound]:
        found = await workplace.store.call_search.find(CallsWanted(campaign=CAMPAIGN, **wanted), limit=200)
        return list(found.items)

    return workplace.run(read)


def test_the_figures_on_the_graph_are_those_of_the_calls(page: Page, workplace: Workplace) -> None:
    """Of the version that the past spoke: calls of other tests may still go on."""
    version = calls(workplace, talked=True)[-1].record.script_version
    lost = calls(workplace, script_version=version, lost_at="greeting")
    passed = calls(workplace, script_version=version, passed="greeting")
    assert 0 < len(lost) < len(passed)
    page.goto(f"/scripts/{CAMPAIGN}?period=all&version={version}")
    greeting = page.locator("[data-phrase=greeting]")
    expect(greeting).to_contain_text(f"ушли {len(lost)} из\N{NO-BREAK SPACE}{len(passed)}")
    check_accessibility(page)


def test_two_people_on_one_phrase_lose_nothing_silently(as_role: Callable[..., Page]) -> None:
    mine, other = as_role(Role.HEAD), as_role(Role.HEAD)
    provoked(mine, "409 (Conflict)", "net::ERR_FAILED")
    for page in (mine, other):
        page.goto(GREETING)
        expect(page.get_by_role("textbox", name="Что говорит робот").first).to_be_visible()
    mine.route("**/draft", lambda route: route.abort())  # what the other saves is not seen before the own edit
    other.get_by_role("textbox", name="Что говорит робот").first.fill("Здравствуйте! Приглашаем на вебинар. Интересно?")
    expect(other.get_by_text("Сохранено")).to_be_visible()
    mine.get_by_role("textbox", name="Что говорит робот").first.fill("Добрый день! Есть вебинар для вас. Записать?")
    conflict = mine.get_by_role("dialog", name="Фразу изменили одновременно с вами")
    expect(conflict.get_by_text("Добрый день! Есть вебинар для вас. Записать?")).to_be_visible()
    expect(conflict.get_by_text("Здравствуйте! Приглашаем на вебинар. Интересно?")).to_be_visible()
    mine.unroute("**/draft")
    conflict.get_by_role("button", name="Оставить мою").click()
    expect(conflict).to_be_hidden()
    expect(other.locator("[data-phrase=greeting]")).to_contain_text("Есть вебинар для вас")

    other.get_by_role("button", name="Отменить").click()
    expect(other.locator("[data-phrase=greeting]")).to_contain_text("Приглашаем на вебинар")


def test_a_draft_is_tried_out_by_text(page: Page) -> None:
    page.goto(f"/scripts/{CAMPAIGN}")
    page.get_by_role("button", name="Поговорить").click()
    talk = page.get_by_role("complementary", name="Проверка разговором")
    expect(talk.get_by_role("listitem").first).to_be_visible()
    talk.get_by_label("Ваш ответ").fill("да, занимаюсь")
    talk.get_by_role("button", name="Ответить").click()
    expect(talk.get_by_text("понято как «Да»")).to_be_visible()
    expect(page.locator("[data-phrase=offer]")).to_have_attribute("data-talk", "here")


def test_who_may_only_look_has_nothing_to_edit_with(as_role: Callable[..., Page]) -> None:
    page = as_role(Role.MANAGER, viewport=PHONE)
    page.goto(GREETING)
    expect(page.get_by_role("textbox", name="Что говорит робот").first).to_have_attribute("readonly", "")
    expect(page.get_by_role("button", name="Опубликовать")).to_have_count(0)
    check_accessibility(page)
