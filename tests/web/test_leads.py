"""The page of leads and lists: a list is tried out and imported, the stop list refuses, a lead's whole history."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from robot.analytics.call_search import CallFound, CallsWanted
from robot.crm.lead_desk import ConsentState, LeadFound, LeadsWanted
from robot.domain.access import Role
from robot.domain.clock import utc_now
from robot.domain.phones import mask_phone
from robot.domain.stops import StopPattern
from tests.web.conftest import CAMPAIGN, PHONE, Workplace, answered, check_accessibility, provoked, was_noted

pytestmark = pytest.mark.web

NEW, BARRED = "+79161230001", "+79161230002"
OURS = StopPattern("+7916123????")


@pytest.fixture
def own_numbers(workplace: Workplace) -> Iterator[None]:
    """Whoever this test imports is not called by others."""
    yield

    async def clean() -> None:
        now = utc_now()
        await workplace.store.stop_list.add_pattern(OURS, reason="тест", now=now)
        for entry in (OURS.text, BARRED, "+7812*"):
            await workplace.store.stop_list.remove(entry, by="тест", reason="тест", now=now)

    workplace.run(clean)


def called(workplace: Workplace) -> CallFound:
    """Somebody who really talked."""

    async def read() -> CallFound:
        return (await workplace.store.call_search.find(CallsWanted(talked=True), limit=1)).items[0]

    return workplace.run(read)


def listed(workplace: Workplace) -> LeadFound:
    """Somebody of the campaign whom nobody forbids to call."""

    async def read() -> LeadFound:
        page = await workplace.store.lead_desk.find(LeadsWanted(campaign=CAMPAIGN), now=utc_now())
        return next(one for one in page.items if not one.stopped)

    return workplace.run(read)


def count(workplace: Workplace, **wanted: Any) -> int:
    return workplace.run(lambda: workplace.store.lead_desk.count(LeadsWanted(**wanted), most=1000, now=utc_now()))


def rows(page: Page, name: str) -> Locator:
    return page.get_by_role("table", name=name).get_by_role("row").filter(has=page.get_by_role("cell"))


def test_leads_are_found_by_name_status_and_campaign(page: Page, workplace: Workplace) -> None:
    name = called(workplace).record.lead_name
    page.goto("/leads")
    table = page.get_by_role("table", name="Список лидов")
    expect(table).to_have_attribute("aria-rowcount", str(count(workplace) + 1))
    check_accessibility(page)
    page.get_by_role("textbox", name="Кого ищем").fill(name.upper())
    expect(table).to_have_attribute("aria-rowcount", str(count(workplace, words=name) + 1))
    expect(rows(page, "Список лидов").first).to_contain_text(name)
    page.get_by_role("textbox", name="Кого ищем").fill("тиранозавр")
    expect(page.get_by_text("Таких лидов нет")).to_be_visible()
    page.get_by_role("button", name="Сбросить").click()
    expect(table).to_have_attribute("aria-rowcount", str(count(workplace) + 1))
    page.get_by_label("Только из стоп-листа").click()
    expect(page).to_have_url(re.compile("stopped=1"))


def test_the_history_of_a_called_lead_leads_to_the_call(page: Page, workplace: Workplace) -> None:
    call = called(workplace)
    page.goto(f"/leads/{call.lead_id}")
    expect(page.get_by_role("heading", name=call.record.lead_name)).to_be_visible()
    expect(page.get_by_text("Появился у нас")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name="Показать").click()
    lead = workplace.run(lambda: workplace.store.lead_desk.one(call.lead_id, now=utc_now()))
    assert lead is not None
    expect(page.get_by_text(lead.lead.phone)).to_be_visible()
    page.get_by_text("Звонки и встречи").click()
    expect(page.get_by_text("Появился у нас")).to_be_hidden()
    page.locator(f'a[href="/calls/{call.record.id}"]').first.click()
    page.wait_for_url(f"**/calls/{call.record.id}")


@pytest.mark.usefixtures("own_numbers")
def test_a_list_is_tried_out_then_imported_and_the_stop_list_refuses(
    page: Page, workplace: Workplace, tmp_path: Path
) -> None:
    known = listed(workplace)
    file = tmp_path / "Клиенты.csv"
    lines = [
        "Телефон;Имя;Город;ИНН",
        f"{NEW};=1+1 Новый;Москва;77",
        f"{NEW};;Москва;",
        f"{BARRED};Запрещённый;Москва;",
        f"{known.lead.phone};Известный;;",
        "12;Ошибочный;;",
    ]
    file.write_bytes("\r\n".join(lines).encode("cp1251"))

    page.goto("/leads/stoplist")
    page.get_by_role("button", name="Добавить номер").click()
    page.get_by_role("textbox", name="Номер или шаблон").fill("8 916 123-00-02")
    page.get_by_role("textbox", name="Причина").fill("просил")
    page.get_by_role("button", name="В стоп-лист").click()
    expect(rows(page, "Стоп-лист").first).to_contain_text(mask_phone(BARRED))

    page.get_by_role("link", name="Загрузка").click()
    expect(page.get_by_role("button", name="Выбрать файл")).to_be_enabled()
    page.locator("input[type=file]").set_input_files(file)
    plan = page.get_by_role("group", name="Строки по тому, что с ними станет")
    for told in ("Новый", "Уже есть в кампании", "Повтор в файле", "В стоп-листе", "Ошибка в строке"):
        expect(plan.get_by_role("button", name=told)).to_contain_text("1")
    expect(page.get_by_role("group", name="Столбцы файла")).to_contain_text("телефон")
    assert workplace.run(lambda: workplace.store.leads.find(NEW)) is None, "a dry run writes nothing"
    plan.get_by_role("button", name="Ошибка в строке").click()
    expect(rows(page, "Строки файла")).to_have_count(1)
    expect(rows(page, "Строки файла")).to_contain_text("такого номера нет")
    check_accessibility(page)

    page.get_by_role("button", name="Загрузить 1 новый лид").click()
    expect(page.get_by_text("Готово: в очереди 1 новый лид")).to_be_visible()
    page.get_by_role("link", name="Показать лиды кампании").click()
    expect(page.get_by_role("link", name="1+1 Новый")).to_be_visible()
    lead = workplace.run(lambda: workplace.store.leads.find(NEW))
    assert lead is not None
    assert count(workplace, words=BARRED, stopped=True, campaign=CAMPAIGN) == 0, "the stop list refused him a task"


@pytest.mark.usefixtures("own_numbers")
def test_the_stop_list_is_looked_through_filled_from_a_file_and_shortened(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "stop.csv"
    file.write_text("телефон;причина\n+7812*;филиал\n12;\n", encoding="utf-8")
    page.goto("/leads/stoplist")
    page.get_by_role("button", name="Из файла").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(file)
    expect(dialog.get_by_text("строка 3")).to_be_visible()
    check_accessibility(page)
    dialog.get_by_role("button", name="Не звонить: 1 запись").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("textbox", name="Номер телефона").fill("8 812 123-45-67")
    page.get_by_role("button", name="Проверить").click()
    expect(page.get_by_text("Не звоним: +7812*")).to_be_visible()
    page.get_by_role("button", name="Убрать из стоп-листа").first.click()
    page.get_by_role("dialog").get_by_role("textbox", name="Причина").fill("филиал закрыт")
    page.get_by_role("dialog").get_by_role("button", name="Убрать из стоп-листа").click()
    expect(page.get_by_role("listitem").filter(has_text="филиал закрыт").first).to_contain_text("Анна Петрова")


def test_a_consent_is_recorded_found_and_revoked(page: Page, workplace: Workplace) -> None:
    lead = listed(workplace)
    page.goto("/leads/consents")
    page.get_by_role("button", name="Записать согласие").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Номер телефона").fill(lead.lead.phone)
    dialog.get_by_role("textbox", name="Откуда согласие").fill("договор № 12")
    dialog.get_by_role("textbox", name="С чем согласился").fill("Согласен на звонки")
    dialog.get_by_role("button", name="Записать согласие").click()
    expect(dialog).to_be_hidden()
    expect(rows(page, "Согласия").first).to_contain_text("договор № 12")
    page.get_by_role("textbox", name="Номер телефона").fill(lead.lead.phone)
    page.get_by_role("button", name="Проверить").click()
    expect(page.get_by_text("Согласен на звонки").first).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name="Отозвать всё").click()
    was_noted(page, "Согласие отозвано.")
    assert count(workplace, words=lead.lead.phone, consent=ConsentState.REVOKED) == 1


def test_on_a_phone_and_when_something_is_wrong(as_role: Callable[..., Page], workplace: Workplace) -> None:
    page = as_role(Role.MANAGER, viewport=PHONE)
    page.goto("/leads")
    expect(page.get_by_role("table", name="Список лидов")).to_be_visible()
    check_accessibility(page)
    expect(page.get_by_role("link", name="Загрузка")).to_be_hidden()
    page.goto(f"/leads/{called(workplace).lead_id}")
    expect(page.get_by_text("Появился у нас")).to_be_visible()
    expect(page.get_by_role("button", name="Показать")).to_be_hidden()
    check_accessibility(page)
    provoked(page, "503", "404")
    page.goto("/leads/99999999")
    expect(page.get_by_role("alert")).to_contain_text("такого лида нет")
    error = {"error": {"code": "unavailable", "message": "хранилище занято"}}
    answered(page, "**/api/stoplist?*", 503, error)
    page.goto("/leads/stoplist")
    expect(page.get_by_role("alert")).to_contain_text("хранилище занято")
    answered(page, "**/api/leads?*", body={"items": [], "next": ""})
    page.goto("/leads")
    expect(page.get_by_text("Лидов ещё нет")).to_be_visible()
