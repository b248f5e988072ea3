"""The pages and the API over a node, open while something else goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import structlog
from aiohttp import web

from robot.settings import Settings
from robot.storage.store import Storage
from robot.storage.wake import SqlWake
from robot.web.app import Probes, make_app
from robot.web.events import EventHub, Topic
from robot.web.routes.crm_hooks import CrmInlet
from robot.web.services import Services
from telephony.errors import PortInUse

log = structlog.get_logger(__name__)


class Node(Protocol):
    """What the pages need of it."""

    settings: Settings
    storage: Storage
    hub: EventHub

    def probes(self) -> Probes: ...
    def services(self) -> Services: ...


@asynccontextmanager
async def pages(node: Node, inlet: CrmInlet | None = None) -> AsyncIterator[None]:
    """On the host and port of the settings. Raises PortInUse."""
    services = node.services()
    runner = web.AppRunner(make_app(node.probes(), services, inlet), access_log=None)
    await runner.setup()
    host, port = node.settings.web.host, node.settings.web.port
    wake = SqlWake(node.storage.database)
    telling = asyncio.create_task(_tell(node.hub, wake), name="changes")
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise PortInUse(
                f"{host}:{port} is taken", remedy="stop the other program or set ZVONAR_WEB__PORT"
            ) from error
        log.info("serving", address=f"http://{host}:{port}")
        yield
    finally:
        telling.cancel()
        await asyncio.wait([telling])
        await wake.close()
        if services.plant is not None:
            await services.plant.close()
        await runner.cleanup()


async def _tell(hub: EventHub, wake: SqlWake) -> None:
    """What changed in the store, on whichever node: quotas, states, who waits to be called."""
    while True:
        await wake.wait()
        hub.publish(Topic.CAMPAIGNS)
