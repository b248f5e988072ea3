"""What does not go out by itself: the reason, what to do, and the two things a person can do about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from robot.analytics.ports import Selection
from robot.crm.outbox_ports import Kind, NewDelivery, Problem, State
from robot.domain.clock import utc_now
from tests.web.conftest import CAMPAIGN, Workplace, check_accessibility

pytestmark = pytest.mark.web

GONE = Problem("not_there", "стадии C2:WON больше нет", "выберите другую: zvonar crm check")


@pytest.fixture
def parked(workplace: Workplace, request: pytest.FixtureRequest) -> str:
    """A delivery of this test's own target that waits for a person; its target."""
    target = f"crm_{request.node.name[5:20]}"

    async def park() -> None:
        now = utc_now()
        campaign = await workplace.store.campaigns.get(CAMPAIGN)
        [call] = await workplace.store.reports.attempts(Selection(campaign.id), limit=1)
        await workplace.store.outbox.add([NewDelivery(target, target, Kind.CALL, call.lead_id, None, now)], now=now)
        (one,) = await workplace.store.outbox.claim(
            target, owner="test", now=now, until=now + timedelta(minutes=1), limit=1
        )
        await workplace.store.outbox.settle(one.id, State.PARKED, owner="test", now=now, due_at=now, problem=GONE)

    workplace.run(park)
    return target


def test_what_is_parked_is_told_with_its_remedy_and_sent_again(page: Page, parked: str) -> None:
    page.goto("/deliveries")
    line = page.get_by_role("listitem").filter(has_text=parked)
    expect(line).to_contain_text(GONE.text)
    expect(line).to_contain_text(GONE.remedy)
    check_accessibility(page)
    line.get_by_role("button", name="Отправить ещё раз").click()
    expect(line).to_have_count(0)
    page.get_by_text("Ждёт отправки").click()
    expect(page.get_by_role("listitem").filter(has_text=parked)).to_be_visible()


def test_what_is_never_to_be_sent_needs_a_reason_and_is_kept_as_dropped(page: Page, parked: str) -> None:
    page.goto("/deliveries")
    line = page.get_by_role("listitem").filter(has_text=parked)
    line.get_by_role("button", name="Не отправлять").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Не отправлять")).to_be_disabled()
    dialog.get_by_label("Почему").fill("клиент уже оплатил")
    dialog.get_by_role("button", name="Не отправлять").click()
    expect(line).to_have_count(0)
    page.get_by_text("Отменено").click()
    expect(page.get_by_role("listitem").filter(has_text=parked)).to_be_visible()
    page.goto("/journal")
    expect(page.get_by_text("клиент уже оплатил").first).to_be_visible()
