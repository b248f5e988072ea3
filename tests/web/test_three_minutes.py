"""The three minutes that the product is about: see which phrase loses people, hear one of them go, say it better, have
it checked, publish it, and hear the next call say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from robot.crm.base import NewLead
from robot.demo.past import tone_town
from robot.domain.campaigns import CampaignState
from robot.domain.clock import utc_now
from telephony.simulated.population import population
from tests.web.conftest import CAMPAIGN, SEED, Workplace, nobody_talks

pytestmark = pytest.mark.web

BETTER = "Добрый день! Это Анна. Полминуты: рекламой у вас занимаетесь вы?"
MISTAKEN = "Добрый день, {lead.nmae}! Полминуты: рекламой у вас занимаетесь вы?"
HEARD = """phrase => new Promise(listening => {
  const source = new EventSource('/api/events');
  source.addEventListener('open', () => listening());
  source.addEventListener('said', event => {
    const told = JSON.parse(event.data);
    if (told.by === 'robot' && told.phrase === phrase) { source.close(); window.said = told.text; }
  });
})"""


def test_from_a_phrase_that_loses_people_to_calls_that_say_it_better(page: Page, workplace: Workplace) -> None:
    page.goto(f"/scripts/{CAMPAIGN}?period=all")

    losing = page.get_by_role("region", name="Где теряем").get_by_role("listitem")
    losing.first.get_by_role("button").click()
    panel = page.get_by_role("complementary", name="Приветствие")
    lost = panel.get_by_text(re.compile(r"ушли \d+ из\s\d+"))
    expect(lost).to_be_visible()
    count = int(re.search(r"ушли (\d+)", lost.inner_text()).group(1))  # type: ignore[union-attr]

    panel.get_by_role("tab", name="Звонки").click()
    calls = panel.get_by_role("list", name="Звонки, которые закончились на этой фразе").get_by_role("listitem")
    expect(calls).to_have_count(count)
    listen = calls.first.get_by_role("button", name=re.compile("Слушать"))
    minutes, seconds = re.search(r"с\s(\d+):(\d+)$", listen.get_attribute("aria-label") or "").groups()  # type: ignore[union-attr]
    listen.click()
    page.wait_for_function(
        "from => { const one = document.querySelector('audio');"
        " return one && one.readyState > 1 && one.currentTime >= Math.max(0, from - 2.1); }",
        arg=60 * int(minutes) + int(seconds),
    )

    panel.get_by_role("tab", name="Фраза").click()
    text = panel.get_by_role("textbox", name="Что говорит робот").first
    text.fill(MISTAKEN)
    expect(panel.get_by_role("alert").filter(has_text="lead.nmae")).to_be_visible()
    expect(page.get_by_role("article").filter(has_text="Приветствие").get_by_title("ошибка")).to_be_visible()
    text.fill(BETTER)
    panel.get_by_role("button", name="Убрать вариант").last.click()
    expect(panel.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_text("Сохранено")).to_be_visible()

    page.get_by_role("button", name="Опубликовать").click()
    publication = page.get_by_role("dialog", name="Опубликовать сценарий")
    expect(publication.get_by_role("region", name="Что изменится в звонках").locator("ins").first).to_be_visible()
    publication.get_by_label("Что изменили и зачем").fill("Короче, и сразу вопрос")
    publication.get_by_role("button", name="Опубликовать").click()
    expect(publication.get_by_text("Версия 2 опубликована")).to_be_visible()
    publication.get_by_role("button", name="Готово").click()
    expect(page.get_by_role("button", name="Версия 2")).to_be_visible()
    expect(page.get_by_text("правок нет")).to_be_visible()

    page.evaluate(HEARD, "greeting")
    with somebody_called(workplace):
        page.wait_for_function("() => window.said")  # a promise would be waited for for ever
        assert page.evaluate("window.said") == BETTER
    nobody_talks(page)


@contextmanager
def somebody_called(workplace: Workplace) -> Iterator[None]:
    """The campaign runs, and there is somebody to be called now: whatever other tests' calls have booked of today's
    quota, which are the more the slower the machine is."""

    async def begin() -> None:
        store = workplace.store
        campaign: Any = await store.campaigns.get(CAMPAIGN)
        booked = (await store.progress.quota(campaign, utc_now())).booked
        await store.campaigns.set_quota(CAMPAIGN, booked + workplace.past.quota)
        people = population(tone_town(SEED), SEED, 70)[60:]
        leads = [NewLead(one.number, one.name, one.company, one.city, campaign.timezone) for one in people]
        await store.leads.add(campaign.id, leads, now=utc_now())
        await store.campaigns.set_state(CAMPAIGN, CampaignState.RUNNING)

    async def end() -> None:
        await workplace.store.campaigns.set_state(CAMPAIGN, CampaignState.PAUSED)

    workplace.run(begin)
    try:
        yield
    finally:
        workplace.run(end)
