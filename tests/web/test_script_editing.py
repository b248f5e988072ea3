"""Editing a script beyond its words: studio recordings, names, facts, and what colleagues and clients suggest."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from robot.analytics.call_search import CallsWanted
from robot.domain.call_remarks import Author
from robot.domain.clock import utc_now
from tests.web.conftest import CAMPAIGN, Workplace, check_accessibility, provoked

pytestmark = pytest.mark.web

SCRIPT = "upsell"
"""Nobody calls with it."""


def panel(page: Page, phrase: str, script: str = SCRIPT) -> Locator:
    page.goto(f"/scripts/{script}?phrase={phrase}")
    found = page.get_by_role("complementary")
    expect(found.get_by_role("textbox", name="Что говорит робот").first).to_be_visible()
    return found


def draft(page: Page, script: str = SCRIPT) -> str:
    text: str = page.request.get(f"/api/scripts/{script}/draft").json()["yaml"]
    return text


@pytest.fixture
def take(tmp_path: Path) -> Path:
    """A studio's file: a second of a tone at 44.1 kHz."""
    sound = (8000 * np.sin(np.arange(44100) * 2 * np.pi * 300 / 44100)).astype("<i2")
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(44100)
        out.writeframes(sound.tobytes())
    file = tmp_path / "Дубль 3.wav"
    file.write_bytes(made.getvalue())
    return file


def test_a_studio_recording_is_brought_heard_and_taken_away(page: Page, take: Path) -> None:
    provoked(page, "422 (Unprocessable")
    greeting = panel(page, "greeting")
    noise = take.with_name("шум.wav")
    noise.write_bytes(b"no sound")
    bring = greeting.get_by_label("Студийная запись", exact=True).and_(page.locator("input")).first
    bring.set_input_files(noise)
    expect(greeting.get_by_role("alert").filter(has_text="не звукозапись")).to_be_visible()
    texts = greeting.get_by_role("textbox", name="Что говорит робот")
    before = draft(page)
    assert "audio:" not in before
    for place in range(texts.count()):
        greeting.locator("input[type=file]").nth(place).set_input_files(take)
    expect(greeting.get_by_text("Звучит студийная запись")).to_have_count(texts.count())
    expect(page.get_by_text("Сохранено")).to_be_visible()
    check_accessibility(page)
    (item, *_) = page.request.get(f"/api/scripts/{SCRIPT}/recordings").json()["items"]
    assert item["used_by"] == ["greeting"]
    sound = page.request.get(f"/api/scripts/{SCRIPT}/audio?phrase=greeting")
    assert (sound.status, sound.headers["content-type"]) == (200, "audio/wav")
    assert abs(len(sound.body()) - 44 - 16_000) < 1_600, "the recording, not the voice"
    for _ in range(texts.count()):
        greeting.get_by_role("button", name="Убрать запись").first.click()
    expect(greeting.get_by_role("button", name="Убрать запись")).to_have_count(0)
    expect(page.get_by_text("Сохранено")).to_be_visible()
    assert draft(page) == before


def test_a_phrase_is_renamed_with_all_that_leads_to_it(page: Page) -> None:
    tab = panel(page, "greeting")
    name = tab.get_by_label("Имя в схеме")
    name.fill("goodbye")
    expect(tab.get_by_text("Такое имя уже есть")).to_be_visible()
    expect(tab.get_by_role("button", name="Переименовать")).to_be_disabled()
    name.fill("hello")
    tab.get_by_role("button", name="Переименовать").click()
    expect(page.locator("[data-phrase=hello]")).to_be_visible()
    expect(page).to_have_url(f"{page.url.split('?')[0]}?phrase=hello")
    text = draft(page)
    assert "exits: {to_decision_maker: hello}" in text
    assert "\n  greeting:" not in text
    page.get_by_role("button", name="Отменить").click()
    expect(page.locator("[data-phrase=greeting]")).to_be_visible()


def test_the_facts_of_a_script_are_edited(page: Page) -> None:
    page.goto(f"/scripts/{SCRIPT}")
    page.get_by_role("button", name="Действия со сценарием").click()
    page.get_by_role("menuitem", name="Сведения сценария").click()
    facts = page.get_by_role("dialog", name="Сведения сценария")
    facts.get_by_label("Новое: имя").fill("2 слова")
    expect(facts.get_by_text("первая — буква", exact=False)).to_be_visible()
    facts.get_by_label("Новое: имя").fill("gift_note")
    facts.get_by_label("Что сказать").fill("месяц в подарок")
    facts.get_by_role("button", name="Добавить").click()
    fact = facts.get_by_label("{gift_note}")
    expect(fact).to_have_value("месяц в подарок")
    check_accessibility(page)
    fact.fill("два месяца в подарок")
    expect(page.get_by_text("Сохранено")).to_be_attached()
    assert "gift_note: два месяца в подарок" in draft(page)
    facts.get_by_role("button", name="Убрать «gift_note»").click()
    expect(fact).to_have_count(0)
    expect(page.get_by_text("Сохранено")).to_be_attached()
    assert "gift_note" not in draft(page)


def suggest(workplace: Workplace, words: int) -> list[tuple[UUID, str]]:
    """A colleague marks the first sentences that clients said in calls of the past."""

    async def work() -> list[tuple[UUID, str]]:
        store, marked = workplace.store, []
        wanted = CallsWanted(talked=True, until=workplace.past.until)
        calls = [one.record.id for one in (await store.call_search.find(wanted, limit=50)).items]
        turns = await store.records.turns(calls)
        for call in calls:
            turn = next((one for one in turns.get(call, ()) if one.heard and one.phrase), None)
            if turn is not None and len(marked) < words and turn.heard not in dict(map(reversed, marked)):
                await store.suggestions.add(call, turn.number, "", author=Author("Олег Ким", None), now=utc_now())
                marked.append((call, turn.heard))
        return marked

    return workplace.run(work)


def test_what_colleagues_suggest_is_made_an_example_or_turned_down(page: Page, workplace: Workplace) -> None:
    provoked(page, "409 (Conflict)")  # where the sentence is understood as something else already
    (_, taken), (_, refused) = suggest(workplace, 2)
    before = draft(page, CAMPAIGN)
    page.goto(f"/scripts/{CAMPAIGN}?period=all")
    page.get_by_text("Примеры 2", exact=True).click()
    offered = page.get_by_role("region", name="Предложенные примеры")
    one = offered.get_by_role("listitem").filter(has=page.get_by_text(taken, exact=True))
    expect(one.get_by_text("Олег Ким", exact=False)).to_be_visible()
    check_accessibility(page)
    one.get_by_role("combobox").click()
    page.get_by_role("option").first.click()
    one.get_by_role("button", name="Сделать примером").click()
    expect(one.get_by_role("alert").or_(page.get_by_text("Примеры 1", exact=True)).first).to_be_visible()
    overrule = one.get_by_role("button", name="Всё равно добавить")
    if overrule.is_visible():
        overrule.click()
    expect(offered.get_by_text(taken, exact=True)).to_have_count(0)
    assert taken in draft(page, CAMPAIGN)
    offered.get_by_role("button", name=f"Отклонить: {refused}").click()
    expect(offered).to_have_count(0)
    assert workplace.run(lambda: workplace.store.suggestions.waiting(CAMPAIGN)) == []
    with page.expect_response("**/draft/undo"):
        page.get_by_role("button", name="Отменить").click()
    assert draft(page, CAMPAIGN) == before
