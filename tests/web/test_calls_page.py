"""The Calls page: finding, hearing, reading, commenting and correcting calls that were really made."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from robot.analytics.call_search import CallFound, CallsWanted
from robot.domain.access import Role
from robot.domain.calls import Turn
from robot.domain.outcomes import Outcome
from tests.web.conftest import PHONE, Workplace, answered, check_accessibility, provoked

pytestmark = pytest.mark.web

ALL = "/calls?period=all"
SOON = re.compile(r"^(?!0:0[01]$)\d+:\d\d$")


def calls_of(workplace: Workplace, **wanted: Any) -> list[CallFound]:
    async def read() -> list[CallFound]:
        return list((await workplace.store.call_search.find(CallsWanted(**wanted), limit=200)).items)

    return workplace.run(read)


def turns_of(workplace: Workplace, call: UUID) -> list[Turn]:
    async def read() -> list[Turn]:
        return list((await workplace.store.records.turns([call])).get(call, ()))

    return workplace.run(read)


def longest(workplace: Workplace) -> CallFound:
    """A talk with much to hear and read."""
    return max(calls_of(workplace, talked=True), key=lambda one: one.length_ms or 0)


def rows(page: Page) -> Locator:
    return page.get_by_role("table", name="Список звонков").get_by_role("row").filter(has=page.get_by_role("cell"))


def player(page: Page) -> Any:
    """What the audio element, which the page keeps to itself, tells."""
    return page.evaluate("({now: window.heard.currentTime, paused: window.heard.paused, error: window.heard.error})")


def watch_audio(page: Page) -> None:
    """Before the page makes its audio element, so that a test can look at it."""
    page.add_init_script(
        "const Made = window.Audio; window.Audio = function () { const made = (window.heard = new Made());"
        " made.addEventListener('seeking', () => { window.sought = made.currentTime; }); return made; };"
    )


def test_the_list_shows_every_call_and_finds_what_is_asked(page: Page, workplace: Workplace) -> None:
    every = calls_of(workplace)
    refused = calls_of(workplace, outcomes=frozenset({Outcome.REFUSED}))
    page.goto(ALL)
    expect(page.get_by_role("table", name="Список звонков")).to_have_attribute("aria-rowcount", str(len(every) + 1))
    assert 0 < len(refused) < len(every)
    page.get_by_role("combobox", name="Итог").click()
    page.get_by_role("option", name="Отказ").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", str(len(refused) + 1))
    assert "outcome=refused" in page.url, "the address shows what its sender saw"
    page.reload()
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", str(len(refused) + 1))
    page.get_by_role("button", name="Сбросить").click()
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", str(len(every) + 1))


def test_words_the_client_said_find_his_call(page: Page, workplace: Workplace) -> None:
    call = longest(workplace)
    heard = max((turn.heard for turn in turns_of(workplace, call.record.id)), key=len)
    expected = calls_of(workplace, client_words=heard)
    page.goto(ALL)
    page.get_by_role("textbox", name="Клиент сказал").fill(heard)
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", str(len(expected) + 1))
    expect(page.locator(f'a[href="/calls/{call.record.id}"]')).to_be_visible()
    page.get_by_role("textbox", name="Клиент сказал").fill("тиранозавр")
    expect(page.get_by_text("Таких звонков нет")).to_be_visible()
    check_accessibility(page)


def test_calls_lost_at_a_phrase_are_found_by_it(page: Page, workplace: Workplace) -> None:
    lost = next(one for one in calls_of(workplace) if one.lost is not None)
    assert lost.lost is not None
    expected = calls_of(workplace, lost_at=lost.lost.phrase)
    page.goto(f"{ALL}&lost_at={lost.lost.phrase}")
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", str(len(expected) + 1))
    expect(page.get_by_role("combobox", name="Фраза сценария")).not_to_have_value("")
    check_accessibility(page)


def test_a_recording_really_sounds_and_the_transcript_follows_it(page: Page, workplace: Workplace) -> None:
    call = longest(workplace)
    turns = turns_of(workplace, call.record.id)
    watch_audio(page)
    page.goto(f"/calls/{call.record.id}")
    page.get_by_role("button", name="Слушать", exact=True).click()
    expect(page.get_by_test_id("position")).to_have_text(SOON)
    state = player(page)
    assert (state["paused"], state["error"]) == (False, None)
    assert state["now"] > 1.5, "it plays: Chromium understands what was recorded"
    expect(page.locator("[data-now]")).to_have_count(1)
    late = [turn for turn in turns if turn.said and turn.said_from_ms > 10_000][-1]
    line = page.locator(f'[data-line="r{late.number}"]')
    page.evaluate("window.heard.playbackRate = 0.1")  # a busy machine is to see it before it is over
    line.get_by_role("button").first.click()
    expect(line).to_have_attribute("data-now", "true")
    expect(line).to_be_in_viewport()
    assert page.evaluate("window.sought") == pytest.approx(late.said_from_ms / 1000, abs=0.1)
    page.wait_for_function("from => window.heard.currentTime > from + 0.1", arg=late.said_from_ms / 1000)
    page.get_by_role("button", name="Пауза").click()
    assert player(page)["paused"]


def test_a_link_leads_to_the_second_at_which_the_call_was_lost(page: Page, workplace: Workplace) -> None:
    lost = next(one.lost for one in calls_of(workplace) if one.lost is not None and one.lost.at_ms > 3000)
    call = next(one for one in calls_of(workplace) if one.lost == lost)
    watch_audio(page)
    page.goto(f"/calls/{call.record.id}?at={lost.at_ms}")
    expect(page.get_by_text("здесь ушёл клиент")).to_be_visible()
    page.wait_for_function("at => window.heard?.currentTime >= at - 0.1", arg=lost.at_ms / 1000)
    expect(page.locator("[data-now]")).to_have_count(1)


def test_the_waveform_is_drawn_and_a_key_moves_in_it(page: Page, workplace: Workplace) -> None:
    call = longest(workplace)
    watch_audio(page)
    page.goto(f"/calls/{call.record.id}")
    wave = page.get_by_role("slider", name=re.compile("Запись"))
    expect(wave).to_have_attribute("aria-valuemax", re.compile(r"^[1-9]\d+$"))
    page.wait_for_function(
        "() => { const host = document.querySelector('[role=slider] > div')?.shadowRoot;"
        " const canvas = [...(host?.querySelectorAll('canvas') ?? [])].find((one) => one.width > 100);"
        " return canvas?.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((one) => one > 0);"
        " }"
    )
    wave.press("ArrowRight")
    page.wait_for_function("() => Math.abs(window.heard?.currentTime - 5) < 0.2")
    expect(wave).to_have_attribute("aria-valuenow", "5")
    check_accessibility(page)


def test_a_comment_is_written_and_removed(page: Page, as_role: Callable[..., Page], workplace: Workplace) -> None:
    call = longest(workplace)
    address = f"/calls/{call.record.id}"
    page.goto(address)
    page.get_by_role("textbox", name="Комментарий").fill("Хорошо отработал возражение")
    page.get_by_role("button", name="Добавить").click()
    written = page.get_by_role("article").filter(has_text="Хорошо отработал возражение")
    expect(written).to_be_visible()
    auditor = as_role(Role.AUDITOR)
    auditor.goto(address)
    expect(auditor.get_by_text("Хорошо отработал возражение")).to_be_visible()
    for forbidden in ("Исправить итог", "Удалить комментарий", "Сделать примером"):
        expect(auditor.get_by_role("button", name=forbidden)).to_have_count(0)
    expect(auditor.get_by_role("textbox", name="Комментарий")).to_have_count(0)
    written.get_by_role("button", name="Удалить комментарий").click()
    expect(written).to_have_count(0)


def test_words_become_an_example_and_none_again(page: Page, workplace: Workplace) -> None:
    call = longest(workplace)
    page.goto(f"/calls/{call.record.id}")
    mark = page.get_by_role("button", name="Сделать примером")
    mark.first.click()
    made = page.get_by_role("button", name="Пример для сценария")
    expect(made).to_have_count(1)
    expect(made).to_have_attribute("aria-pressed", "true")

    async def suggested() -> frozenset[int]:
        return await workplace.store.suggestions.turns_of(call.record.id)

    assert len(workplace.run(suggested)) == 1
    made.click()
    expect(made).to_have_count(0)
    assert workplace.run(suggested) == frozenset()


def test_a_corrected_outcome_is_shown_beside_what_it_was(page: Page, workplace: Workplace) -> None:
    call = next(one for one in calls_of(workplace, talked=True, outcomes=frozenset({Outcome.REFUSED})))
    page.goto(f"/calls/{call.record.id}")
    page.get_by_role("button", name="Исправить итог").click()
    page.get_by_role("combobox", name="На самом деле").click()
    page.get_by_role("option", name="Просил материалы").click()
    page.get_by_role("textbox", name="Почему").fill("Ждёт каталог на почту")
    page.get_by_role("button", name="Сохранить").click()
    corrected = page.get_by_text("Было «Отказ», исправлено: Анна Петрова")
    expect(corrected).to_be_visible()
    expect(corrected).to_contain_text("Ждёт каталог на почту")
    expect(page.get_by_role("heading", name="Просил материалы")).to_be_visible()
    page.goto(f"{ALL}&corrected=1")
    expect(page.locator(f'a[href="/calls/{call.record.id}"]')).to_be_visible()
    check_accessibility(page)


def test_a_call_nobody_answered_says_so(page: Page, workplace: Workplace) -> None:
    call = next(one for one in calls_of(workplace) if one.record.answered_at is None and one.record.outcome is not None)
    page.goto(f"/calls/{call.record.id}")
    expect(page.get_by_text("Разговора не было")).to_be_visible()
    expect(page.get_by_role("button", name="Слушать", exact=True)).to_have_count(0)


def test_it_works_on_a_telephone(as_role: Callable[..., Page], workplace: Workplace) -> None:
    page = as_role(Role.HEAD, viewport=PHONE)
    page.goto(ALL)
    expect(rows(page).first).to_be_visible()
    check_accessibility(page)
    page.goto(f"/calls/{longest(workplace).record.id}")
    expect(page.get_by_role("button", name="Слушать", exact=True)).to_be_visible()
    check_accessibility(page)


def test_ten_thousand_calls_scroll(page: Page) -> None:
    """Only the rows in view are there, and further pages are asked for as the end comes near."""
    page.goto(ALL)
    expect(rows(page).first).to_be_visible()
    one = page.evaluate("fetch('/api/calls?limit=1').then((answer) => answer.json())")["items"][0]
    many = [
        {**one, "id": f"00000000-0000-4000-8000-{number:012}", "name": f"Клиент {number}"} for number in range(10_050)
    ]
    many[5_000]["company"] = "Рога и копыта " * 20  # no row's height is known before it is drawn

    def by_pages(route: Route) -> None:
        first = "after=further" not in route.request.url
        route.fulfill(json={"items": many[:10_000] if first else many[10_000:], "next": "further" if first else ""})

    page.route("**/api/calls?*", by_pages)
    page.reload()
    table = page.get_by_role("table")
    expect(table).to_have_attribute("aria-rowcount", "10001")
    page.keyboard.press("End")
    expect(table).to_have_attribute("aria-rowcount", "10051")
    page.keyboard.press("Home")
    expect(page.get_by_text("Клиент 0", exact=True)).to_be_in_viewport()
    assert page.evaluate("window.scrollY") == 0
    page.keyboard.press("End")
    expect(page.get_by_text("Клиент 10049")).to_be_in_viewport()
    expect(table.get_by_role("caption")).to_be_in_viewport()
    assert rows(page).count() < 100


def test_what_cannot_be_loaded_is_told_and_tried_again(page: Page) -> None:
    provoked(page, "422")
    answered(page, "**/api/calls?*", status=422, body={"error": {"code": "invalid", "message": "Так искать нельзя"}})
    page.goto(ALL)
    expect(page.get_by_text("Так искать нельзя")).to_be_visible()
    page.unroute("**/api/calls?*")
    page.get_by_role("button", name="Повторить").click()
    expect(rows(page).first).to_be_visible()
