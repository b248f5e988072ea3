"""What goes out after a call, and the ports of the outbox: who stores it, who carries it to where it belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from robot.crm.report import CallReport
from robot.crm.writes import Journal, Keep


class Kind(StrEnum):
    """What a delivery is about."""

    CALL = "call"
    """The whole call, to a CRM."""
    INVITATION = "invitation"
    """The meeting: by mail to the client, into the manager's own calendar."""
    DOCUMENT = "document"
    """What the robot promised to send; the payload is the script's own words (`template`, …)."""
    MESSAGE = "message"
    """A text to the client since the lead's stage changed; payload: `stage_before`, `stage`."""
    REPLY = "reply"
    """To a CRM's automation that asked for a call: what came of it (robot.crm.triggers.ports.Reply); payload:
    `reply_to` and what is told."""


class State(StrEnum):
    """WAITING: to be delivered, now or later. PARKED: a person has to decide. DROPPED: a person decided."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    PARKED = "parked"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """key: the same for the same thing to deliver, however often it is planned. payload: ids, and what cannot be read
    again later."""

    key: str
    target: str
    kind: str
    lead_id: int
    attempt_id: UUID | None
    due_at: datetime
    payload: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery under way. journal: what earlier tries did. tries: those that failed before this one, but for
    those that could not but fail since nothing got through."""

    id: int
    key: str
    target: str
    kind: str
    lead_id: int
    attempt_id: UUID | None
    payload: Mapping[str, str] = field(default_factory=dict)
    journal: Journal = field(default_factory=Journal)
    tries: int = 0
    created_at: datetime | None = None


class Deliverer(Protocol):
    """Carries what is for one target. One delivery may come again after any moment: what must not be done twice is
    noted in its journal (robot.crm.writes) or is recognized by its key on the other side."""

    async def deliver(self, delivery: Delivery, keep: Keep) -> None:
        """Returns when all of it is done. keep: stores the journal. Raises DeliveryError."""
        ...


class CallReports(Protocol):
    async def report(self, attempt_id: UUID) -> CallReport:
        """As the database knows the call now. Raises UnknownAttempt, and StorageError."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a try failed: a code of robot.crm.errors, one sentence, what a person can do."""

    code: str
    text: str
    remedy: str = ""


class OutboxStore(Protocol):
    """The worker's side. Raises StorageError."""

    async def claim(self, target: str, *, owner: str, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]:
        """Due deliveries to `target`, from now on this owner's until `until`; longest due first. Of one lead only the
        first that waits: what it must know before comes before."""
        ...

    async def renew(self, deliveries: Sequence[int], *, owner: str, until: datetime) -> Sequence[int]:
        """Ids of those that are still this owner's, now until `until`."""
        ...

    async def keep(self, delivery: int, journal: Journal, *, owner: str) -> bool:
        """False, and nothing is kept, when it is not this owner's any more."""
        ...

    async def settle(
        self,
        delivery: int,
        state: State,
        *,
        owner: str,
        now: datetime,
        due_at: datetime | None = None,
        problem: Problem | None = None,
        counted: bool = True,
    ) -> bool:
        """What a try came to; `due_at` and `problem` for one that failed. counted: a failure of its own. False, and
        nothing is written, when it is not this owner's any more."""
        ...

    async def revive(self, target: str, codes: Sequence[str], *, now: datetime) -> int:
        """Parked deliveries to `target` with problems of these codes wait again, due now; how many."""
        ...


class OutboxInlet(Protocol):
    """For what goes out without a call: a meeting moved in the CRM, a reminder."""

    async def add(self, deliveries: Sequence[NewDelivery], *, now: datetime) -> int:
        """Those whose key is not known yet; how many. Raises StorageError."""
        ...
