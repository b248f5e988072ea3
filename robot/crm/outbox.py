"""Delivers what goes out after calls. Beside the calls: none ever waits for it.

One line for each target, so that a CRM that is down keeps no mail back. Whatever fails is tried again or parked; the
worker itself only ends when it is told to, or when the store fails for good.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import structlog
from structlog.contextvars import bind_contextvars

from robot.crm.outbox_pace import CONCERN_ALL, LONGEST_PAUSE, SETTLED_BY_SETTINGS, Rest, pause
from robot.crm.outbox_ports import Deliverer, Delivery, OutboxStore, State
from robot.crm.outbox_try import Tried, Try
from robot.patience import Patience, retryable

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OutboxSettings:
    """at_once: deliveries to one target. poll_s: how often it is looked for new ones. lease_s: how long another node
    leaves alone what a dead one was delivering. drain_s: how long those under way may take when the node stops."""

    node: str = "node-1"
    at_once: int = 4
    poll_s: float = 2.0
    lease_s: float = 60.0
    drain_s: float = 10.0


OnTried = Callable[[Delivery, Tried], None]


class Outbox:
    """One node's worker."""

    def __init__(
        self,
        store: OutboxStore,
        deliverers: Mapping[str, Deliverer],
        settings: OutboxSettings,
        *,
        now: Callable[[], datetime],
        on_tried: OnTried = lambda _delivery, _tried: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """deliverers: by the name of their target. Deliveries to targets nobody here delivers to are left alone."""
        self.targets = tuple(deliverers)
        owner = f"{settings.node}/{uuid4().hex[:8]}"  # a node that comes back is not the one that went
        self._lines = [
            _Line(store, target, deliverer, settings, owner=owner, now=now, on_tried=on_tried, chance=chance)
            for target, deliverer in deliverers.items()
        ]

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; what is under way then has a while to end. Raises errors of the store that are not
        retryable."""
        if not self._lines:
            await stop.wait()
            return
        lines = [asyncio.create_task(line.run(stop), name="outbox-line") for line in self._lines]
        try:
            done, _ = await asyncio.wait(lines, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for line in lines:
                line.cancel()
            await asyncio.wait(lines)
        for line in done:
            line.result()


class _Line:
    """What goes to one target."""

    def __init__(
        self,
        store: OutboxStore,
        target: str,
        deliverer: Deliverer,
        settings: OutboxSettings,
        *,
        owner: str,
        now: Callable[[], datetime],
        on_tried: OnTried,
        chance: Callable[[], float],
    ) -> None:
        self._store = store
        self._target = target
        self._deliverer = deliverer
        self._settings = settings
        self._owner = owner
        self._now = now
        self._on_tried = on_tried
        self._chance = chance
        self._rest = Rest()
        self._patience = Patience()
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _task: self._patience.give_up())
        try:
            await self._work(stop, stopping)
        except Exception as error:
            if not stop.is_set() or not retryable(error):
                raise
            # The store is away while the node stops: the leases end by themselves.
            log.warning("outbox_left", target=self._target, deliveries=len(self._running))
        finally:
            for task in (stopping, *self._running):
                task.cancel()
            await asyncio.wait([stopping, *self._running])

    async def _work(self, stop: asyncio.Event, stopping: asyncio.Task[bool]) -> None:
        await self._revive(*SETTLED_BY_SETTINGS)
        while not stop.is_set():
            await self._take()
            await self._wait(stopping, self._settings.poll_s)
        if self._running:
            await asyncio.wait(self._running, timeout=self._settings.drain_s)
        self._raise_failed(self._running)

    async def _wait(self, stopping: asyncio.Task[bool], timeout_s: float) -> None:
        done, _ = await asyncio.wait({stopping, *self._running}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        ended = {task for task in self._running if task in done}
        self._running -= ended
        self._raise_failed(ended)

    def _raise_failed(self, tasks: set[asyncio.Task[None]]) -> None:
        for task in tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error

    async def _take(self) -> None:
        now = self._now()
        free = self._rest.slots(now, self._settings.at_once) - len(self._running)
        if free <= 0:
            return
        until = now + timedelta(seconds=self._settings.lease_s)
        claim = partial(self._store.claim, self._target, owner=self._owner, now=now, until=until, limit=free)
        for delivery in await self._patience(claim, doing="look what goes out"):
            self._running.add(asyncio.create_task(self._deliver(delivery), name="deliver"))

    async def _deliver(self, delivery: Delivery) -> None:
        call = {"attempt": str(delivery.attempt_id)} if delivery.attempt_id is not None else {}
        bind_contextvars(**call, delivery=delivery.id, target=self._target)  # in all that the deliverer logs
        one = Try(
            self._store,
            self._deliverer,
            delivery,
            owner=self._owner,
            lease_s=self._settings.lease_s,
            now=self._now,
        )
        if (tried := await one()) is None:
            return
        now = self._now()
        closed, known = _closed(delivery, tried), self._rest.failures > 0
        if closed:
            self._rest.failed(now, after=tried.after, chance=self._chance())
        due_at = None
        if tried.state is State.WAITING:
            own = now + pause(delivery.tries + 1, longest=LONGEST_PAUSE, chance=self._chance(), after=tried.after)
            due_at = self._rest.until if closed and known else own
        settle = partial(
            self._store.settle,
            delivery.id,
            tried.state,
            owner=self._owner,
            now=now,
            due_at=due_at,
            problem=tried.problem,
            counted=not (closed and known),  # the target's fault, not its own
        )
        await self._patience(settle, doing="write down how a delivery ended")
        log.info("delivery", kind=delivery.kind, state=tried.state.value)
        self._on_tried(delivery, tried)
        if tried.moved and self._rest.passed():
            log.info("target_back", target=self._target)
            await self._revive(*CONCERN_ALL)

    async def _revive(self, *codes: str) -> None:
        revive = partial(self._store.revive, self._target, sorted(codes), now=self._now())
        if revived := await self._patience(revive, doing="revive what waits"):
            log.info("deliveries_revived", target=self._target, deliveries=revived)


def _closed(delivery: Delivery, tried: Tried) -> bool:
    """Whether this try found the target closed to everybody. Settings that once let something of it through are wrong
    for the rest of it alone (a manager nobody mapped): others do not wait for that."""
    if tried.problem is None or tried.moved or tried.problem.code not in CONCERN_ALL:
        return False
    return tried.problem.code not in SETTLED_BY_SETTINGS or not delivery.journal.done
