"""Carries out what people order in the calls of this node."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

import structlog

from robot.calls.live import LiveBoard
from robot.domain.call_orders import HOLDS, Order, OrderKind, OrderProblem

log = structlog.get_logger(__name__)

LOOK_S = 1.0
"""At the latest it is looked so often: a program beside this one cannot wake it on SQLite."""


class OrdersHere(Protocol):
    async def waiting(self, node: str) -> Sequence[Order]:
        """Oldest first."""
        ...

    async def done(self, order: int, problem: OrderProblem, *, now: datetime) -> None: ...


class Wake(Protocol):
    async def wait(self) -> None:
        """Until something has changed in the store."""
        ...


class OrderWorker:
    """`run` until it is cancelled; orders that are being carried out are then let go with their calls."""

    def __init__(
        self, board: LiveBoard, orders: OrdersHere, wake: Wake, *, node: str, now: Callable[[], datetime]
    ) -> None:
        self._board = board
        self._orders = orders
        self._wake = wake
        self._node = node
        self._now = now
        self._taken: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        try:
            while True:
                await self._look()
                try:
                    async with asyncio.timeout(LOOK_S):
                        await self._wake.wait()
                except TimeoutError:
                    pass
        finally:
            taken = tuple(self._taken.values())
            for task in taken:
                task.cancel()
            if taken:
                await asyncio.wait(taken)

    async def _look(self) -> None:
        try:
            waiting = await self._orders.waiting(self._node)
        except Exception as error:
            if not getattr(error, "retryable", False):
                raise
            return  # the database is away; the calls go on without it, and so does this
        for order in waiting:
            if order.id not in self._taken:
                task = asyncio.create_task(self._carry_out(order), name="order")
                self._taken[order.id] = task
                task.add_done_callback(partial(self._over, order.id))

    def _over(self, order: int, _task: asyncio.Task[None]) -> None:
        del self._taken[order]

    async def _carry_out(self, order: Order) -> None:
        try:
            problem = await self._deed(order)
            await self._orders.done(order.id, problem, now=self._now())
        except Exception:
            # One order's fault must not end the others; the call itself tells of its own.
            log.exception("order_failed", attempt=str(order.call), kind=order.kind.value)

    async def _deed(self, order: Order) -> OrderProblem:
        if self._now() - order.at > HOLDS:
            return OrderProblem.LATE
        call = self._board.get(order.call)
        if call is None:
            return OrderProblem.CALL_OVER
        log.info("order", attempt=str(order.call), kind=order.kind.value)
        match order.kind:
            case OrderKind.HANG_UP:
                await call.take_down()
                return OrderProblem.NONE
            case OrderKind.TAKE_OVER:
                return OrderProblem.NONE if await call.take_over(order.telephone) else OrderProblem.NOT_ANSWERED
