"""What is sent about a call, and how it is signed. Pure; time is an argument. The fields are told in README.md: they
only ever grow.

X-Zvonar-Event: call | recording | check
X-Zvonar-Timestamp: 1795255200                  seconds since 1970
X-Zvonar-Signature: sha256=HEX                  HMAC-SHA256(secret, "1795255200" + "." + body)
Idempotency-Key: UUID:call                      the same for the same thing, however often it is sent
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from robot.crm.after_call import todos
from robot.crm.report import CallReport
from robot.domain.people import lead_fields


def headers(secret: str, event: str, key: str, body: bytes, *, now: datetime, kind: str) -> Mapping[str, str]:
    """kind: of the body, as a content type."""
    timestamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": kind,
        "Idempotency-Key": key,
        "X-Zvonar-Event": event,
        "X-Zvonar-Timestamp": timestamp,
        "X-Zvonar-Signature": f"sha256={digest}",
    }


def encoded(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def call(report: CallReport, timezone: str) -> Mapping[str, Any]:
    """Times are UTC but for those in titles, which people read; what is not known is "" or null."""
    lead = report.lead
    return {
        "event": "call",
        "id": str(report.corrects or report.attempt_id),
        "corrected": report.corrects is not None,
        "campaign": {"name": report.campaign, "title": report.campaign_title},
        "lead": {
            "phone": lead.phone,
            "name": lead.name,
            "company": lead.company,
            "city": lead.city,
            "stage": report.stage,
            "fields": dict(lead.fields),
        },
        "call": {
            "inbound": report.inbound,
            "outcome": report.outcome.value,
            "reason": report.reason,
            "started_at": _time(report.started_at),
            "ended_at": _time(report.ended_at),
            "talked_s": report.talked_s,
            "recording": bool(report.recording),
        },
        "collected": lead_fields(report.collected),
        "meeting": _meeting(report),
        "tasks": [
            {"title": todo.title, "due_at": _time(todo.due_at), "manager": todo.manager}
            for todo in todos(report, timezone)
        ],
        "callback_at": None if report.callback_at is None else _time(report.callback_at),
        "actions": [{"name": wish.name, "params": dict(wish.params)} for wish in report.wishes],
        "transcript": [
            {"by": "client" if one.by_client else "robot", "from_ms": one.from_ms, "to_ms": one.to_ms, "text": one.text}
            for one in report.said
        ],
    }


def _meeting(report: CallReport) -> Mapping[str, Any] | None:
    booked = report.meeting
    if booked is None:
        return None
    return {
        "starts_at": _time(booked.slot.starts_at),
        "ends_at": _time(booked.slot.ends_at),
        "manager": booked.manager,
        "place": booked.place,
        "moves": None if booked.moves is None else str(booked.moves),
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
