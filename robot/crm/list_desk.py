"""The stop list and the ledger of consents, page by page, for people who look things up in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from robot.crm.base import LedgerLine, StopEntry
from robot.domain.stops import StopPattern


@dataclass(frozen=True, slots=True)
class StopsPage:
    """next: where the following page begins, "" at the end. It holds no number: it travels in addresses."""

    items: Sequence[StopEntry]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Removal:
    """Who took an entry off the stop list, and why."""

    entry: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConsentsPage:
    items: Sequence[LedgerLine]
    next: str = ""


class StopDesk(Protocol):
    """Raises StorageError."""

    async def page(self, *, after: str = "", limit: int = 100) -> StopsPage:
        """The latest first. Raises BadPlace of robot.crm.lead_desk."""
        ...

    async def matching(self, phone: str) -> Sequence[StopEntry]:
        """The entries that stop this number: itself, and patterns."""
        ...

    async def removals(self, *, limit: int) -> Sequence[Removal]:
        """The latest first."""
        ...

    async def add_all(self, entries: Sequence[tuple[str | StopPattern, str]], *, now: datetime) -> int:
        """All of these numbers and patterns, each with its reason, at once or not at all; how many calls were taken
        off the queue. The first reason stands."""
        ...


class ConsentDesk(Protocol):
    """Raises StorageError."""

    async def page(self, *, after: str = "", limit: int = 100) -> ConsentsPage:
        """The last written first. Raises BadPlace of robot.crm.lead_desk."""
        ...

    async def of(self, lead_id: int) -> Sequence[LedgerLine]:
        """In the order they were written."""
        ...
