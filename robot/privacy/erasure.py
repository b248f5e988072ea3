"""Erasing a person: his number is barred, his call is ended, then everything goes; a certificate tells what.

Each step may be the last one before a crash: to erase again finishes what was begun, and does no harm when it was
done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

import structlog

from robot.domain.call_orders import OrderKind
from robot.privacy.files import remove
from robot.privacy.ledger import Store, keep_file, ledger_of
from robot.privacy.ports import Certificate, DoomedFiles, Orders, StillTalking

log = structlog.get_logger(__name__)

LOOK_S = 0.5
"""How often it is looked whether his call has ended."""
ORDER_S = 5.0
"""How often it is ordered to end: a telephone that rings cannot be hung up before it is answered."""
PATIENCE_S = 150.0
"""As long as a telephone may ring, and a moment."""


class Stores(Protocol):
    """Where he is erased."""

    @property
    def persons(self) -> Store: ...
    @property
    def call_orders(self) -> Orders: ...
    @property
    def old_data(self) -> DoomedFiles: ...


class Eraser:
    """On one node. forget_phrases: drops what was rendered for single clients; it is rendered again when needed."""

    def __init__(
        self,
        stores: Stores,
        data_dir: Path,
        *,
        now: Callable[[], datetime],
        forget_phrases: Callable[[], Awaitable[int]],
    ) -> None:
        self._stores = stores
        self._data_dir = data_dir
        self._now = now
        self._forget_phrases = forget_phrases

    async def look(self, phone: str, *, who: str) -> Certificate:
        """What `erase` would do; nothing is changed. Raises StillTalking."""
        return await self._stores.persons.erase(phone, who=who, now=self._now(), dry_run=True)

    async def erase(self, phone: str, *, who: str, patience_s: float = PATIENCE_S) -> Certificate:
        """phone: E.164. Raises StillTalking when his call does not end in time; his number is barred then, and what is
        left is done by erasing again. Raises StorageError, OSError."""
        persons = self._stores.persons
        calls = await persons.bar(phone, now=self._now())
        if calls:
            await self._end(phone, calls, who=who, patience_s=patience_s)
        done = await persons.erase(phone, who=who, now=self._now())
        gone = await asyncio.to_thread(remove, self._data_dir, done.doomed)
        phrases = await self._forget_phrases()
        await persons.settle()
        document = await ledger_of(persons)
        await asyncio.to_thread(keep_file, self._data_dir, document)
        files = sum(gone.values())
        log.info("person_erased", certificate=done.id, files=files, phrases=phrases)
        left = [one for one in done.doomed if not gone.get(one)]
        return replace(done, gone={**done.gone, "files": files}, doomed=left)

    async def _end(self, phone: str, calls: Sequence[UUID], *, who: str, patience_s: float) -> None:
        loop = asyncio.get_running_loop()
        ordered_s, until_s = -ORDER_S, loop.time() + patience_s
        while calls:
            if loop.time() >= until_s:
                raise StillTalking
            if loop.time() - ordered_s >= ORDER_S:
                ordered_s = loop.time()
                await self._order(calls, who)
            await asyncio.sleep(LOOK_S)
            calls = await self._stores.persons.under_way(phone)

    async def _order(self, calls: Sequence[UUID], who: str) -> None:
        for call in calls:
            try:
                await self._stores.call_orders.place(call, OrderKind.HANG_UP, "", who=who, now=self._now())
            except Exception as error:
                if getattr(error, "code", "") != "unknown_call":
                    raise  # else it ended just now
