"""What the pages of calls ask of the stores and of the node: ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from robot.analytics.call_records import CallRecords
from robot.analytics.call_search import CallSearch, UnderWay
from robot.calls.review import Reviews
from robot.crm.outbox_desk import Entry, Wanted
from robot.crm.outbox_ports import CallReports
from robot.domain.call_orders import Order, OrderKind
from robot.domain.call_remarks import Author, Comment, Correction, Suggestion, Verdict


class Comments(Protocol):
    async def add(self, call: UUID, text: str, *, at_ms: int | None, author: Author, now: datetime) -> Comment:
        """Raises UnknownCall."""
        ...

    async def remove(self, call: UUID, comment: int, *, author: Author) -> bool:
        """Only who wrote it may; False when there is none of his."""
        ...

    async def of(self, call: UUID) -> Sequence[Comment]:
        """In the order in which they were written."""
        ...


class Corrections(Protocol):
    async def correct(self, call: UUID, verdict: Verdict, *, author: Author, now: datetime) -> Correction | None:
        """From now on every report counts the call so; what it was taken for before is kept. Who asked not to be called
        goes on the stop list with it. None when it was taken for that already. Raises UnknownCall, NotCorrectable."""
        ...

    async def of(self, call: UUID) -> Sequence[Correction]:
        """In the order in which they were made."""
        ...


class Suggestions(Protocol):
    """Clients' words that are to be examples, until whoever edits the script has decided."""

    async def add(self, call: UUID, number: int, intent: str, *, author: Author, now: datetime) -> Suggestion:
        """Of the turn with this number; suggested again it waits again. Raises UnknownCall, NoWords."""
        ...

    async def remove(self, call: UUID, number: int) -> bool: ...

    async def turns_of(self, call: UUID) -> frozenset[int]:
        """Whose words were suggested, decided or not."""
        ...

    async def waiting(self, script: str, *, limit: int = 200) -> Sequence[Suggestion]:
        """Oldest first."""
        ...

    async def decided(self, suggestion: int, *, now: datetime) -> bool:
        """False when it did not wait."""
        ...


class Deliveries(Protocol):
    """Of robot.crm.outbox_desk.OutboxDesk, what a call's page reads."""

    async def entries(self, wanted: Wanted, *, limit: int, now: datetime) -> Sequence[Entry]:
        """Newest first."""
        ...


class ServerKeys(Protocol):
    async def key(self, name: str, *, now: datetime) -> bytes:
        """The secret of this name, the same on all nodes; made by whoever asks first."""
        ...


class Telephones(Protocol):
    """Where users take calls over."""

    async def of(self, user_id: int) -> str:
        """A number or an extension; "" when he told none."""
        ...

    async def keep(self, user_id: int, number: str) -> None: ...


class LiveCalls(Protocol):
    """Calls under way, on all nodes, and what people order in them."""

    async def under_way(self, *, now: datetime) -> Sequence[UnderWay]:
        """Newest first; ringing ones too."""
        ...

    async def place(self, call: UUID, kind: OrderKind, telephone: str, *, who: str, now: datetime) -> Order:
        """The node that has the call carries it out. Raises UnknownCall for one that is over, too."""
        ...

    async def last_of(self, calls: Sequence[UUID]) -> Mapping[UUID, Order]:
        """The last order in each; calls without are absent."""
        ...


@dataclass(frozen=True, slots=True)
class CallPorts:
    search: CallSearch
    records: CallRecords
    reports: CallReports
    reviews: Reviews
    deliveries: Deliveries
    comments: Comments
    corrections: Corrections
    suggestions: Suggestions
    keys: ServerKeys
    telephones: Telephones
    live: LiveCalls
