"""Calls under way, on the page as they are spoken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from robot.domain.campaigns import CampaignState
from tests.web.conftest import CAMPAIGN, Workplace, check_accessibility

pytestmark = pytest.mark.web


@pytest.fixture
def calling(workplace: Workplace) -> Iterator[None]:
    """The robot calls real simulated people while the test lasts."""

    async def begin() -> None:
        await workplace.store.campaigns.set_quota(CAMPAIGN, 100)
        await workplace.store.campaigns.set_state(CAMPAIGN, CampaignState.RUNNING)

    workplace.run(begin)
    yield
    workplace.run(lambda: workplace.store.campaigns.set_state(CAMPAIGN, CampaignState.STOPPED))
    workplace.run(lambda: workplace.store.campaigns.set_quota(CAMPAIGN, workplace.past.quota))
    workplace.run(lambda: workplace.store.campaigns.set_state(CAMPAIGN, CampaignState.PAUSED))


def test_nobody_on_the_line(page: Page) -> None:
    page.goto("/live")
    expect(page.get_by_text("Сейчас никто не разговаривает")).to_be_visible()
    check_accessibility(page)


@pytest.mark.usefixtures("calling")
def test_a_talk_is_read_as_it_is_spoken_and_hung_up(page: Page) -> None:
    page.goto("/live")
    calls = page.get_by_role("list", name="Звонки на линии")
    talking = calls.get_by_role("link").filter(has_text="Робот:").first
    talking.click()
    talk = page.get_by_role("region", name="Разговор")
    expect(talk.get_by_role("listitem")).not_to_have_count(0)
    expect(talk.get_by_role("button", name="Слушать")).to_be_visible()
    check_accessibility(page)
    talk.get_by_role("button", name="Положить трубку").click()
    page.get_by_role("dialog").get_by_role("button", name="Положить трубку").click()
    expect(talk.get_by_text("Этот звонок закончился")).to_be_visible()
