"""The invitation to a meeting as iCalendar (RFC 5545): what the client's calendar takes by one press. Pure.

The event is the same for every try, and for whoever else puts this meeting into a calendar: its UID is the attempt's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Invite:
    """organizer, attendee: e-mail addresses. made_at: when it was agreed."""

    attempt_id: UUID | int
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    title: str
    description: str
    place: str
    organizer: str
    organizer_name: str
    attendee: str
    attendee_name: str


class Invites(Protocol):
    def __call__(self, invite: Invite) -> str:
        """A VCALENDAR with METHOD:REQUEST, lines ended by CRLF."""
        ...


def uid(attempt_id: UUID | int) -> str:
    return f"{attempt_id}@zvonar"


def calendar_of(invite: Invite) -> str:
    """Invites by hand: one event, nothing that needs a library."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Zvonar//Zvonar//RU",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        f"UID:{uid(invite.attempt_id)}",
        f"DTSTAMP:{_utc(invite.made_at)}",
        f"DTSTART:{_utc(invite.starts_at)}",
        f"DTEND:{_utc(invite.ends_at)}",
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        f"SUMMARY:{_text(invite.title)}",
        f"DESCRIPTION:{_text(invite.description)}",
        *([f"LOCATION:{_text(invite.place)}"] if invite.place else []),
        f"ORGANIZER;CN={_parameter(invite.organizer_name)}:mailto:{invite.organizer}",
        f"ATTENDEE;CN={_parameter(invite.attendee_name)};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
        f":mailto:{invite.attendee}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(invite.title)}",
        "TRIGGER:-PT1H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return re.sub(r"\r\n|\r|\n", r"\\n", escaped)


def _parameter(text: str) -> str:
    """In quotes, which cannot stand inside."""
    return '"' + re.sub(r'[\x00-\x1f\x7f"]', "'", text) + '"'


def _folded(line: str) -> str:
    """Lines of at most 75 bytes; a character is not torn apart."""
    parts, part = [], b""
    for char in line:
        encoded = char.encode("utf-8", "replace")
        if len(part) + len(encoded) > 74:
            parts.append(part)
            part = b""
        part += encoded
    return "\r\n ".join(one.decode() for one in [*parts, part])
