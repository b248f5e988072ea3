"""Getting in and out, and the frame that all pages stand in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from robot.domain.access import Role
from robot.domain.clock import utc_now
from robot.web.passwords import Passwords
from tests.contracts.line_contract import eventually
from tests.web.conftest import PHONE, Workplace, check_accessibility, provoked

pytestmark = pytest.mark.web

UNAUTHORIZED = "401 (Unauthorized)"


def test_a_password_lets_in_and_a_wrong_one_does_not(as_role: Callable[..., Page], workplace: Workplace) -> None:
    async def make() -> None:
        user = await workplace.store.users.add("Мария", Role.AUDITOR, now=utc_now())
        await workplace.store.credentials.set_password(user.id, await Passwords().hash("кот на крыше дома"))

    workplace.run(make)
    page = as_role(None)
    provoked(page, UNAUTHORIZED)
    page.goto("/calls")
    check_accessibility(page)
    page.get_by_label("Имя").fill("мария")
    page.get_by_role("textbox", name="Пароль").fill("кот под крышей дома")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("textbox", name="Пароль").fill("кот на крыше дома")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("navigation")).to_be_visible()
    assert page.url.endswith("/calls"), "where he wanted to go"


def test_a_link_lets_in_once_and_leaves_no_trace_in_the_address(
    as_role: Callable[..., Page], workplace: Workplace
) -> None:
    link = workplace.link("Новый", Role.AUDITOR)
    page = as_role(None)
    provoked(page, UNAUTHORIZED)
    page.goto(link)
    enter = page.get_by_role("button", name="Войти")
    expect(enter).to_be_visible()
    assert "#" not in page.url
    enter.click()
    asked = page.get_by_role("dialog", name="Придумайте пароль")
    asked.get_by_role("textbox", name="Новый пароль").fill("собака на заборе")
    check_accessibility(page)
    asked.get_by_role("button", name="Сохранить").click()
    expect(asked).to_be_hidden()
    page.reload()
    expect(page.get_by_role("navigation")).to_be_visible()
    expect(asked).to_be_hidden()
    again = as_role(None)
    provoked(again, UNAUTHORIZED)
    again.goto(link)
    again.get_by_role("button", name="Войти").click()
    expect(again.get_by_role("alert")).to_be_visible()


def test_language_and_theme_are_chosen_and_kept(page: Page) -> None:
    page.goto("/today")
    page.get_by_role("button", name="Анна Петрова").click()
    page.get_by_text("English", exact=True).click()
    page.get_by_text("Dark", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    assert page.locator("html").get_attribute("data-mantine-color-scheme") == "dark"
    assert page.locator("html").get_attribute("lang") == "en"
    check_accessibility(page)


def test_the_language_goes_with_its_user_to_another_computer(
    as_role: Callable[..., Page], workplace: Workplace
) -> None:
    async def make() -> None:
        user = await workplace.store.users.add("Джон", Role.AUDITOR, now=utc_now())
        await workplace.store.credentials.set_password(user.id, await Passwords().hash("кот на крыше дома"))

    workplace.run(make)

    def enter(english_at_the_door: bool) -> Page:
        page = as_role(None)
        provoked(page, UNAUTHORIZED)
        page.goto("/calls")
        page.get_by_label("Имя").fill("Джон")
        page.get_by_role("textbox", name="Пароль").fill("кот на крыше дома")
        if english_at_the_door:
            page.get_by_role("button", name="English").click()
        page.locator("button[type=submit]").click()
        return page

    async def english() -> bool:
        return [one.language for one in await workplace.store.users.all() if one.name == "Джон"] == ["en"]

    first = enter(english_at_the_door=True)
    expect(first.get_by_role("heading", level=1)).to_have_text("Calls")
    workplace.run(lambda: eventually(english))
    second = enter(english_at_the_door=False)
    expect(second.get_by_role("heading", level=1)).to_have_text("Calls")
    second.get_by_role("button", name="Джон").click()
    with second.expect_response("**/api/me/language"):
        second.get_by_text("Русский", exact=True).click()
    expect(enter(english_at_the_door=False).get_by_role("heading", level=1)).to_have_text("Звонки")


def test_who_loses_his_role_loses_the_page_at_once(as_role: Callable[..., Page], workplace: Workplace) -> None:
    page = as_role(Role.MANAGER)
    provoked(page, "403 (Forbidden)")  # what the page still asked for when it lost the right
    with page.expect_response("**/api/events"):
        page.goto("/calls")
    menu = page.get_by_role("navigation")
    expect(menu.get_by_role("link", name="Звонки")).to_be_visible()

    async def demote(role: Role) -> None:
        (user,) = [one for one in await workplace.store.users.all() if one.name == "Олег Ким"]
        await workplace.store.users.set_role(user.id, role)

    workplace.run(lambda: demote(Role.OPS))
    try:
        expect(menu.get_by_role("link", name="Настройки")).to_be_visible()
        expect(menu.get_by_role("link", name="Звонки")).to_have_count(0)
    finally:
        workplace.run(lambda: demote(Role.MANAGER))


def test_the_menu_has_what_the_role_may_and_no_more(as_role: Callable[..., Page]) -> None:
    page = as_role(Role.OPS)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Сегодня")
    menu = page.get_by_role("navigation")
    expect(menu.get_by_role("link", name="Сегодня")).to_be_visible()
    for hidden in ("Сейчас на линии", "Лиды", "Звонки"):
        expect(menu.get_by_role("link", name=hidden)).to_have_count(0)
    page.goto("/leads")
    expect(page.get_by_role("heading", level=1)).to_have_text("Такой страницы нет")


def test_on_a_phone_the_menu_opens_and_closes(as_role: Callable[..., Page]) -> None:
    page = as_role(Role.HEAD, viewport=PHONE)
    page.goto("/today")
    link = page.get_by_role("navigation").get_by_role("link", name="Сегодня")
    expect(link).not_to_be_in_viewport()
    page.get_by_role("button", name="Меню").first.click()
    link.click()
    expect(link).not_to_be_in_viewport()
    check_accessibility(page)


def test_signing_out_shows_the_door_again(as_role: Callable[..., Page]) -> None:
    page = as_role(Role.MANAGER)
    provoked(page, UNAUTHORIZED)  # what the page still asked for when its session ended
    page.goto("/")
    page.get_by_role("button", name="Олег Ким").click()
    page.get_by_role("menuitem", name="Выйти").click()
    expect(page.get_by_role("button", name="Войти")).to_be_visible()
