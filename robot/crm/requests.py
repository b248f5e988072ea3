"""Port of new requests: somebody waits by the phone, and the program that tells us may tell it twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from robot.crm.base import NewLead


@dataclass(frozen=True, slots=True)
class Request:
    """`key` names the request: another one of the same key is the same, and changes nothing. `priority`: None is the
    campaign's own."""

    key: str
    campaign_id: int
    lead: NewLead
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a request. `fate` is a code of robot.crm.base.Fate. `deadline`: by when it was promised to ring.
    `again`: it was received before, and this is what became of it then."""

    id: UUID
    fate: str
    deadline: datetime | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Clients of a campaign who asked to be called and are not called yet; the first deadline of theirs."""

    count: int
    earliest: datetime | None = None


class Requests(Protocol):
    async def receive(self, request: Request, *, now: datetime) -> Received:
        """Store and queue the lead, and remember the key for a day: one transaction, on whichever node. Raises
        InvalidRecord."""
        ...

    async def waiting(self, campaign_id: int) -> Waiting: ...
