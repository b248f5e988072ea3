"""Where calls go out to: CRMs and calendars as targets of the outbox, and the worker that delivers to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol

from robot.calendars.deliverer import TARGET as CALENDAR
from robot.calendars.deliverer import CalendarDeliverer
from robot.crm import registry
from robot.crm.http import HttpWire
from robot.crm.outbox import Outbox, OutboxSettings
from robot.crm.outbox_calls import ConnectorDeliverer
from robot.crm.outbox_cleaning import Cleaning
from robot.crm.outbox_ports import Deliverer, Delivery, Kind
from robot.crm.outbox_try import Tried
from robot.crm.planning import Target
from robot.domain.clock import utc_now
from robot.observability.metrics import Metrics
from robot.observability.traced import TracedDeliverer, Tracer
from robot.sending.office import Sending, Stores
from robot.sending.office import targets as sending_targets
from robot.settings import Settings
from robot.storage.store import Storage
from robot.storage.throttles import SqlThrottle
from robot.wiring.calendars import calendar_book


class Node(Protocol):
    """What the worker needs of it."""

    settings: Settings
    storage: Storage
    metrics: Metrics


def targets(settings: Settings) -> tuple[Target, ...]:
    """For the stores: what a call writes into the outbox. Each has its deliverer in `outgoing`."""
    found = [Target(name, frozenset({Kind.CALL})) for name in settings.crm.used()]
    if settings.calendars.used:
        found.append(Target(CALENDAR, frozenset({Kind.INVITATION})))
    return (*found, *sending_targets(settings.sending))


@asynccontextmanager
async def outgoing(node: Node, tracer: Tracer | None = None) -> AsyncIterator[Outbox]:
    """The worker of this node; its connections are closed on leaving. Raises Misconfigured."""
    async with AsyncExitStack() as stack:
        deliverers = await _deliverers(node, stack)
        if tracer is not None:
            deliverers = {name: TracedDeliverer(one, tracer) for name, one in deliverers.items()}

        def tried(delivery: Delivery, end: Tried) -> None:
            problem = end.problem.code if end.problem is not None else None
            node.metrics.outgoing.tried(delivery.target, end.state, problem, end.took_s)

        node.metrics.outgoing.meet(deliverers)
        settings = OutboxSettings(node.settings.dialer.node)
        cleaning = asyncio.create_task(_cleaning(node), name="outbox-cleaning")
        stack.push_async_callback(_ended, cleaning)
        yield Outbox(node.storage.outbox, deliverers, settings, now=utc_now, on_tried=tried)


async def _cleaning(node: Node) -> None:
    await Cleaning(node.storage.attic, node.settings.outbox, now=utc_now).run(asyncio.Event())


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def _deliverers(node: Node, stack: AsyncExitStack) -> Mapping[str, Deliverer]:
    """By target."""
    throttle = SqlThrottle(node.storage.database)
    found: dict[str, Deliverer] = {}
    for name, section in node.settings.crm.used().items():
        connector = registry.make(name, section, registry.Parts(HttpWire(), throttle, node.settings.data_dir))
        stack.push_async_callback(connector.close)
        found[name] = ConnectorDeliverer(connector, node.storage.call_reports)
    if node.settings.calendars.used:
        found[CALENDAR] = CalendarDeliverer(node.storage.call_reports, calendar_book(node))
    if node.settings.sending.used:
        found |= (await stack.enter_async_context(_sending(node, throttle))).deliverers
    return found


@asynccontextmanager
async def _sending(node: Node, throttle: SqlThrottle) -> AsyncIterator[Sending]:
    """Letters and messages; receipts are heard meanwhile. What hearing them cannot have foreseen is raised on
    leaving."""
    store = node.storage
    stores = Stores(store.sent, store.call_reports, store.leads)
    chosen, data_dir = node.settings.sending, node.settings.data_dir
    sending = Sending(chosen, stores, throttle, data_dir=data_dir, wire=HttpWire, now=utc_now)
    hearing = asyncio.create_task(sending.run(asyncio.Event()), name="receipts")
    try:
        yield sending
    finally:
        hearing.cancel()
        await asyncio.wait([hearing])
        await sending.close()
    if not hearing.cancelled() and (error := hearing.exception()) is not None:
        raise error


@asynccontextmanager
async def delivering(outbox: Outbox | None, *, on_failure: Callable[[], None]) -> AsyncIterator[None]:
    """The worker runs while this is entered, then lets what is under way end. When it fails `on_failure` is called, and
    the error raised on leaving."""
    if outbox is None:
        yield
        return
    over = asyncio.Event()
    running = asyncio.create_task(outbox.run(over), name="outbox")
    running.add_done_callback(lambda _task: on_failure())
    try:
        yield
        over.set()
        await asyncio.wait([running])
    finally:
        running.cancel()
        await asyncio.wait([running])
    if not running.cancelled() and (error := running.exception()) is not None:
        raise error
