"""The worker of each node: removes files that are to go, drops phrases rendered for people who were erased, and lets
what is old go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog

from robot.privacy.files import remove
from robot.privacy.ports import DoomedFiles
from robot.privacy.retention import Retention

log = structlog.get_logger(__name__)

LOOK_S = 15.0
EVERY = timedelta(hours=1)
"""How often it is looked for what is old."""
SETTLED = timedelta(minutes=10)
"""A recording may be under compression: its file may come again for so long."""
LATE = timedelta(days=2)
"""A node that was away may write words down for so long after its call."""
AT_ONCE = 200


class Phrases(Protocol):
    async def forget_personal(self, older_than: datetime | None = None) -> int:
        """Delete what was rendered for single clients, from memory and disk; how many files went. older_than: only
        what was used last before it, from the disk alone."""
        ...


class Keeper:
    """`run` until it is cancelled. A store or a disk that is away is asked again the next time."""

    def __init__(
        self,
        files: DoomedFiles,
        retention: Retention,
        phrases: Phrases,
        *,
        data_dir: Path,
        node: str,
        phrases_kept: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._files = files
        self._retention = retention
        self._phrases = phrases
        self._data_dir = data_dir
        self._node = node
        self._phrases_kept = phrases_kept
        self._now = now
        self._looked = now() - SETTLED
        self._kept_at: datetime | None = None

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # nothing depends on it being done now
                log.warning("old_data_not_forgotten", error=type(error).__name__)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """One round. Raises StorageError, OSError."""
        now = self._now()
        if await self._files.erased_since(self._looked):
            await self._phrases.forget_personal()
        self._looked = now - timedelta(seconds=LOOK_S)  # clocks of nodes differ
        await self._remove(now)
        if self._kept_at is None or now - self._kept_at >= EVERY:
            await self._files.mop_up(since=now - LATE)
            await self._retention.run()
            await self._phrases.forget_personal(older_than=now - self._phrases_kept)
            self._kept_at = now

    async def _remove(self, now: datetime) -> None:
        doomed = await self._files.doomed(self._node, now=now, limit=AT_ONCE)
        gone = await asyncio.to_thread(remove, self._data_dir, doomed) if doomed else {}
        # Of a node that is no more only what was found here is done: the rest may lie on a disk that comes back.
        settled = [
            one.path for one, files in gone.items() if one.since <= now - SETTLED and (files or one.node == self._node)
        ]
        if settled:
            await self._files.gone(settled, now=now)
        if files := sum(gone.values()):
            log.info("recordings_removed", files=files)
