"""What wakes the dialer of a simulated day: a change in the store, or the moment the next task falls due.

The product's dialer looks every second; a virtual day has 86,400 of them, and in nearly all nothing is to be done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from robot.domain.calls import TaskState
from robot.storage import tables as t
from robot.storage.store import Storage

HOUR = timedelta(hours=1)


class Alarm:
    """Wake of robot.dialer.ports. Calling hours open on the full hour."""

    def __init__(self, store: Storage, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def wait(self) -> None:
        seconds = (await self._next() - self._now()).total_seconds()
        changed = asyncio.create_task(self._store.wake.wait())
        try:
            await asyncio.wait((changed,), timeout=max(0.0, seconds))
        finally:
            changed.cancel()

    async def _next(self) -> datetime:
        now = self._now()
        query = sa.select(sa.func.min(t.tasks.c.due_at)).where(
            t.tasks.c.state == TaskState.QUEUED, t.tasks.c.due_at > now
        )
        async with self._store.database.read() as connection:
            due = (await connection.execute(query)).scalar_one_or_none()
        opening = now.replace(minute=0, second=0, microsecond=0) + HOUR
        return opening if due is None else min(due, opening)
