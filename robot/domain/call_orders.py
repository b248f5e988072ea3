"""What people order in calls under way, on whichever node: hang up, or hand the client over to them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

HOLDS = timedelta(seconds=30)
"""An order that nobody has taken up for so long is not carried out any more: the call has gone on without it."""


class OrderKind(StrEnum):
    HANG_UP = "hang_up"
    TAKE_OVER = "take_over"


class OrderProblem(StrEnum):
    """Why it was not carried out."""

    NONE = ""
    CALL_OVER = "call_over"
    NOT_ANSWERED = "not_answered"
    """Nobody took the telephone the client was to be handed over to, or it must not be rung, or somebody else is being
    rung for this client."""
    LATE = "late"
    """The node of the call did not take it up in time."""


@dataclass(frozen=True, slots=True)
class Order:
    """telephone: where to take over. done_at: None while it is carried out; of a hand-over until the people have
    talked. problem: for one that was done."""

    id: int
    call: UUID
    kind: OrderKind
    telephone: str
    who: str
    at: datetime
    done_at: datetime | None = None
    problem: OrderProblem = OrderProblem.NONE
