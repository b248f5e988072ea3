"""The managers' calendar as calls ask it: with what the managers have elsewhere kept fresh while the node works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Protocol, cast
from uuid import UUID

from robot.calendars.book import CalendarBook
from robot.calendars.watch import BusyWatch
from robot.calls.ports import Calendar
from robot.crm import registry
from robot.crm.connector import KnowsBusy
from robot.crm.http import HttpWire
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.domain.meetings import Slot
from robot.patience import Patience
from robot.settings import Settings
from robot.storage.store import Storage
from robot.storage.throttles import SqlThrottle


class Node(Protocol):
    """What the watch needs of it."""

    settings: Settings
    storage: Storage


class FreshCalendar:
    """Calendar of robot.calls.ports. look: asks the managers' other calendars once more, in its own time."""

    def __init__(self, calendar: Calendar, look: Callable[[], Awaitable[None]]) -> None:
        self._calendar = calendar
        self._look = look

    async def free_slots(
        self,
        campaign: Campaign,
        *,
        after: datetime,
        before: datetime,
        duration: timedelta,
        now: datetime,
        attempt_id: UUID | None = None,
    ) -> Sequence[Slot]:
        await self._look()
        return await self._calendar.free_slots(
            campaign, after=after, before=before, duration=duration, now=now, attempt_id=attempt_id
        )

    async def offer(self, attempt_id: UUID, slots: Sequence[Slot], *, now: datetime) -> Sequence[Slot]:
        return await self._calendar.offer(attempt_id, slots, now=now)

    async def hold(self, attempt_id: UUID, slot: Slot, *, now: datetime) -> bool:
        return await self._calendar.hold(attempt_id, slot, now=now)

    async def release(self, attempt_id: UUID) -> None:
        await self._calendar.release(attempt_id)


def calendar_book(node: Node) -> CalendarBook:
    return CalendarBook(node.storage.managers, node.settings.calendars)


@asynccontextmanager
async def watching(node: Node) -> AsyncIterator[Calendar]:
    """For the calls of this node. What the watch cannot have foreseen is raised on leaving. Raises Misconfigured."""
    async with AsyncExitStack() as stack:
        crms = _crms(node, stack)
        book, chosen = calendar_book(node), node.settings.calendars

        async def forget() -> None:
            """What was told by a calendar or a CRM that was taken out of the settings would hold for good."""
            await node.storage.busy_times.keep_only([*crms, *map(_source, await book.owners())])

        await Patience()(forget, doing="forget calendars that are gone")
        if not (crms or chosen.used):
            yield node.storage.calendar
            return

        async def sources() -> Mapping[str, KnowsBusy]:
            return {**crms, **{_source(name): one for name, one in (await book.calendars()).items()}}

        watch = BusyWatch(
            sources, node.storage.busy_times, now=utc_now, every_s=chosen.refresh_s, within_s=chosen.fresh_ms / 1000
        )
        running = asyncio.create_task(watch.run(asyncio.Event()), name="busy times")
        try:
            yield FreshCalendar(node.storage.calendar, watch.fresh)
        finally:
            running.cancel()
            await asyncio.wait([running])
        if not running.cancelled() and (error := running.exception()) is not None:
            raise error


def _source(manager: str) -> str:
    return f"caldav:{manager}"


def _crms(node: Node, stack: AsyncExitStack) -> Mapping[str, KnowsBusy]:
    """Those of the settings that know when managers are busy."""
    found: dict[str, KnowsBusy] = {}
    throttle = SqlThrottle(node.storage.database)
    for name, section in node.settings.crm.used().items():
        connector = registry.make(name, section, registry.Parts(HttpWire(), throttle, node.settings.data_dir))
        stack.push_async_callback(connector.close)
        if hasattr(connector, "busy"):
            found[name] = cast("KnowsBusy", connector)
    return found
