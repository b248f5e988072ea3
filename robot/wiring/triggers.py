"""What starts calls by itself while the node works: triggers of the settings over the CRMs and the meetings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol

from robot.crm import registry
from robot.crm.bitrix24.settings import Settings as Bitrix24
from robot.crm.http import HttpWire
from robot.crm.triggers.reading import load_triggers
from robot.crm.triggers.worker import Shelf, TriggerWorker
from robot.domain.clock import utc_now
from robot.settings import Settings
from robot.storage.store import Storage
from robot.storage.throttles import SqlThrottle
from robot.web.routes.crm_hooks import CrmInlet, Door


class Node(Protocol):
    """What the triggers need of it."""

    settings: Settings
    storage: Storage


def crm_inlet(node: Node) -> CrmInlet | None:
    """Where CRMs tell what happened; None unless a secret is set."""
    settings = node.settings
    bitrix = settings.crm.used().get("bitrix24")
    token = bitrix.application_token.get_secret_value() if isinstance(bitrix, Bitrix24) else ""
    doors = {
        name: Door(secret.get_secret_value(), token if name == "bitrix24" else "")
        for name, secret in settings.triggers.hooks.items()
    }
    return CrmInlet(doors, node.storage.inbox) if doors else None


@asynccontextmanager
async def triggering(node: Node) -> AsyncIterator[None]:
    """Off unless a file of rules is set. What the worker cannot have foreseen is raised on leaving. Raises
    Misconfigured."""
    chosen = node.settings.triggers
    if chosen.file is None:
        yield
        return
    triggers = await asyncio.to_thread(load_triggers, chosen.file)
    store = node.storage
    async with AsyncExitStack() as stack:
        crms = {}
        throttle = SqlThrottle(store.database)
        for name, section in node.settings.crm.used().items():
            connector = registry.make(name, section, registry.Parts(HttpWire(), throttle, node.settings.data_dir))
            stack.push_async_callback(connector.close)
            crms[name] = connector
        shelf = Shelf(store.happenings, store.replies, store.change_cursors, store.inbox, store.campaigns)
        worker = TriggerWorker(
            triggers, crms, shelf, node=node.settings.dialer.node, now=utc_now, every_s=chosen.poll_s
        )
        running = asyncio.create_task(worker.run(asyncio.Event()), name="triggers")
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait([running])
        if not running.cancelled() and (error := running.exception()) is not None:
            raise error
