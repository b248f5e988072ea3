"""What was sent to a lead, as his card shows it, and the port of who keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Channel(StrEnum):
    MAIL = "mail"
    SMS = "sms"
    MESSENGER = "messenger"


class SentState(StrEnum):
    """SENDING: under way, or waiting for another try. SENT: the other side took it. DELIVERED, FAILED: told by it
    later. UNSURE: it may have been sent, a person decides. NOT_SENT: refused, see the outbox."""

    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNSURE = "unsure"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something that is about to be sent. key: of its delivery. title: what people call it. address: where to, personal
    data. parts: messages it is made of, each with an id of its own. document: the script's word for it, "" for what is
    no document."""

    key: str
    lead_id: int
    attempt_id: UUID | None
    channel: Channel
    title: str
    address: str
    parts: int = 1
    document: str = ""


@dataclass(frozen=True, slots=True)
class SentItem:
    """A line of the card. problem: code of robot.crm.errors, "" where there is none."""

    channel: Channel
    title: str
    address: str
    state: SentState
    at: datetime
    changed_at: datetime
    problem: str = ""


class SentLog(Protocol):
    """Raises StorageError."""

    async def begun(self, parcel: Parcel, *, now: datetime) -> None:
        """Before the first try, and before each further one; one line per key."""
        ...

    async def settled(self, key: str, state: SentState, *, now: datetime, problem: str = "") -> None:
        """What a try came to. A line that is delivered or failed already stays so."""
        ...

    async def part_sent(self, key: str, channel: Channel, external_id: str, *, now: datetime) -> None:
        """One message of the parcel was taken under this id. A receipt that came before it is remembered."""
        ...

    async def receipt(self, channel: Channel, external_id: str, state: SentState, *, now: datetime) -> None:
        """What became of one message. All parts delivered: so is the parcel; one failed: it failed."""
        ...
