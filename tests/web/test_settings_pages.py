"""Settings, users and the journal, as those use them who keep the robot running, and as others do not see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, expect

from robot.domain.access import Role
from robot.domain.campaigns import Campaign
from robot.domain.journal import Change
from tests.web.conftest import CAMPAIGN, PHONE, Workplace, answered, check_accessibility, provoked, was_noted

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
    was_noted(page, "Сохранено")
    assert campaign_of(workplace).facts["company.does"] == "возим цветы"
    check_accessibility(page)
    page.goto("/journal")
    line = page.get_by_role("listitem").filter(has_text="Сведения о компании").first
    expect(line).to_contain_text("чем занимаемся: пусто → возим цветы")
    expect(line).to_contain_text("Анна Петрова")


def test_a_campaign_is_created_and_what_is_wrong_stands_beside_its_field(page: Page, workplace: Workplace) -> None:
    provoked(page, UNPROCESSABLE)
    page.goto("/settings?part=campaigns")
    page.get_by_role("button", name="Новая кампания").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Название").fill("Весенние цветы")
    form.get_by_label("Короткое имя").fill("spring")
    form.get_by_label("Сценарий").first.click()
    page.get_by_role("option", name=re.compile("Холодный звонок")).click()
    form.get_by_label("Когда звонить").fill("когда захочется")
    form.get_by_label("Слова сценария").fill("price = от тысячи\nне слово")
    form.get_by_role("button", name="Сохранить").click()
    expect(form.get_by_text("Не понято: «не слово»", exact=False)).to_be_visible()
    form.get_by_label("Слова сценария").fill("price = от тысячи")
    form.get_by_role("button", name="Сохранить").click()
    expect(form.get_by_label("Когда звонить")).to_have_attribute("aria-invalid", "true")
    form.get_by_label("Когда звонить").fill("пн-пт 10:00-18:00")
    check_accessibility(page)
    form.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_text("Весенние цветы")).to_be_visible()
    made = campaign_of(workplace, "spring")
    assert (made.script, made.window.text, made.facts["price"]) == ("cold_call", "пн-пт 10:00-18:00", "от тысячи")
    page.get_by_role("button", name="Изменить: Весенние цветы").click()
    page.get_by_role("dialog").get_by_label("Звонков одному человеку").fill("5")
    page.get_by_role("dialog").get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert campaign_of(workplace, "spring").max_attempts == 5


def test_a_manager_is_added(page: Page, workplace: Workplace) -> None:
    page.goto("/settings?part=managers")
    page.get_by_role("button", name="Добавить менеджера").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Имя").fill("Павел Новый")
    form.get_by_label("Встречи с").fill("11:00")
    form.get_by_text("Пт", exact=True).click()
    check_accessibility(page)
    form.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Павел Новый")).to_be_visible()
    (made,) = [one for one in workplace.run(workplace.store.managers.all) if one.name == "Павел Новый"]
    assert (f"{made.hours.opens:%H:%M}", made.hours.weekdays) == ("11:00", {0, 1, 2, 3})


def test_a_test_call_is_refused_by_the_rules_of_every_call(as_role: Callable[..., Page]) -> None:
    page = as_role(Role.OPS)
    provoked(page, UNPROCESSABLE)
    page.goto("/settings?part=telephony")
    expect(page.get_by_text("Работает", exact=True)).to_be_visible()
    page.get_by_label("Ваш телефон").fill("+1 415 555 01 00")
    page.get_by_role("button", name="Позвонить").click()
    expect(page.get_by_text(re.compile("номер не набирается|такого номера нет"))).to_be_visible()
    check_accessibility(page)


def test_a_user_is_added_gets_another_role_and_is_let_in_no_more(
    page: Page, as_role: Callable[..., Page], workplace: Workplace
) -> None:
    page.goto("/users")
    page.get_by_role("button", name="Добавить", exact=True).click()
    page.get_by_role("dialog").get_by_label("Имя").fill("Семён Свежий")
    page.get_by_role("dialog").get_by_label("Проверяющий").check()
    page.get_by_role("dialog").get_by_role("button", name="Добавить").click()
    shown = page.get_by_role("dialog").get_by_text("/sign-in#link=")
    link = shown.inner_text()
    check_accessibility(page)
    page.get_by_role("dialog").get_by_role("button", name="Готово").click()
    newcomer = as_role(None)
    provoked(newcomer, "401 (Unauthorized)")
    newcomer.goto(link)
    newcomer.get_by_role("button", name="Войти").click()
    expect(menu(newcomer).get_by_role("link", name="Журнал")).to_be_visible()
    expect(menu(newcomer).get_by_role("link", name="Пользователи")).to_be_hidden()
    page.reload()
    page.get_by_role("button", name="Действия: Семён Свежий").click()
    page.get_by_role("menuitem", name="Закрыть вход").click()
    expect(page.get_by_text("вход закрыт")).to_be_visible()
    newcomer.goto("/journal")
    expect(newcomer.get_by_role("button", name="Войти")).to_be_visible()
    check_accessibility(page)


def test_the_last_head_keeps_his_role(page: Page) -> None:
    provoked(page, CONFLICT)
    page.goto("/users")
    page.get_by_label("Роль: Анна Петрова").first.click()
    page.get_by_role("option", name="Менеджер").click()
    was_noted(page, "последний руководитель")
    expect(page.get_by_label("Роль: Анна Петрова").first).to_have_value("Руководитель отдела продаж")


def test_a_token_is_made_shown_once_and_taken_back(page: Page) -> None:
    page.goto("/users")
    page.get_by_role("button", name="Новый токен").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Для какой программы").fill("site")
    form.get_by_label("Видеть день").check()
    check_accessibility(page)
    form.get_by_role("button", name="Добавить").click()
    secret = page.get_by_role("dialog").get_by_text(re.compile("^zv_")).inner_text()
    page.get_by_role("dialog").get_by_role("button", name="Готово").click()
    bearer = {"Authorization": f"Bearer {secret}"}
    assert page.request.get("/api/campaigns", headers=bearer).status == 200
    assert page.request.get("/api/users", headers=bearer).status == 403
    page.get_by_role("button", name="Отозвать: site").click()
    expect(page.get_by_text("отозван", exact=True)).to_be_visible()
    assert page.request.get("/api/campaigns", headers=bearer).status == 401


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
    async def write(first: int) -> None:
        for n in range(first, first + 10):
            change = Change(
                workplace.past.until, "<b>Анна</b>", "quota_changed", "cold", {"quota": n}, {"quota": n + 1}
            )
            await workplace.store.journal.add(change)

    for first in range(0, 120, 10):
        workplace.run(partial(write, first))
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


def test_the_weeks_report_is_sent_when_and_to_whom_it_is_set(page: Page, workplace: Workplace) -> None:
    provoked(page, UNPROCESSABLE)
    page.goto("/settings?part=weekly")
    expect(page.get_by_text("Почта робота не настроена")).to_be_visible()
    to = page.get_by_role("combobox", name="Кому")
    to.fill("анна")
    to.press("Enter")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("это не адрес почты")).to_be_visible()
    to.press("Backspace")
    to.fill("anna@example.ru")
    to.press("Enter")
    page.get_by_role("combobox", name="День недели").click()
    page.get_by_role("option", name="пятница").click()
    check_accessibility(page)
    page.get_by_role("button", name="Сохранить").click()
    was_noted(page, "Сохранено")
    kept = workplace.run(workplace.store.weekly.schedule)
    assert (kept.weekday, kept.hour, kept.to) == (4, 9, ("anna@example.ru",))
