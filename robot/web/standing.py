"""Whether who opened a stream may still have it. A request is asked once; an event stream or a WebSocket goes on for
hours, and must end when its session is closed, its token taken back, or its user's role changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

EVERY_S = 5.0
"""How often the stores are asked: what changed on another node shows only there."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Asks again who asks: False when it is nobody now, or somebody with other rights."""

    holds: Callable[[], Awaitable[bool]]


HOLD = web.RequestKey("hold", Hold)
"""Set by the gate."""


class Standing:
    """Of one process; wakes its open streams when somebody's rights may have changed."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """A session was closed, a token taken back, a role changed."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until_revoked(self, request: web.Request) -> None:
        """Returns when the rights that this request came with hold no more; at once after a change on this node."""
        while True:
            changed = self._changed  # before the stores are asked: a change meanwhile is not missed
            if not await _holds(request):
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await changed.wait()


async def _holds(request: web.Request) -> bool:
    try:
        return await request[HOLD].holds()
    except Exception as error:
        if getattr(error, "retryable", False):
            return True  # a store that is busy takes no right away: it is asked again
        raise


async def first_of(*sides: Coroutine[Any, Any, None]) -> int:
    """Which of them ended first; the others are cancelled then. A peer that went away is an end; other errors are
    raised."""
    tasks = [asyncio.create_task(side) for side in sides]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        ended = next(place for place, task in enumerate(tasks) if task.done())
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, ConnectionError):
                await task
    return ended
