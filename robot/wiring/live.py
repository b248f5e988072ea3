"""What people order in the calls of this node is carried out while something else goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from robot.calls.live import LiveBoard
from robot.calls.order_worker import OrderWorker
from robot.domain.clock import utc_now
from robot.settings import Settings
from robot.storage.store import Storage
from robot.storage.wake import SqlWake


class Node(Protocol):
    """What it needs of it."""

    settings: Settings
    storage: Storage
    live: LiveBoard


@asynccontextmanager
async def taking_orders(node: Node) -> AsyncIterator[None]:
    """What cannot have been foreseen is raised on leaving."""
    wake = SqlWake(node.storage.database)
    worker = OrderWorker(node.live, node.storage.call_orders, wake, node=node.settings.dialer.node, now=utc_now)
    running = asyncio.create_task(worker.run(), name="orders")
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])
        await wake.close()
    if not running.cancelled() and (error := running.exception()) is not None:
        raise error
