"""Settings, users and the journal, as those use them who keep the robot running, and as others do not see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from robot.domain.access import Role
from robot.domain.campaigns import Campaign
from robot.domain.journal import Change
from tests.web.conftest import CAMPAIGN, PHONE, Workplace, answered, check_accessibility, provoked

pytestmark = pytest.mark.web

UNPROCESSABLE = "422 (Unprocessable"
CONFLICT = "409 (Conflict"


def menu(page: Page) -> Locator:
    return page.get_by_role("navigation")


def campaign_of(workplace: Workplace, slug: str = CAMPAIGN) -> Campaign:
    return workplace.run(lambda: workplace.store.campaigns.get(slug))


def test_what_the_company_says_of_itself_reaches_the_scripts(page: Page, workplace: Workplace) -> None:
    page.goto("/settings")
    does = page.get_by_label("Чем занимаетесь")
    expect(page.get_by_role("button", name="Сохранить")).to_be_disabled()
    does.fill("возим цветы")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Сохранено")).to_be_visible()
    assert campaign_of(workplace).facts["company.does"] == "возим цветы"
    check_accessibility(page)
    page.goto("/journal")
    line = page.get_by_role("listitem").filter(has_text="Сведения о компании").first
    expect(line).to_contain_text("чем занимаемся: пусто → возим цветы")
    expect(line).to_contain_text("Анна Петрова")


def test_the_last_head_keeps_his_role(page: Page) -> None:
    provoked(page, CONFLICT)
    page.goto("/users")
    page.get_by_label("Роль: Анна Петрова").first.click()
    page.get_by_role("option", name="Менеджер").click()
    expect(page.get_by_role("alert").filter(has_text="последний руководитель")).to_be_visible()
    expect(page.get_by_label("Роль: Анна Петрова").first).to_have_value("Руководитель отдела продаж")


@pytest.mark.parametrize(
    ("role", "sees", "misses"),
    [
        (Role.MANAGER, [], ["Настройки", "Пользователи", "Журнал"]),
        (Role.OPS, ["Настройки"], ["Пользователи", "Журнал"]),
        (Role.AUDITOR, ["Журнал"], ["Настройки", "Пользователи"]),
    ],
)
def test_what_a_role_may_not_is_not_in_its_menu(
    as_role: Callable[..., Page], role: Role, sees: list[str], misses: list[str]
) -> None:
    page = as_role(role)
    page.goto("/")
    expect(menu(page).get_by_role("link").first).to_be_visible()
    for name in sees:
        expect(menu(page).get_by_role("link", name=name, exact=True)).to_be_visible()
    for name in misses:
        expect(menu(page).get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_a_long_journal_is_read_page_by_page_on_a_phone(as_role: Callable[..., Page], workplace: Workplace) -> None:
    async def write() -> None:
        for n in range(120):
            change = Change(
                workplace.past.until, "<b>Анна</b>", "quota_changed", "cold", {"quota": n}, {"quota": n + 1}
            )
            await workplace.store.journal.add(change)

    workplace.run(write)
    page = as_role(Role.AUDITOR, viewport=PHONE)
    page.goto("/journal?what=quota_changed")
    expect(page.get_by_role("listitem").filter(has_text="План на день")).to_have_count(50)
    page.get_by_role("button", name="Показать ещё").click()
    expect(page.get_by_role("listitem").filter(has_text="План на день")).to_have_count(100)
    expect(page.get_by_text("<b>Анна</b>").first).to_be_visible()
    check_accessibility(page)


@pytest.mark.parametrize("address", ["/settings", "/users", "/journal"])
def test_a_robot_that_is_busy_is_told_with_another_try(page: Page, address: str) -> None:
    provoked(page, "403 (Forbidden)")
    error = {"error": {"code": "forbidden", "message": "у вашей роли нет права на это"}}
    for path in ("**/api/settings/company", "**/api/users", "**/api/journal*"):
        answered(page, path, 403, error)
    page.goto(address)
    expect(page.get_by_role("alert").filter(has_text="у вашей роли нет права")).to_be_visible()
    expect(page.get_by_role("button", name="Повторить")).to_be_visible()


def test_empty_lists_say_what_to_do(page: Page) -> None:
    nothing = {"items": [], "next": ""}
    for path in ("**/api/settings/campaigns", "**/api/managers", "**/api/settings/crm", "**/api/journal*"):
        answered(page, path, 200, nothing)
    for address, text in (
        ("/settings?part=campaigns", "Кампаний ещё нет"),
        ("/settings?part=managers", "Менеджеров ещё нет"),
        ("/settings?part=crm", "CRM не подключена"),
        ("/journal", "Изменений ещё не было"),
    ):
        page.goto(address)
        expect(page.get_by_text(text)).to_be_visible()
