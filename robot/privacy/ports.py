"""What the store does for people's data. Implemented by robot.storage; every method raises StorageError."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from robot.domain.call_orders import Order, OrderKind


@dataclass(frozen=True, slots=True)
class Doomed:
    """A recording whose files are to be removed. path: relative to the data directory, without its suffix or with any.
    node: whose call it was."""

    path: str
    node: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was erased, and what stands without the person. id 0: of a trial, nothing was changed. digest: of the
    number. gone, kept: figures by name. elsewhere: who was told of him, and under which numbers he stands there: to be
    erased by people, we erase in no CRM. doomed: recordings whose files are still to be removed."""

    id: int
    digest: str
    at: datetime
    who: str
    gone: Mapping[str, int]
    kept: Mapping[str, int]
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    doomed: Sequence[Doomed] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Erased:
    """A line of the ledger."""

    digest: str
    since: datetime


class StillTalking(Exception):
    """He is in a call. Nothing was erased; his number is barred."""

    code = "call_under_way"
    retryable = False
    ru = "звонок с ним ещё идёт: номер уже закрыт для звонков, повторите через минуту"

    def __init__(self) -> None:
        super().__init__("his call is still under way: the number is barred already, repeat this in a minute")


class Persons(Protocol):
    async def bar(self, phone: str, *, now: datetime) -> Sequence[UUID]:
        """From now on he is never dialed and nothing new is stored of him; his queued calls are taken back. The calls
        with him that are under way."""
        ...

    async def under_way(self, phone: str) -> Sequence[UUID]: ...

    async def erase(self, phone: str, *, who: str, now: datetime, dry_run: bool = False) -> Certificate:
        """All of it in one transaction. Raises StillTalking."""
        ...

    async def settle(self) -> None:
        """Nothing of what was erased is left in the files of the database either, where that is up to us."""
        ...

    async def known(self, phone: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Every row that tells of him, by table; values of JSON."""
        ...


class Certificates(Protocol):
    async def certificates(self, *, digest: str = "", limit: int = 50) -> Sequence[Certificate]:
        """The newest first."""
        ...

    async def digest(self, phone: str) -> str: ...


class LedgerStore(Protocol):
    async def ledger(self) -> tuple[bytes, Sequence[Erased]]:
        """The key of the digests, and whose numbers they are of, the oldest first."""
        ...

    async def adopt(self, key: bytes, lines: Sequence[Erased], *, now: datetime) -> Sequence[str]:
        """Bar all of them here; the numbers of those who are known here. Raises ForeignLedger."""
        ...


class ForeignLedger(Exception):
    """Digests made with two keys cannot be joined: neither says which numbers they are of."""

    code = "foreign_ledger"
    retryable = False
    ru = "в базе есть свои удалённые люди, а журнал удалений — от другой установки"

    def __init__(self) -> None:
        super().__init__("people were erased in this database, and the ledger of erasures is another installation's")


class Orders(Protocol):
    async def place(self, call: UUID, kind: OrderKind, telephone: str, *, who: str, now: datetime) -> Order: ...


class DoomedFiles(Protocol):
    async def doomed(self, node: str, *, now: datetime, limit: int) -> Sequence[Doomed]:
        """Those of this node, then those of nodes that are not heard of any more: their disk may be ours."""
        ...

    async def waiting(self) -> Mapping[str, int]:
        """How many files wait to be removed, by node."""
        ...

    async def gone(self, paths: Sequence[str], *, now: datetime) -> None: ...

    async def erased_since(self, moment: datetime) -> bool:
        """Whether anybody was erased since."""
        ...

    async def mop_up(self, *, since: datetime) -> int:
        """Words that a node which was away wrote down late, of calls with people who were erased since; how many."""
        ...


class Old(StrEnum):
    """Kinds of data with a time to be kept. What goes:"""

    RECORDINGS = "recordings"
    """The sound of calls, and the transcript beside it."""
    WORDS = "words"
    """What was said in calls, and what people remarked about them."""
    UNREACHED = "unreached"
    """Who and what number a lead was that nobody ever reached, and that nobody is to call."""
    REQUESTS = "requests"
    """Keys of requests, by which what is told twice is done once."""
    TRIALS = "trials"
    """Numbers of test calls."""
    JOURNAL = "journal"
    SESSIONS = "sessions"
    """Of who has not been here for so long."""
    CERTIFICATES = "certificates"


class Attic(Protocol):
    async def forget_old(self, kind: Old, before: datetime, *, limit: int, now: datetime) -> int:
        """What is older than that, at most so many; how many went."""
        ...

    async def count_old(self, kind: Old, before: datetime) -> int: ...
