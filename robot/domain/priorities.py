"""Which task goes before which, and by when the urgent ones must ring.

Higher goes first. Whoever was promised something (an answer, a call back) goes before everybody who was promised
nothing; among equally urgent tasks the storage orders by rank, then by age.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

PRIORITY_COLD = 0
PRIORITY_REVIVAL = 10
"""A client of old times who is called again."""
PRIORITY_FOLLOW_UP = 20
PRIORITY_REMINDER = 40
"""Due at its hour: a reminder that comes late is none."""
PRIORITY_CALLBACK = 50
"""A promised callback goes before everything that was promised to nobody."""
PRIORITY_REQUEST = 100
"""A new request: somebody waits by the phone."""

OF_LISTS: Mapping[str, int] = {
    "cold": PRIORITY_COLD,
    "revival": PRIORITY_REVIVAL,
    "follow_up": PRIORITY_FOLLOW_UP,
    "reminder": PRIORITY_REMINDER,
}
"""Of a campaign's list, by the names that people choose. Promised callbacks and new requests go before all of them."""

KINDS: Mapping[int, str] = {
    **{priority: name for name, priority in OF_LISTS.items()},
    PRIORITY_CALLBACK: "callback",
    PRIORITY_REQUEST: "request",
}
"""Names of all of them."""

REQUEST_DEADLINE = timedelta(seconds=60)
"""A new request rings within this of its arrival."""

CALLBACK_TOLERANCE = timedelta(minutes=2)
"""A promised callback rings within this of the promised time."""


def kind_of(priority: int) -> str:
    """The name of this urgency, or of the next lower one that has a name."""
    return KINDS[max((one for one in KINDS if one <= priority), default=PRIORITY_COLD)]


def urgent(priority: int) -> bool:
    """Whether the client asked for this call: such a call may use the channels kept back, and is exempt from the caps
    that keep people from being annoyed (never from the stop list, the hours, the toll guard or the spend ceiling)."""
    return priority >= PRIORITY_CALLBACK


def deadline(priority: int, due_at: datetime) -> datetime | None:
    """By when a task due at `due_at` must ring; None where nobody was promised anything."""
    if priority >= PRIORITY_REQUEST:
        return due_at + REQUEST_DEADLINE
    return due_at + CALLBACK_TOLERANCE if urgent(priority) else None
