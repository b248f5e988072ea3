"""Other people's limits on requests: a leaky bucket for each account, shared by all who send to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from robot.domain.clock import utc_now


class Throttle(Protocol):
    """Used before each request."""

    async def take(self, name: str, *, per_s: float, burst: int) -> None:
        """Waits for a turn in the bucket of this name (one vendor's account). `burst` turns may be taken at once, then
        `per_s` in a second. Turns are had in the order they were asked for."""
        ...


def turn(empty_at: datetime | None, now: datetime, *, per_s: float, burst: int) -> tuple[datetime, timedelta]:
    """When the bucket will be empty with one turn more in it, and how long to wait for that turn. empty_at: when it
    would be without; None for a new bucket."""
    one = timedelta(seconds=1 / per_s)
    empty_at = max(empty_at or now, now) + one
    return empty_at, max(timedelta(0), empty_at - now - max(burst, 1) * one)


class MemoryThrottle:
    """Of one process."""

    def __init__(
        self,
        now: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._empty_at: dict[str, datetime] = {}

    async def take(self, name: str, *, per_s: float, burst: int) -> None:
        self._empty_at[name], wait = turn(self._empty_at.get(name), self._now(), per_s=per_s, burst=burst)
        if wait:
            await self._sleep(wait.total_seconds())
