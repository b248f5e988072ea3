"""What hangs on a card of the fake portal: todos, calls logged as activities, comments."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from robot.crm.bitrix24.fake.errors import ApiError, required
from robot.crm.bitrix24.fake.items import Params
from robot.crm.bitrix24.fake.matching import chosen, ordered, page
from robot.crm.bitrix24.fake.portal import OWNERS, Portal, Row

CALL = "2"
TODO = "6"


def owner_of(portal: Portal, kind: Any, number: Any) -> tuple[int, int]:
    if not str(kind).isdecimal() or not str(number).isdecimal() or (int(kind), int(number)) not in portal.items:
        raise ApiError("OWNER_NOT_FOUND", "Владелец элемента не найден")
    return int(kind), int(number)


def add_todo(portal: Portal, params: Params) -> Any:
    for name in ("ownerTypeId", "ownerId", "deadline"):
        if not params.get(name):
            raise required(name)
    kind, number = owner_of(portal, params["ownerTypeId"], params["ownerId"])
    deadline = _time(params["deadline"])
    row = _activity(portal, kind, number, type_id=TODO, provider="CRM_TODO", subject=str(params.get("title", "")))
    row |= {"DESCRIPTION": str(params.get("description", "")), "DEADLINE": deadline, "COMPLETED": "N"}
    row["RESPONSIBLE_ID"] = _user(portal, params.get("responsibleId", 1))
    portal.tell("ONCRMACTIVITYADD", {"ID": row["ID"]})
    return {"id": int(row["ID"])}


def update_todo(portal: Portal, params: Params) -> Any:
    told = str(params.get("id", ""))
    row = portal.activities.get(int(told)) if told.isdecimal() else None
    if row is None or row["OWNER_ID"] != str(params.get("ownerId", "")):
        raise ApiError("NOT_FOUND", "Not found.")
    row["DEADLINE"] = _time(params.get("deadline"))
    for name, field in (("title", "SUBJECT"), ("description", "DESCRIPTION")):
        row[field] = str(params.get(name, row[field]))
    row["RESPONSIBLE_ID"] = _user(portal, params.get("responsibleId", row["RESPONSIBLE_ID"]))
    row["LAST_UPDATED"] = portal.stamp()
    return {"id": int(told)}


def add_activity(portal: Portal, params: Params) -> Any:
    given: Mapping[str, Any] = params.get("fields") or {}
    for name in ("SUBJECT", "RESPONSIBLE_ID", "TYPE_ID", "COMMUNICATIONS"):
        if not given.get(name):
            raise ApiError("", f"The field {name} is not defined or invalid")
    kind, number = owner_of(portal, given.get("OWNER_TYPE_ID"), given.get("OWNER_ID"))
    row = _activity(portal, kind, number, type_id=str(given["TYPE_ID"]), provider="", subject=str(given["SUBJECT"]))
    for name in ("DESCRIPTION", "ORIGINATOR_ID", "ORIGIN_ID", "COMPLETED", "START_TIME", "END_TIME", "DIRECTION"):
        row[name] = given.get(name, "")
    row["RESPONSIBLE_ID"] = _user(portal, given["RESPONSIBLE_ID"])
    row["FILES"] = [upload(portal, one["fileData"][1]) for one in given.get("FILES") or []]
    return int(row["ID"])


def update_activity(portal: Portal, params: Params) -> Any:
    told, given = str(params.get("id", "")), params.get("fields") or {}
    row = portal.activities.get(int(told)) if told.isdecimal() else None
    if row is None:
        raise ApiError("NOT_FOUND", "Not found.")
    row |= {name: given[name] for name in ("SUBJECT", "DESCRIPTION", "COMPLETED") if name in given}
    row["LAST_UPDATED"] = portal.stamp()
    return True


def list_activities(portal: Portal, params: Params) -> tuple[Any, int, int | None]:
    rows = ordered(chosen(portal.activities.values(), params.get("filter") or {}), params.get("order") or {"ID": "ASC"})
    shown, following = page(rows, params.get("start", 0))
    return shown, len(rows), following


def add_comment(portal: Portal, params: Params) -> Any:
    given: Mapping[str, Any] = params.get("fields") or {}
    if not str(given.get("COMMENT", "")).strip():
        raise ApiError("INVALID_ARG_VALUE", "Empty comment")
    kind = next((k for k, name in OWNERS.items() if name == str(given.get("ENTITY_TYPE", "")).upper()), 0)
    owner_of(portal, kind, given.get("ENTITY_ID"))
    number = portal.next_id()
    row: Row = {"ID": str(number), "ENTITY_ID": str(given["ENTITY_ID"]), "ENTITY_TYPE": OWNERS[kind].lower()}
    files = [upload(portal, one[1]) for one in given.get("FILES") or []]
    portal.comments[number] = {**row, "COMMENT": str(given["COMMENT"]), "CREATED": portal.stamp(), "FILES": files}
    return number


def list_comments(portal: Portal, params: Params) -> tuple[Any, int, int | None]:
    wanted = params.get("filter") or {}
    if not {"ENTITY_ID", "ENTITY_TYPE"} <= wanted.keys():
        raise required("filter")
    alike = {**wanted, "ENTITY_TYPE": str(wanted["ENTITY_TYPE"]).lower()}
    rows = ordered(chosen(portal.comments.values(), alike), params.get("order") or {"ID": "ASC"})
    shown, following = page(rows, params.get("start", 0))
    return shown, len(rows), following


def upload(portal: Portal, content: Any) -> int:
    """The number of a file given in base64."""
    try:
        decoded = base64.b64decode(str(content), validate=True)
    except (binascii.Error, ValueError):
        raise ApiError("ERROR_CORE", "Wrong file content") from None
    number = portal.next_id()
    portal.files[number] = decoded
    return number


def _activity(portal: Portal, kind: int, number: int, *, type_id: str, provider: str, subject: str) -> Row:
    activity = portal.next_id()
    row: Row = {"ID": str(activity), "OWNER_TYPE_ID": str(kind), "OWNER_ID": str(number), "TYPE_ID": type_id}
    row |= {"PROVIDER_ID": provider, "SUBJECT": subject, "CREATED": portal.stamp(), "ORIGIN_ID": "", "FILES": []}
    row |= {"LAST_UPDATED": row["CREATED"], "ORIGINATOR_ID": "", "DIRECTION": "0", "COMPLETED": "N"}
    portal.activities[activity] = row
    return row


def _user(portal: Portal, number: Any) -> str:
    if not str(number).isdecimal() or int(number) not in portal.users:
        raise ApiError("", "The field RESPONSIBLE_ID is not defined or invalid")
    return str(number)


def _time(text: Any) -> str:
    try:
        return datetime.fromisoformat(str(text)).isoformat()
    except ValueError:
        raise ApiError("WRONG_DATETIME_FORMAT", "Некорректный формат даты") from None
