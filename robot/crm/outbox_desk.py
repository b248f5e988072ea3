"""The outbox for people: what waits, what is parked and why, and what they decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from robot.crm.outbox_ports import Problem, State

OPEN = (State.WAITING, State.PARKED)

UNHEARD_FOR = timedelta(days=14)
"""So long leads without a number are named, unless something came of them since."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the outbox, without anything personal. due_at: the next try of one that waits. done: names of the writes
    that arrived already. lead_ref: the id of the lead in that system, "" unless it is known."""

    id: int
    target: str
    kind: str
    lead_id: int
    attempt_id: UUID | None
    state: State
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None = None
    tries: int = 0
    under_way: bool = False
    problem: Problem | None = None
    done: Sequence[str] = ()
    lead_ref: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows. None is any. since: made not before. below: with a smaller id, for the next page."""

    states: Sequence[State] = OPEN
    target: str | None = None
    kind: str | None = None
    code: str | None = None
    lead_id: int | None = None
    attempt_id: UUID | None = None
    since: datetime | None = None
    ids: Sequence[int] | None = None
    below: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one target. oldest_s: age of the oldest that waits."""

    waiting: int = 0
    parked: int = 0
    oldest_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """All targets that have anything open."""

    targets: Mapping[str, Figures] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unheard:
    """A lead of whom a CRM told, for whom a call was wanted and could not be made: his card has no number. source: the
    CRM. kind, stage: what happened to him. lead_ref: his id there."""

    id: int
    source: str
    kind: str
    stage: str
    lead_ref: str
    at: datetime


class OutboxDesk(Protocol):
    """Raises StorageError."""

    async def entries(self, wanted: Wanted, *, limit: int, now: datetime) -> Sequence[Entry]:
        """The latest first."""
        ...

    async def retry(self, wanted: Wanted, *, now: datetime) -> int:
        """Those that wait, are parked or were dropped: from now on they wait, due at once; what they did stays done.
        How many."""
        ...

    async def drop(self, wanted: Wanted, *, now: datetime) -> int:
        """Those that wait or are parked are never delivered; what is under way at this moment may still arrive. How
        many."""
        ...

    async def standing(self, now: datetime) -> Standing: ...

    async def unheard(self, *, since: datetime, limit: int) -> Sequence[Unheard]:
        """Told since then and not called since; the latest first."""
        ...
