"""Our records as OData's values. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from robot.crm.after_call import Todo
from robot.crm.call_text import facts, heading, lead_title, transcript
from robot.crm.report import CallReport
from robot.domain.people import lead_fields
from robot.domain.zones import zone_info

CALL = frozenset(
    {"phone", "name", "company", "city", "email", "title", "campaign", "outcome", "reason", "stage", "started_at"}
    | {"ended_at", "talked_s", "text", "transcript", "heading"}
)
MORE = frozenset(
    {
        "meeting_at",
        "meeting_ends_at",
        "place",
        "manager",
        "task_title",
        "task_due",
        "recording_name",
        "recording_base64",
    }
)
VALUES = CALL | MORE
"""What a property may be filled with."""


def mark(attempt: UUID, what: str) -> str:
    return f"[zvonar:{attempt.hex}:{what}]"


def local_time(moment: datetime, timezone: str) -> str:
    """1C's dates have no zone: they are the company's."""
    return moment.astimezone(zone_info(timezone)).strftime("%Y-%m-%dT%H:%M:%S")


def values(report: CallReport, timezone: str) -> Mapping[str, Any]:
    """Those in CALL."""
    lead = report.lead
    return {
        "phone": lead.phone,
        "name": lead.name,
        "company": lead.company,
        "city": lead.city,
        "email": lead_fields(report.collected).get("email", "") or lead.fields.get("email", ""),
        "title": lead_title(report),
        "campaign": report.campaign_title or report.campaign,
        "outcome": report.outcome.value,
        "reason": report.reason,
        "stage": report.stage,
        "started_at": local_time(report.started_at, timezone),
        "ended_at": local_time(report.ended_at, timezone),
        "talked_s": report.talked_s,
        "heading": heading(report),
        "text": "\n".join([heading(report), *(f"{name}: {value}" for name, value in facts(report, timezone))]),
        "transcript": "\n".join(transcript(report.said)),
    }


def of_meeting(report: CallReport, user: str, timezone: str) -> Mapping[str, Any]:
    booked = report.meeting
    assert booked is not None  # noqa: S101 - else it is not asked for
    return {
        "meeting_at": local_time(booked.slot.starts_at, timezone),
        "meeting_ends_at": local_time(booked.slot.ends_at, timezone),
        "place": booked.place,
        "manager": user,
    }


def of_task(todo: Todo, user: str, timezone: str) -> Mapping[str, Any]:
    return {"task_title": todo.title, "task_due": local_time(todo.due_at, timezone), "manager": user}


def writings(phone: str) -> Sequence[str]:
    """How people write a Russian number; OData compares whole texts only."""
    if not (phone.startswith("+7") and len(phone) == 12):
        return (phone, phone.removeprefix("+"))
    a, b, c, d = phone[2:5], phone[5:8], phone[8:10], phone[10:]
    tails = [f"{a}{b}{c}{d}", f" {a} {b} {c}{d}", f" {a} {b} {c} {d}", f" {a} {b}-{c}-{d}", f" ({a}) {b}-{c}-{d}"]
    tails += (f"({a}){b}-{c}-{d}", f"-{a}-{b}-{c}-{d}", f" ({a}) {b}{c}{d}")
    return [f"{country}{tail}" for country in ("+7", "8", "7") for tail in tails]


def any_of(name: str, texts: Sequence[str]) -> str:
    """A $filter."""
    return " or ".join(f"{name} eq {quoted(text)}" for text in texts)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
