"""Values in what was said, by the kind of value that is wanted."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from scripts_dialog.spoken import number_words, when_words
from scripts_dialog.understanding import email, names, numbers, times

_NOTHING = re.compile(r"^\W*$")


class SlotKind(StrEnum):
    DATETIME = "datetime"
    NUMBER = "number"
    EMAIL = "email"
    NAME = "name"
    TEXT = "text"


def extract(kind: SlotKind, text: str, now: datetime, *, strict: bool) -> str | None:
    """The value as text: ISO 8601 with offset, digits, an address, a name. `strict`: nothing was asked yet, so only
    what is unmistakable counts (a time that was named, not a bare number)."""
    match kind:
        case SlotKind.DATETIME:
            found = times.find(text, now, loose=not strict)
            return found[0].suggestion.isoformat() if found else None
        case SlotKind.EMAIL:
            return email.find(text)
        case SlotKind.NUMBER:
            number = numbers.find(text)
            return None if number is None else str(number)
        case SlotKind.NAME:
            return names.find(text)
        case SlotKind.TEXT:
            said = " ".join(text.split())[:500]
            return None if strict or _NOTHING.match(said) else said


def spoken_value(kind: SlotKind, value: str, now: datetime) -> str:
    """The value as it is read back to the client."""
    match kind:
        case SlotKind.DATETIME:
            return when_words(datetime.fromisoformat(value).astimezone(now.tzinfo), now)
        case SlotKind.EMAIL:
            return email.spoken(value)
        case SlotKind.NUMBER:
            return number_words(int(value))
    return value
