"""A call in amoCRM's words, and its rows in ours. Pure; texts are hostile, and shown there as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from robot.crm.after_call import Todo
from robot.crm.amocrm.client import as_map
from robot.crm.amocrm.settings import Settings
from robot.crm.call_text import facts, heading, lead_title, transcript
from robot.crm.connector import Change
from robot.crm.marks import mark
from robot.crm.report import CallReport
from robot.crm.stages import Stage
from robot.domain.outcomes import Outcome
from robot.domain.people import lead_fields
from robot.domain.phones import InvalidPhone, parse_phone

CALL, MEETING = 1, 2
"""Types of tasks."""
SOURCE = "Звонарь"

_STATUS = {
    Outcome.VOICEMAIL: 1,
    Outcome.CALLBACK_SCHEDULED: 2,
    Outcome.FAILED: 3,
    Outcome.WRONG_NUMBER: 5,
    Outcome.NO_ANSWER: 6,
    Outcome.BUSY: 7,
}
_TALKED = 4
_LONGEST_NAME = 250
_LONGEST_RESULT = 250


def digits(phone: str) -> str:
    """Of a number, without the country's part that people write in many ways."""
    return "".join(sign for sign in phone if sign.isdecimal())[-10:]


def phones_of(contact: Mapping[str, Any]) -> Sequence[str]:
    """As they are written there."""
    return [
        str(as_map(value).get("value", ""))
        for one in contact.get("custom_fields_values") or []
        if as_map(one).get("field_code") == "PHONE"
        for value in one.get("values") or []
    ]


def dialable(contact: Mapping[str, Any]) -> str:
    """The first number that is one, "" without any."""
    for written in phones_of(contact):
        try:
            return parse_phone(written)
        except InvalidPhone:
            continue
    return ""


def _lead(report: CallReport, settings: Settings, user: str) -> dict[str, Any]:
    told: dict[str, Any] = {"name": lead_title(report)[:_LONGEST_NAME]}
    told |= {"pipeline_id": settings.pipeline} if settings.pipeline else {}
    told |= {"responsible_user_id": int(user)} if user else {}
    status = settings.stages.get(Stage.NEW)
    return told | ({"status_id": int(status)} if status else {})


def lead_of(contact: str, report: CallReport, settings: Settings, user: str) -> dict[str, Any]:
    """For a contact that is there already."""
    return _lead(report, settings, user) | {"_embedded": {"contacts": [{"id": int(contact)}]}}


def lead_with_contact(report: CallReport, settings: Settings, user: str) -> dict[str, Any]:
    """With its contact and company: all are made or none."""
    lead = report.lead
    number = {"value": lead.phone, "enum_code": "WORK"}
    phones = [{"field_code": "PHONE", "values": [number]}]
    embedded: dict[str, Any] = {"contacts": [{"name": lead.name.strip() or lead.phone, "custom_fields_values": phones}]}
    if lead.company.strip():
        embedded["companies"] = [{"name": lead.company.strip()}]
    reference = mark(report.attempt_id, "lead")
    return _lead(report, settings, user) | {"request_id": reference, "_embedded": embedded}


def card_fields(report: CallReport, settings: Settings) -> dict[str, str]:
    """What the talk collected: value by field_id."""
    collected = lead_fields(report.collected)
    return {theirs: collected[ours] for ours, theirs in settings.fields.items() if collected.get(ours)}


def field_values(values: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"field_id": int(field), "values": [{"value": value}]} for field, value in values.items()]


def call_note(report: CallReport, lead: str, user: str) -> dict[str, Any]:
    params: dict[str, Any] = {
        "uniq": mark(report.attempt_id, "call"),
        "duration": report.talked_s,
        "source": SOURCE,
        "phone": report.lead.phone,
        "call_status": _STATUS.get(report.outcome, _TALKED),
        "call_result": heading(report)[:_LONGEST_RESULT],
    }
    params |= {"call_responsible": int(user)} if user else {}
    kind = "call_in" if report.inbound else "call_out"
    return {"entity_id": int(lead), "note_type": kind, "params": params}


def talk_note(report: CallReport, lead: str, timezone: str) -> dict[str, Any]:
    lines = [heading(report), *(f"{name}: {value}" for name, value in facts(report, timezone))]
    if report.said:
        lines += ["", *transcript(report.said)]
    text = "\n".join([*lines, "", mark(report.attempt_id, "note")])
    return {"entity_id": int(lead), "note_type": "common", "params": {"text": text}}


def task(todo: Todo, report: CallReport, lead: str, user: str, reference: str) -> dict[str, Any]:
    """A meeting is a task of its own type at the exact time: amoCRM has no other calendar."""
    meeting = report.meeting if todo.meeting else None
    place = f"\n{meeting.place}" if meeting and meeting.place else ""
    told: dict[str, Any] = {
        "text": f"{todo.title}{place}\n{reference}",
        "complete_till": int(todo.due_at.timestamp()),
        "task_type_id": MEETING if meeting else CALL,
        "entity_type": "leads",
        "entity_id": int(lead),
    }
    if meeting is not None:
        told["duration"] = int((meeting.slot.ends_at - meeting.slot.starts_at).total_seconds())
    return told | ({"responsible_user_id": int(user)} if user else {})


def moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def change_of(
    key: str,
    kind: str,
    at: datetime,
    lead: Mapping[str, Any],
    contact: Mapping[str, Any],
    *,
    settings: Settings,
    stage: str,
    due_at: datetime | None = None,
    closed: bool = False,
) -> Change:
    """lead, contact: as the API tells them; the contact may be empty."""
    values: dict[str, str] = {}
    for one in lead.get("custom_fields_values") or []:
        first = next((as_map(value).get("value") for value in as_map(one).get("values") or []), None)
        if first not in (None, ""):
            values[str(as_map(one).get("field_id", ""))] = str(first)
    fields = {ours: values[theirs] for ours, theirs in settings.fields.items() if theirs in values}
    return Change(
        key=f"amocrm:{key}",
        kind=kind,
        lead_ref=str(lead.get("id", "")),
        phone=dialable(contact),
        at=at,
        stage=settings.our_stage(stage),
        name=str(contact.get("name") or ""),
        city=fields.get("city", ""),
        fields=fields,
        due_at=due_at,
        closed=closed,
    )
