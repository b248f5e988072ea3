"""Calendars of the fake portal. Their errors are Russian sentences without a code, as the vendor's are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from robot.crm.bitrix24.fake.errors import ApiError
from robot.crm.bitrix24.fake.items import Params
from robot.crm.bitrix24.fake.portal import Portal, Row


def add_event(portal: Portal, params: Params) -> Any:
    row = _event(portal, params, "calendar.event.add")
    number = portal.next_id()
    portal.diary[number] = {"ID": str(number), **row}
    return number


def update_event(portal: Portal, params: Params) -> Any:
    event = _there(portal, params)
    event |= _event(portal, params, "calendar.event.update")
    return int(event["ID"])


def delete_event(portal: Portal, params: Params) -> Any:
    _there(portal, params)["DELETED"] = "Y"
    return True


def _there(portal: Portal, params: Params) -> Row:
    told = str(params.get("id", ""))
    event = portal.diary.get(int(told)) if told.isdecimal() else None
    if event is None or event["DELETED"] == "Y" or event["OWNER_ID"] != str(params.get("ownerId", "")):
        raise ApiError("", "Событие не найдено")
    return event


def _event(portal: Portal, params: Params, method: str) -> Row:
    for name in ("type", "ownerId", "name", "from", "to"):
        if not params.get(name):
            raise ApiError("", f'Не задан обязательный параметр "{name}" для метода "{method}"')
    owner = str(params["ownerId"])
    if not owner.isdecimal() or int(owner) not in portal.users:
        raise ApiError("", "Доступ запрещен")
    starts, ends = _moment(params["from"]), _moment(params["to"])
    return {
        "DELETED": "N",
        "CAL_TYPE": params["type"],
        "OWNER_ID": owner,
        "NAME": str(params["name"]),
        "DESCRIPTION": str(params.get("description", "")),
        "LOCATION": str(params.get("location", "")),
        "DATE_FROM": starts.strftime("%d.%m.%Y %H:%M:%S"),
        "DATE_TO": ends.strftime("%d.%m.%Y %H:%M:%S"),
        "DATE_FROM_TS_UTC": str(int(starts.timestamp())),
        "DATE_TO_TS_UTC": str(int(ends.timestamp())),
        "ACCESSIBILITY": str(params.get("accessibility", "busy")),
        "UF_CRM_CAL_EVENT": params.get("crm_fields") or [],
    }


def events(portal: Portal, params: Params) -> Any:
    if not params.get("type") or not params.get("ownerId"):
        raise ApiError("", 'Не задан обязательный параметр "type" для метода "calendar.event.get"')
    mine = [row for row in portal.diary.values() if row["OWNER_ID"] == str(params["ownerId"])]
    return [row for row in mine if row["DELETED"] == "N" and _within(row, params)]


def accessibility(portal: Portal, params: Params) -> Any:
    users = params.get("users")
    if not isinstance(users, list):
        raise ApiError("", 'Не задан обязательный параметр "users" для метода "calendar.accessibility.get"')
    hidden = ("DESCRIPTION", "LOCATION", "UF_CRM_CAL_EVENT", "OWNER_ID")
    busy: dict[str, list[Row]] = {str(user): [] for user in users}
    for row in portal.diary.values():
        if row["OWNER_ID"] in busy and row["DELETED"] == "N" and _within(row, params):
            busy[row["OWNER_ID"]].append({name: value for name, value in row.items() if name not in hidden})
    return busy


def _within(row: Row, params: Params) -> bool:
    """Whole days, the last one included; a month back and three ahead where none are given."""
    if not params.get("from"):
        return True
    first, last = _day(params["from"]), _day(params["to"]) + timedelta(days=1)
    return int(row["DATE_TO_TS_UTC"]) > first.timestamp() and int(row["DATE_FROM_TS_UTC"]) < last.timestamp()


def _day(text: Any) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(str(text)[:10]), time.min, UTC)
    except ValueError:
        raise ApiError("", "Неверный формат даты") from None


def _moment(text: Any) -> datetime:
    try:
        told = datetime.fromisoformat(str(text))
    except ValueError:
        raise ApiError("", "Неверный формат даты") from None
    return told if told.tzinfo else told.replace(tzinfo=UTC)
