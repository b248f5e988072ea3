"""Forgets what was delivered long ago. A row keeps more than history: by its key a call that is closed once more goes
out once, and by its journal a write is not repeated. So it is kept for as long as anything could come again: the end of
a call that a node writes down late, a delivery that a person takes up again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from pydantic import BaseModel, ConfigDict, Field

log = structlog.get_logger(__name__)

EVERY_S = 3600.0
PORTION = 500
"""Rows in one transaction: nobody waits for a long one."""


class KeepingSettings(BaseModel):
    """delivered_days: what was delivered or dropped is known so long, and can be listed. sent_days: lines of what was
    sent, on leads' cards."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    delivered_days: int = Field(default=90, ge=30, le=3650)
    sent_days: int = Field(default=730, ge=180, le=3650)


@dataclass(frozen=True, slots=True)
class Forgotten:
    deliveries: int = 0
    sent: int = 0


class Attic(Protocol):
    async def forget(self, *, delivered_before: datetime, sent_before: datetime, limit: int) -> Forgotten:
        """At most so many of each that ended, or were last changed, before then. What waits or is parked stays, with
        its line of what was sent. Raises StorageError."""
        ...


class Cleaning:
    """Of one node; several do no harm."""

    def __init__(
        self, attic: Attic, settings: KeepingSettings, *, now: Callable[[], datetime], every_s: float = EVERY_S
    ) -> None:
        self._attic = attic
        self._settings = settings
        self._now = now
        self._every_s = every_s

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. A store that is away is asked again the next time."""
        while not stop.is_set():
            try:
                await self.clean()
            except Exception as error:  # nothing depends on it being done now
                log.warning("outbox_not_cleaned", error=type(error).__name__)
            try:
                async with asyncio.timeout(self._every_s):
                    await stop.wait()
            except TimeoutError:
                continue

    async def clean(self) -> Forgotten:
        """All that is old enough; how much. Raises StorageError."""
        now, kept = self._now(), self._settings
        deliveries = sent = 0
        while True:
            gone = await self._attic.forget(
                delivered_before=now - timedelta(days=kept.delivered_days),
                sent_before=now - timedelta(days=kept.sent_days),
                limit=PORTION,
            )
            deliveries, sent = deliveries + gone.deliveries, sent + gone.sent
            if max(gone.deliveries, gone.sent) < PORTION:
                break
        if deliveries or sent:
            log.info("outbox_cleaned", deliveries=deliveries, sent=sent)
        return Forgotten(deliveries, sent)
