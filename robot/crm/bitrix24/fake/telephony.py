"""Calls of the fake portal. A call that was registered and not finished leaves nothing on the card."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from robot.crm.bitrix24.fake.errors import ApiError
from robot.crm.bitrix24.fake.items import Params, digits
from robot.crm.bitrix24.fake.matching import chosen, ordered, page
from robot.crm.bitrix24.fake.portal import OWNERS, Portal, Row
from robot.crm.bitrix24.fake.timeline import CALL, upload

SAME_WITHIN = timedelta(minutes=30)
STATUSES = {"200", "304", "402", "403", "404", "423", "480", "484", "486", "503", "603", "603-S", "OTHER"}
LARGEST_RECORD = 50 * 1024 * 1024
"""Not the vendor's figure: he names none."""


def register(portal: Portal, params: Params) -> Any:
    user = _user(portal, params)
    if str(params.get("TYPE")) not in {"1", "2", "3", "4", "5"}:
        raise _core("Unknown TYPE")
    phone = digits(str(params.get("PHONE_NUMBER", "")))
    if len(phone) < 5:
        raise _core("Unsupported phone number format")
    external = str(params.get("EXTERNAL_CALL_ID", ""))
    alike = (phone, str(params["TYPE"]), user, str(params.get("LINE_NUMBER", "")), external)
    for call in portal.calls.values():
        if call["alike"] == alike and portal.now() - datetime.fromisoformat(call["registered"]) < SAME_WITHIN:
            return _registered(call)
    if params.get("CRM_ENTITY_TYPE", "LEAD") not in {"LEAD", "CONTACT", "COMPANY"}:
        raise _core("Unknown CRM_ENTITY_TYPE")
    number = portal.next_id()
    call = {"CALL_ID": f"externalCall.{number:08x}", "alike": alike, "registered": portal.stamp(), "finished": False}
    call |= {"PHONE_NUMBER": phone, "EXTERNAL_CALL_ID": external or None, "CALL_TYPE": str(params["TYPE"])}
    call |= {"CRM_ENTITY_TYPE": params.get("CRM_ENTITY_TYPE"), "CRM_ENTITY_ID": params.get("CRM_ENTITY_ID")}
    call |= {"CALL_START_DATE": params.get("CALL_START_DATE", portal.stamp()), "shown": params.get("SHOW", 1)}
    call |= {"RECORD_FILE_ID": None, "TRANSCRIPT_ID": None, "CRM_ACTIVITY_ID": None}
    portal.calls[call["CALL_ID"]] = call
    return _registered(call)


def _registered(call: Row) -> Row:
    told = {name: call[name] for name in ("CALL_ID", "CRM_ENTITY_TYPE", "CRM_ENTITY_ID")}
    return {**told, "CRM_CREATED_LEAD": None, "CRM_CREATED_ENTITIES": []}


def finish(portal: Portal, params: Params) -> Any:
    call = portal.calls.get(str(params.get("CALL_ID")))
    if call is None:
        raise _core("Call is not found (call should be registered prior to finishing")
    user = _user(portal, params)
    status = str(params.get("STATUS_CODE", "200"))
    if status not in STATUSES:
        raise _core("Unknown STATUS_CODE")
    # The vendor does not say what a second finish does: the worst is taken, another line in the card.
    activity = portal.next_id()
    owner = next((kind for kind, name in OWNERS.items() if name == call["CRM_ENTITY_TYPE"]), 0)
    portal.activities[activity] = {
        "ID": str(activity),
        "OWNER_TYPE_ID": str(owner),
        "OWNER_ID": str(call["CRM_ENTITY_ID"]),
        "TYPE_ID": CALL,
        "PROVIDER_ID": "VOXIMPLANT_CALL",
        "SUBJECT": "Исходящий звонок",
        "ORIGIN_ID": f"VI_{call['CALL_ID']}",
        "RESPONSIBLE_ID": user,
        "COMPLETED": "Y",
        "CREATED": portal.stamp(),
        "LAST_UPDATED": portal.stamp(),
        "ORIGINATOR_ID": "",
        "DIRECTION": "1" if call["CALL_TYPE"] == "2" else "2",
        "FILES": [],
    }
    call |= {"finished": True, "CALL_DURATION": str(params.get("DURATION", 0)), "CALL_FAILED_CODE": status}
    call |= {"CRM_ACTIVITY_ID": str(activity), "PORTAL_USER_ID": user, "ID": str(portal.next_id())}
    return {name: value for name, value in call.items() if name.isupper()}


def attach_record(portal: Portal, params: Params) -> Any:
    call = _finished(portal, params)
    name = str(params.get("FILENAME", ""))
    if not name.lower().endswith((".wav", ".mp3")) or not params.get("FILE_CONTENT"):
        raise _core("Required parameters are not set. Request should contain or URL or FILENAME parameter")
    file = upload(portal, params["FILE_CONTENT"])
    if len(portal.files[file]) > LARGEST_RECORD:
        raise ApiError("ERROR_CORE", "File is too large")
    call["RECORD_FILE_ID"] = file
    return {"FILE_ID": file}


def attach_transcription(portal: Portal, params: Params) -> Any:
    messages = params.get("MESSAGES")
    if not isinstance(messages, list) or not messages:
        raise _core("MESSAGES should be an array")
    for place, one in enumerate(messages):
        if one.get("SIDE") not in ("User", "Client"):
            raise _core(f"MESSAGES[{place}][SIDE] should be either Client or User")
        if not isinstance(one.get("START_TIME"), int) or one["START_TIME"] < 0:
            raise _core(f"MESSAGES[{place}][START_TIME] should be greater or equal to zero")
        if not isinstance(one.get("STOP_TIME"), int) or one["STOP_TIME"] < 1:
            raise _core(f"MESSAGES[{place}][STOP_TIME] should be greater than zero")
        if not str(one.get("MESSAGE", "")).strip():
            raise _core(f"MESSAGES[{place}][MESSAGE] is empty")
    call = _finished(portal, params)
    call["TRANSCRIPT_ID"] = str(portal.next_id())
    call["messages"] = messages
    call["transcripts"] = call.get("transcripts", 0) + 1
    return {"TRANSCRIPT_ID": int(call["TRANSCRIPT_ID"])}


def statistics(portal: Portal, params: Params) -> tuple[Any, int, int | None]:
    finished = [call for call in portal.calls.values() if call["finished"]]
    rows = ordered(chosen(finished, params.get("FILTER") or {}), {"ID": "ASC"})
    shown, following = page(rows, params.get("start", 0))
    return [{name: value for name, value in row.items() if name.isupper()} for row in shown], len(rows), following


def _finished(portal: Portal, params: Params) -> Row:
    call = portal.calls.get(str(params.get("CALL_ID")))
    if call is None or not call["finished"]:
        raise _core("Call is not found. Is it finished?")
    return call


def _user(portal: Portal, params: Params) -> str:
    told = str(params.get("USER_ID", ""))
    if not told:
        raise _core("USER_ID or USER_PHONE_INNER should be set")
    if not told.isdecimal() or int(told) not in portal.users:
        raise _core("User is not found or is not active")
    return told


def _core(text: str) -> ApiError:
    return ApiError("ERROR_CORE", text)
