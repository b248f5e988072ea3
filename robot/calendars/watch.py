"""Keeps what is known of the managers' busy times: renewed all the while, and asked for once more before an offer.

A calendar that does not answer costs a client nothing: he is offered times by what was known last, and its answer is
still taken when it comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

from robot.calendars.ports import BusyTimes
from robot.crm.connector import KnowsBusy
from robot.crm.errors import DeliveryError
from robot.domain.meetings import LOOK_AHEAD

log = structlog.get_logger(__name__)

AHEAD = LOOK_AHEAD + timedelta(days=2)
FRESH_S = 5.0
"""What was read so lately is not asked for again."""

Sources = Callable[[], Awaitable[Mapping[str, KnowsBusy]]]
"""Who knows busy times now, by a name that lasts."""


class BusyWatch:
    """Of one node. within_s: how long a client waits for a fresh look."""

    def __init__(
        self,
        sources: Sources,
        store: BusyTimes,
        *,
        now: Callable[[], datetime],
        every_s: float = 120.0,
        within_s: float = 0.6,
    ) -> None:
        self._sources = sources
        self._store = store
        self._now = now
        self._every_s = every_s
        self._within_s = within_s
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._read_at: dict[str, float] = {}
        self._troubled: dict[str, str] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. What goes wrong is told and tried again."""
        try:
            while not stop.is_set():
                await self._wait(await self._read_all())
                try:
                    async with asyncio.timeout(self._every_s):
                        await stop.wait()
                except TimeoutError:
                    continue
        finally:
            await self.close()

    async def fresh(self) -> None:
        """Read what was not read just now; returns after `within_s` at the latest, and reading goes on."""
        if self._within_s > 0:
            try:
                async with asyncio.timeout(self._within_s):
                    await self._wait(await self._read_all())
            except TimeoutError:
                log.info("calendars_slow", within_s=self._within_s)

    async def close(self) -> None:
        """Reads under way are given up."""
        reading = list(self._reading.values())
        for task in reading:
            task.cancel()
        if reading:
            await asyncio.wait(reading)

    @staticmethod
    async def _wait(reading: list[asyncio.Task[None]]) -> None:
        if reading:
            await asyncio.wait(reading)

    async def _read_all(self) -> list[asyncio.Task[None]]:
        """One read of each source at a time: who comes second waits for the first one's."""
        loop = asyncio.get_running_loop()
        try:
            sources = await self._sources()
        except Exception as error:  # the store is away: the dialer tells, and waits for it
            log.warning("calendars_unknown", error=type(error).__name__)
            return []
        for name, source in sources.items():
            fresh = loop.time() - self._read_at.get(name, -FRESH_S) < FRESH_S
            if name not in self._reading and not fresh:
                task = asyncio.create_task(self._read(name, source), name=f"busy {name}")
                self._reading[name] = task
                task.add_done_callback(lambda _task, name=name: self._reading.pop(name, None))  # type: ignore[misc]
        return list(self._reading.values())

    async def _read(self, name: str, source: KnowsBusy) -> None:
        after = self._now()
        before = after + AHEAD
        try:
            busy = await source.busy(after=after, before=before)
            await self._store.replace(name, busy, after=after, before=before)
        except Exception as error:  # another system's fault or the store's: what was known last stands
            code = error.code if isinstance(error, DeliveryError) else type(error).__name__
            if self._troubled.get(name) != code:
                log.warning("calendar_unread", source=_kind(name), error=code)
            self._troubled[name] = code
            return
        self._read_at[name] = asyncio.get_running_loop().time()
        if self._troubled.pop(name, None):
            log.info("calendar_read_again", source=_kind(name))


def _kind(source: str) -> str:
    """Without the manager's name, which is no log's business; `zvonar managers calendar check` tells whose it is."""
    return source.partition(":")[0]
