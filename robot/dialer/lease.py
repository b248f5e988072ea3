"""This node's leases: prolonged in time, and when that fails for too long, its calls are ended before the leases end.

Another node takes over what a lease no longer keeps. So a node that cannot tell whether its leases still hold must not
be in a call any more when they run out: otherwise one client would be in two calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import structlog

from robot.dialer.ports import TaskQueue
from robot.patience import PAUSE_S, retryable

log = structlog.get_logger(__name__)

RENEWALS = 3
"""Tries within one lease, at an even pace."""

MARGIN = 6
"""The calls are ended when this part of the lease is left: one in so many."""


class LeaseKeeper:
    """Keeps the leases of the tasks that `tasks()` names."""

    def __init__(
        self,
        queue: TaskQueue,
        node: str,
        lease_s: float,
        *,
        tasks: Callable[[], Collection[int]],
        on_lost: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._queue = queue
        self._node = node
        self._lease_s = lease_s
        self._tasks = tasks
        self._on_lost = on_lost
        self._now = now
        self._draining = False
        self.held = True
        """False while nobody knows whether the leases hold: nothing may be claimed."""

    async def run(self) -> None:
        """Until cancelled. Raises errors of the store that are not retryable."""
        held_until_s = asyncio.get_running_loop().time() + self._lease_s
        while True:
            try:
                async with asyncio.timeout_at(held_until_s - self._lease_s / MARGIN) as patience:
                    await asyncio.sleep(self._lease_s / RENEWALS)
                    held_until_s = await self._renew()
            except TimeoutError:
                if not patience.expired():
                    raise
                self._lose()
                held_until_s = await self._renew()
            self.held = True

    async def drain(self) -> None:
        """Tell that this node takes nothing more. Raises errors of the store."""
        self._draining = True
        await self._ask()

    def _lose(self) -> None:
        self.held = False
        log.error("leases_lost", node=self._node, tasks=len(self._tasks()))
        self._on_lost()

    async def _renew(self) -> float:
        """Until it succeeds; the loop's time until which the leases then hold, counted from before it was asked."""
        while True:
            asked_s = asyncio.get_running_loop().time()
            try:
                async with asyncio.timeout(self._lease_s / RENEWALS):
                    await self._ask()
            except Exception as error:
                if not retryable(error) and not isinstance(error, TimeoutError):
                    raise
                await asyncio.sleep(PAUSE_S)
            else:
                return asked_s + self._lease_s

    async def _ask(self) -> None:
        now = self._now()
        await self._queue.renew(
            self._node,
            tasks=list(self._tasks()),
            now=now,
            until=now + timedelta(seconds=self._lease_s),
            draining=self._draining,
        )
