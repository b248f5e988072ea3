"""Waiting for a store that is away (PostgreSQL restarts): what failed is repeated until it succeeds. Neither the dialer
nor a talk ends by it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")

PAUSE_S = 0.5


def retryable(error: BaseException) -> bool:
    """Whether the error's own tree says that the same may succeed later."""
    return bool(getattr(error, "retryable", False))


class Patience:
    """Repeats work that fails with a retryable error. Work must bear being done twice: of what failed nobody knows
    whether it was done."""

    def __init__(self, pause_s: float = PAUSE_S) -> None:
        self._pause_s = pause_s
        self._over = asyncio.Event()
        self._away = False

    def give_up(self) -> None:
        """From now on an error is raised as it comes."""
        self._over.set()

    async def __call__(self, work: Callable[[], Awaitable[T]], *, doing: str, within_s: float = float("inf")) -> T:
        """The result of `work()`. Raises at once what is not retryable, or comes later than so many seconds after the
        beginning."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + within_s
        while True:
            try:
                done = await work()
            except Exception as error:
                if not retryable(error) or self._over.is_set() or loop.time() + self._pause_s > until_s:
                    raise
                if not self._away:
                    log.warning("store_away", doing=doing, error=type(error).__name__)
                self._away = True
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._pause_s):
                        await self._over.wait()
            else:
                if self._away:
                    log.warning("store_back", doing=doing)
                self._away = False
                return done
