"""One try of one delivery: under a lease that is prolonged while it lasts, to an end that is written down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from robot.crm.errors import DeliveryError
from robot.crm.outbox_ports import Deliverer, Delivery, OutboxStore, Problem, State
from robot.crm.writes import Journal
from robot.patience import Patience, retryable

log = structlog.get_logger(__name__)

RENEWALS = 3
"""Within one lease."""

HELD = 5 / 6
"""Of a lease is relied on: clocks differ, and what is under way needs a moment to end."""

FAULT = "fault"
"""Code of a problem nobody foresaw."""


class LeaseLost(DeliveryError):
    """The delivery is somebody else's now, or a person dropped it. Nothing of it may be done any more."""

    code = "lease_lost"
    retryable = True


@dataclass(frozen=True, slots=True)
class Tried:
    """What a try came to. WAITING: failed, and may be tried again, not before `after` where the other side said so.
    moved: something of it was done this time. took_s: from its begin to its end."""

    state: State
    problem: Problem | None = None
    after: timedelta | None = None
    moved: bool = False
    took_s: float = 0.0


class Try:
    """One delivery in one worker's hands."""

    def __init__(
        self,
        store: OutboxStore,
        deliverer: Deliverer,
        delivery: Delivery,
        *,
        owner: str,
        lease_s: float,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._deliverer = deliverer
        self._delivery = delivery
        self._owner = owner
        self._lease_s = lease_s
        self._done_before = len(delivery.journal.done)
        self._now = now
        self._moved = False

    async def __call__(self) -> Tried | None:
        """None when it was not ours any more. Does not raise what went wrong beyond our walls, nor a deliverer's own
        faults; raises what the store raises for good."""
        time_s = asyncio.get_running_loop().time
        began_s = time_s()
        try:
            await self._under_lease()
        except LeaseLost:
            log.warning("delivery_lost", delivery=self._delivery.id, target=self._delivery.target)
            return None
        except Exception as error:
            return replace(self._failed(error), took_s=time_s() - began_s)
        return Tried(State.DELIVERED, moved=True, took_s=time_s() - began_s)

    async def _under_lease(self) -> None:
        """Ended before the lease is, when it cannot be prolonged: then another node may begin."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(HELD * self._lease_s) as lease:
                renewing = loop.create_task(self._renew(lease), name="renew-delivery")
                try:
                    await self._deliverer.deliver(self._delivery, self._keep)
                finally:
                    renewing.cancel()
                    await asyncio.wait([renewing])
        except TimeoutError:
            if lease.expired():
                raise LeaseLost("the lease could not be prolonged") from None
            raise

    async def _renew(self, lease: asyncio.Timeout) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._lease_s / RENEWALS)
            asked_s, until = loop.time(), self._now() + timedelta(seconds=self._lease_s)
            ids = [self._delivery.id]
            try:
                ours = await self._store.renew(ids, owner=self._owner, until=until)
            except Exception as error:
                if not retryable(error):
                    log.exception("delivery_not_renewed", delivery=self._delivery.id)
                continue  # the old lease goes on, and ends
            lease.reschedule(asked_s + HELD * self._lease_s if ours else asked_s)

    async def _keep(self, journal: Journal) -> None:
        keep = partial(self._store.keep, self._delivery.id, journal, owner=self._owner)
        if not await Patience()(keep, doing="keep how far a delivery is"):
            raise LeaseLost("somebody else has it")
        self._moved = len(journal.done) > self._done_before

    def _failed(self, error: Exception) -> Tried:
        problem, told = problem_of(error), self._delivery
        if problem.code == FAULT:
            log.exception("delivery_fault", delivery=told.id, target=told.target, kind=told.kind)
        else:
            log.warning(
                "delivery_failed",
                delivery=told.id,
                target=told.target,
                kind=told.kind,
                tries=told.tries + 1,
                code=problem.code,
                problem=_nameless(problem.text, error),
                remedy=_nameless(problem.remedy, error),
            )
        state = State.WAITING if retryable(error) else State.PARKED
        return Tried(state, problem, getattr(error, "after", None), self._moved)


def problem_of(error: Exception) -> Problem:
    """Errors with a code were made to be read; of others only the kind is told: their text may hold anything."""
    code = getattr(error, "code", None)
    if not isinstance(code, str):
        return Problem(FAULT, type(error).__name__)
    return Problem(code, str(error), getattr(error, "remedy", ""))


def _nameless(text: str, error: Exception) -> str:
    """For logs, which more people read than the outbox."""
    named = getattr(error, "named", "")
    return text.replace(named, "…") if named else text
