"""Leads, deals and contacts of the fake portal: crm.item.*, duplicates, stages and their history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from robot.crm.bitrix24.fake.errors import ApiError, not_found, required
from robot.crm.bitrix24.fake.matching import chosen, ordered, page
from robot.crm.bitrix24.fake.portal import COMPANY, CONTACT, DEAL, LEAD, OWNERS, Portal, Row

Params = Mapping[str, Any]

_EVENTS = {LEAD: "ONCRMLEAD", DEAL: "ONCRMDEAL", CONTACT: "ONCRMCONTACT", COMPANY: "ONCRMCOMPANY"}
_OF_STATUS = {LEAD: "STATUS", DEAL: "DEAL_STAGE"}
MADE, MOVED, ENDED = 1, 2, 3
MOST_PHONES = 20
SIMPLE = 2


def entity_of(params: Params) -> int:
    told = str(params.get("entityTypeId", ""))
    if told not in {str(kind) for kind in OWNERS}:
        raise ApiError("NOT_FOUND", "Смарт-процесс не найден")
    return int(told)


def found(portal: Portal, entity: int, number: Any) -> Row:
    item = portal.items.get((entity, int(number))) if str(number).isdecimal() else None
    if item is None:
        raise not_found()
    return item


def add(portal: Portal, params: Params) -> Any:
    entity, given = entity_of(params), _given(params)
    if entity == LEAD and portal.mode == SIMPLE:
        raise ApiError("ERROR_CORE", "Лиды выключены")
    number = portal.next_id()
    item: Row = dict.fromkeys(portal.fields[entity])
    item |= {"id": number, "entityTypeId": entity, "title": f"#{number}", "assignedById": 1, "categoryId": 0}
    item |= {"createdTime": portal.stamp(), "updatedTime": portal.stamp(), "stageId": "NEW"}
    item |= _known(portal, entity, given)
    portal.items[entity, number] = item
    portal.phones[entity, number] = [] if entity == DEAL else _phones(given)
    if entity in portal.stages:
        portal.moved(entity, item, kind=MADE)
    portal.tell(f"{_EVENTS[entity]}ADD", {"ID": number})
    return {"item": dict(item)}


def get(portal: Portal, params: Params) -> Any:
    entity = entity_of(params)
    item = dict(found(portal, entity, params.get("id")))
    phones = portal.phones.get((entity, item["id"]), [])
    fm = [{"id": n, "typeId": "PHONE", "valueType": "WORK", "value": one} for n, one in enumerate(phones, 1)]
    return {"item": {**item, "fm": fm}}


def listing(portal: Portal, params: Params) -> tuple[Any, int, int | None]:
    rows = ordered(chosen(portal.of(entity_of(params)), params.get("filter") or {}), params.get("order") or {})
    shown, following = page(rows, params.get("start", 0))
    select = [name for name in params.get("select") or ["*"] if name != "*"]
    return (
        {"items": [{n: row.get(n) for n in ["id", *select]} if select else dict(row) for row in shown]},
        len(rows),
        following,
    )


def update(portal: Portal, params: Params) -> Any:
    entity = entity_of(params)
    item = found(portal, entity, params.get("id"))
    before = dict(item)
    item |= _known(portal, entity, _given(params))
    if item != before:
        item["updatedTime"] = portal.stamp()
        if item["stageId"] != before["stageId"] and entity in portal.stages:
            final = portal.stages[entity][item["stageId"]][1] != "process"
            portal.moved(entity, item, kind=ENDED if final else MOVED)
        portal.tell(f"{_EVENTS[entity]}UPDATE", {"ID": item["id"]})
    return {"item": dict(item)}


def delete(portal: Portal, params: Params) -> Any:
    entity = entity_of(params)
    item = found(portal, entity, params.get("id"))
    del portal.items[entity, item["id"]]
    portal.phones.pop((entity, item["id"]), None)
    portal.tell(f"{_EVENTS[entity]}DELETE", {"ID": item["id"]})
    return []


def fields(portal: Portal, params: Params) -> Any:
    names = portal.fields[entity_of(params)]
    return {"fields": {name: {"type": "string", "isReadOnly": name == "id", "title": name} for name in names}}


def duplicates(portal: Portal, params: Params) -> Any:
    """Numbers are compared by their digits."""
    values = params.get("values")
    if params.get("type") != "PHONE" or not isinstance(values, list) or len(values) > MOST_PHONES:
        raise ApiError("Communication type is not defined", "Parameter 'type' is required.")
    wanted = {digits(str(value)) for value in values}
    alike: dict[str, list[int]] = {}
    for (entity, number), phones in portal.phones.items():
        owner = OWNERS[entity]
        if entity != DEAL and params.get("entity_type", owner) == owner and wanted & {digits(one) for one in phones}:
            alike.setdefault(owner, []).append(number)
    return alike


def statuses(portal: Portal, params: Params) -> Any:
    rows: list[Row] = []
    for entity, stages in portal.stages.items():
        for place, (status, (title, semantics)) in enumerate(stages.items(), 1):
            row = {"ID": str(place), "ENTITY_ID": _OF_STATUS[entity], "STATUS_ID": status, "NAME": title}
            rows.append({**row, "SORT": str(place * 10), "EXTRA": {"SEMANTICS": semantics}})
    return chosen(rows, params.get("filter") or {})


def stage_history(portal: Portal, params: Params) -> tuple[Any, int, int | None]:
    of_type = [row for row in portal.history if row["ENTITY_TYPE_ID"] == entity_of(params)]
    rows = ordered(chosen(of_type, params.get("filter") or {}), params.get("order") or {"ID": "ASC"})
    shown, following = page(rows, params.get("start", 0))
    return {"items": shown}, len(rows), following


def digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdecimal())


def _given(params: Params) -> Mapping[str, Any]:
    given = params.get("fields")
    if not isinstance(given, Mapping):
        raise required("fields")
    return given


def _known(portal: Portal, entity: int, given: Mapping[str, Any]) -> Row:
    """What the portal has fields for; the rest is ignored in silence, as the vendor does."""
    stage = given.get("stageId")
    if stage is not None and stage not in portal.stages.get(entity, {}):
        raise ApiError("CRM_FIELD_ERROR_VALUE_NOT_VALID", 'Неверное значение поля "Стадия"')
    assigned = given.get("assignedById")
    if assigned is not None and (not str(assigned).isdecimal() or int(assigned) not in portal.users):
        raise ApiError("CRM_FIELD_ERROR_VALUE_NOT_VALID", 'Неверное значение поля "Ответственный"')
    names = set(portal.fields[entity]) - {"id", "createdTime", "updatedTime"}
    return {name: value for name, value in given.items() if name in names}


def _phones(given: Mapping[str, Any]) -> list[str]:
    return [str(one["value"]) for one in given.get("fm") or [] if one.get("typeId") == "PHONE" and one.get("value")]
