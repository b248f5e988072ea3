"""What is older than the settings say goes: kind by kind, in portions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from robot.privacy.ports import Attic, Old

log = structlog.get_logger(__name__)

PORTION = 200
"""Rows of one transaction: nobody waits for a long one."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What would go now."""

    kept: timedelta
    count: int


class Retention:
    """Several nodes do no harm: each takes what is there."""

    def __init__(self, attic: Attic, kept: Mapping[Old, timedelta], *, now: Callable[[], datetime]) -> None:
        self._attic = attic
        self._kept = kept
        self._now = now

    async def waiting(self) -> Mapping[Old, Waiting]:
        """Raises StorageError."""
        now = self._now()
        return {kind: Waiting(kept, await self._attic.count_old(kind, now - kept)) for kind, kept in self._kept.items()}

    async def run(self) -> Mapping[Old, int]:
        """All that is old enough; how much, of kinds of which anything went. Raises StorageError."""
        gone = {kind: count for kind in self._kept if (count := await self._forget(kind))}
        if gone:
            log.info("old_data_forgotten", **{str(kind): count for kind, count in gone.items()})
        return gone

    async def _forget(self, kind: Old) -> int:
        forgotten = 0
        while True:
            now = self._now()
            some = await self._attic.forget_old(kind, now - self._kept[kind], limit=PORTION, now=now)
            forgotten += some
            if some < PORTION:
                return forgotten
