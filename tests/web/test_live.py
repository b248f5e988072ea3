"""Calls under way, on the page as they are spoken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from robot.crm.base import NewLead
from robot.demo.past import tone_town
from robot.domain.access import Role
from robot.domain.campaigns import CampaignState
from robot.domain.clock import utc_now
from robot.domain.priorities import PRIORITY_REQUEST
from tests.web.conftest import CAMPAIGN, NOBODY, PHONE, SEED, Workplace, check_accessibility, nobody_talks, provoked

pytestmark = pytest.mark.web

PATIENT = "Терпение"
"""A company whose head hears the robot out."""


@pytest.fixture
def calling(workplace: Workplace, page: Page) -> Iterator[None]:
    """The robot calls real simulated people while the test lasts, first of all one who talks to the end; afterwards
    nobody talks any more, or later tests would see figures that go on growing."""

    async def begin() -> None:
        campaign: Any = await workplace.store.campaigns.get(CAMPAIGN)
        number = tone_town(SEED).number_for("agrees", 9000)
        patient = NewLead(number, "Иван", PATIENT, "Москва", campaign.timezone)
        await workplace.store.leads.add(campaign.id, [patient], now=utc_now(), priority=PRIORITY_REQUEST)
        await workplace.store.campaigns.set_quota(CAMPAIGN, 100)
        await workplace.store.campaigns.set_state(CAMPAIGN, CampaignState.RUNNING)

    workplace.run(begin)
    yield
    workplace.run(lambda: workplace.store.campaigns.set_state(CAMPAIGN, CampaignState.STOPPED))
    workplace.run(lambda: workplace.store.campaigns.set_quota(CAMPAIGN, workplace.past.quota))
    workplace.run(lambda: workplace.store.campaigns.set_state(CAMPAIGN, CampaignState.PAUSED))
    nobody_talks(page)


def test_a_manager_tells_his_telephone_before_he_takes_a_call(
    as_role: Callable[..., Page], workplace: Workplace
) -> None:
    page = as_role(Role.MANAGER, viewport=PHONE)
    provoked(page, "422 (Unprocessable")
    page.goto("/live")
    page.get_by_role("button", name="Указать мой телефон").click()
    telephone = page.get_by_label("Куда звонить вам")
    telephone.fill("нет такого")
    page.get_by_role("button", name="Сохранить").click()
    expect(telephone).to_have_attribute("aria-invalid", "true")
    check_accessibility(page)
    telephone.fill("101")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("button", name="Мой телефон: 101")).to_be_visible()

    async def kept() -> str:
        (user,) = [one for one in await workplace.store.users.all() if one.name == "Олег Ким"]
        return await workplace.store.telephones.of(user.id)

    assert workplace.run(kept) == "101"


def test_nobody_on_the_line(page: Page) -> None:
    page.goto("/live")
    expect(page.get_by_text(NOBODY)).to_be_visible()
    check_accessibility(page)


@pytest.mark.usefixtures("calling")
def test_a_talk_is_read_as_it_is_spoken_and_hung_up(page: Page) -> None:
    page.goto("/live")
    calls = page.get_by_role("list", name="Звонки на линии")
    calls.get_by_role("link").filter(has_text=PATIENT).filter(has_text="Робот:").click()
    talk = page.get_by_role("region", name="Разговор")
    expect(talk.get_by_role("heading", name=PATIENT)).to_be_visible()
    expect(talk.get_by_role("listitem")).not_to_have_count(0)
    expect(talk.get_by_role("button", name="Слушать")).to_be_visible()
    check_accessibility(page)
    talk.get_by_role("button", name="Положить трубку").click()
    page.get_by_role("dialog").get_by_role("button", name="Положить трубку").click()
    expect(talk.get_by_text("Этот звонок закончился")).to_be_visible()
