"""What hangs on a card of the fake account: notes, tasks, files; and the feed of events."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from robot.crm.amocrm.fake.account import Account, ApiError, Row, user_of
from robot.crm.amocrm.fake.entities import chosen, found_lead
from robot.crm.forms import Form, at

NOTES = {"call_out", "call_in", "common", "attachment"}
CALL_STATUSES = range(1, 8)
CALL_EVENTS = {"call_out": "outgoing_call", "call_in": "incoming_call"}
KINDS = {"lead_added", "lead_status_changed", "lead_deleted", "outgoing_call", "incoming_call"}
"""Of events this account tells of; a real one knows many more."""
LARGEST_FILE = 300 * 1024 * 1024
PART = 512 * 1024


def add_notes(account: Account, given: Any) -> list[Row]:
    if not isinstance(given, list) or not given:
        raise ApiError(400, "Bad Request")
    made = []
    for one in given:
        of = "lead" if one.get("entity_type", "leads") == "leads" else "contact"
        if of == "lead":
            found_lead(account, int(one.get("entity_id") or 0))
        kind, params = one.get("note_type"), one.get("params") or {}
        if kind not in NOTES:
            raise ApiError(400, "Bad Request", {"0.note_type": "NotSupportedChoice"})
        if kind in ("call_out", "call_in"):
            _check_call(params)
        if kind == "attachment" and params.get("file_uuid") not in account.files:
            raise ApiError(400, "Bad Request", {"0.params.file_uuid": "NotSupportedChoice"})
        if kind == "common" and not str(params.get("text", "")).strip():
            raise ApiError(400, "Bad Request", {"0.params.text": "NotBlank"})
        number = account.next_id()
        row: Row = {"id": number, "entity_id": int(one["entity_id"]), "note_type": kind, "params": dict(params)}
        account.notes[number] = {**row, "created_at": account.stamp(), "updated_at": account.stamp()}
        if kind in CALL_EVENTS:
            account.log(CALL_EVENTS[kind], row["entity_id"], (), [{"note": {"id": number}}], of=of)
        made.append({"id": number, "entity_id": row["entity_id"], "request_id": str(one.get("request_id", "0"))})
    return made


def _check_call(params: Mapping[str, Any]) -> None:
    for name in ("uniq", "duration", "source", "phone"):
        if params.get(name) is None:
            raise ApiError(400, "Bad Request", {f"0.params.{name}": "FieldMissing"})
    if params.get("call_status", 4) not in CALL_STATUSES:
        raise ApiError(400, "Bad Request", {"0.params.call_status": "NotSupportedChoice"})


def notes_of(account: Account, lead: int, query: Form) -> list[Row]:
    found_lead(account, lead)
    wanted = query.get("filter", {})
    kinds = wanted.get("note_type", {}) if isinstance(wanted, dict) else {}
    names = set(kinds.values()) if isinstance(kinds, dict) else {kinds}
    rows = [row for row in account.notes.values() if row["entity_id"] == lead]
    return sorted((row for row in rows if not names or row["note_type"] in names), key=lambda row: -int(row["id"]))


def add_tasks(account: Account, given: Any) -> list[Row]:
    if not isinstance(given, list) or not given:
        raise ApiError(400, "Bad Request")
    made = []
    for one in given:
        if not str(one.get("text", "")).strip() or not isinstance(one.get("complete_till"), int):
            raise ApiError(400, "Bad Request", {"0.text": "NotBlank"})
        lead = found_lead(account, int(one.get("entity_id") or 0))
        number = account.next_id()
        row: Row = {"id": number, "entity_id": lead["id"], "entity_type": "leads", "text": str(one["text"])}
        row |= {"complete_till": one["complete_till"], "task_type_id": one.get("task_type_id", 1)}
        row |= {"duration": one.get("duration", 0), "is_completed": False, "created_at": account.stamp()}
        user = one.get("responsible_user_id", min(account.users))
        row |= {"responsible_user_id": user_of(account, user, "0.responsible_user_id"), "updated_at": account.stamp()}
        account.tasks[number] = row
        account.tell("task", "add", {**row, "element_id": lead["id"], "element_type": 2})
        made.append({"id": number, "request_id": str(one.get("request_id", "0"))})
    return made


def update_task(account: Account, number: int, given: Mapping[str, Any]) -> Row:
    task = account.tasks.get(number)
    if task is None:
        raise ApiError(404, "Not found")
    if "responsible_user_id" in given:
        user_of(account, given["responsible_user_id"], "responsible_user_id")
    names = ("text", "complete_till", "duration", "responsible_user_id", "is_completed")
    task |= {name: given[name] for name in names if name in given}
    task["updated_at"] = account.stamp()
    return task


def find_tasks(account: Account, query: Form) -> list[Row]:
    lead, done = at(query, "filter", "entity_id"), at(query, "filter", "is_completed")
    rows = chosen(account.tasks.values(), query)
    return [
        row
        for row in rows
        if (not lead or str(row["entity_id"]) == lead) and (not done or row["is_completed"] == (done == "1"))
    ]


def find_events(account: Account, query: Form) -> list[Row]:
    """Newest first."""
    wanted = query.get("filter", {})
    kinds = wanted.get("type", {}) if isinstance(wanted, dict) else {}
    names = set(kinds.values()) if isinstance(kinds, dict) else set(str(kinds).split(","))
    since, lead = at(query, "filter", "created_at", "from"), at(query, "filter", "entity_id")
    of = wanted.get("entity", {}) if isinstance(wanted, dict) else {}
    entities = set(of.values()) if isinstance(of, dict) else set(str(of).split(","))
    unknown = names - KINDS
    if unknown:
        raise ApiError(400, "Bad Request", {"filter.type": "NotSupportedChoice"})
    return [
        row
        for row in reversed(account.events)
        if (not names or row["type"] in names)
        and (not entities or row["entity_type"] in entities)
        and (not since or row["created_at"] >= int(since))
        and (not lead or str(row["entity_id"]) == lead)
    ]


def open_upload(account: Account, given: Mapping[str, Any], drive: str) -> Row:
    size = given.get("file_size")
    if not given.get("file_name") or not isinstance(size, int) or not 0 < size <= LARGEST_FILE:
        raise ApiError(400, "Bad Request")
    session = uuid.uuid4().hex
    account.uploads[session] = (dict(given), b"")
    told = {"session_id": session, "upload_url": f"{drive}/v1.0/sessions/upload/{session}/0"}
    return {**told, "max_file_size": LARGEST_FILE, "max_part_size": PART}


def upload_part(account: Account, session: str, place: int, part: bytes, drive: str) -> Row:
    """The next address, or the file once it is whole."""
    if session not in account.uploads or len(part) > PART:
        raise ApiError(400, "Bad Request")
    told, content = account.uploads[session]
    content = content[: place * PART] + part
    account.uploads[session] = (told, content)
    if len(content) < told["file_size"]:
        return {"next_url": f"{drive}/v1.0/sessions/upload/{session}/{place + 1}", "session_id": session}
    del account.uploads[session]
    number = str(uuid.uuid4())
    account.files[number] = content
    return {"uuid": number, "version_uuid": str(uuid.uuid4()), "name": told["file_name"], "size": len(content)}
