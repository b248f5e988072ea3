"""A store that is away for a moment (PostgreSQL restarts) ends no talk: what failed is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")

PAUSE_S = 0.5


async def tried_again(work: Callable[[], Awaitable[T]], *, within_s: float = float("inf")) -> T:
    """The result of `work()`, which must bear being done twice: of what failed nobody knows whether it was done. An
    error is raised that is not retryable, or that comes later than so many seconds after the beginning."""
    loop = asyncio.get_running_loop()
    until_s = loop.time() + within_s
    away = False
    while True:
        try:
            done = await work()
        except Exception as error:
            if not getattr(error, "retryable", False) or loop.time() + PAUSE_S > until_s:
                raise
            if not away:
                log.warning("store_away_in_call", error=type(error).__name__)
            away = True
            await asyncio.sleep(PAUSE_S)
        else:
            return done
