"""What the calendars need of storage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from robot.crm.connector import Busy
from robot.domain.people import Manager


class BusyTimes(Protocol):
    async def replace(self, source: str, busy: Sequence[Busy], *, after: datetime, before: datetime) -> None:
        """What `source` tells of the time between the two moments, instead of all it told of it and of the past. Names
        of managers nobody knows are passed over."""
        ...

    async def keep_only(self, sources: Collection[str]) -> None:
        """Forgets what all others told: nobody reads them any more."""
        ...


class Managers(Protocol):
    async def all(self) -> Sequence[Manager]: ...
