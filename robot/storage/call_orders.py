"""Calls under way on all nodes, and what people order in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.analytics.call_search import UnderWay
from robot.domain.call_orders import Order, OrderKind, OrderProblem
from robot.domain.call_remarks import UnknownCall
from robot.storage import tables as t
from robot.storage.call_search import FOUND, found_of
from robot.storage.engine import Database

LONGEST = timedelta(hours=1)
"""No call lasts as long: an attempt that is open for longer was left by a crash."""

_a, _o = t.attempts.c, t.call_orders.c


class SqlCallOrders:
    """LiveCalls and Orders of robot.web.call_ports, and OrdersHere of robot.calls.order_worker."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def under_way(self, *, now: datetime) -> Sequence[UnderWay]:
        query = (
            FOUND.add_columns(_a.node)
            .where(_a.ended_at.is_(None), _a.started_at > now - LONGEST)
            .order_by(_a.started_at.desc(), _a.id)
        )
        async with self._database.read() as connection:
            return [UnderWay(found_of(row), row.node) for row in await connection.execute(query)]

    async def place(self, call: UUID, kind: OrderKind, telephone: str, *, who: str, now: datetime) -> Order:
        async def work(connection: AsyncConnection) -> Order:
            query = sa.select(_a.node).where(_a.id == call, _a.ended_at.is_(None))
            node = (await connection.execute(query)).scalar_one_or_none()
            if node is None:
                raise UnknownCall
            values = {"attempt_id": call, "node": node, "kind": kind, "telephone": telephone, "who": who, "at": now}
            done = await connection.execute(sa.insert(t.call_orders).values(values))
            await self._database.tell(connection)
            return Order(int(done.inserted_primary_key[0]), call, kind, telephone, who, now)  # type: ignore[index]

        return await self._database.write(work)

    async def last_of(self, calls: Sequence[UUID]) -> Mapping[UUID, Order]:
        newest = sa.select(sa.func.max(_o.id)).where(_o.attempt_id.in_(calls)).group_by(_o.attempt_id)
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(t.call_orders).where(_o.id.in_(newest)))
            return {row.attempt_id: _order(row) for row in rows}

    async def waiting(self, node: str) -> Sequence[Order]:
        query = sa.select(t.call_orders).where(_o.node == node, _o.done_at.is_(None)).order_by(_o.id)
        async with self._database.read() as connection:
            return [_order(row) for row in await connection.execute(query)]

    async def done(self, order: int, problem: OrderProblem, *, now: datetime) -> None:
        statement = sa.update(t.call_orders).where(_o.id == order, _o.done_at.is_(None))

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(statement.values(done_at=now, problem=problem))
            await self._database.tell(connection)

        await self._database.write(work)


def _order(row: Any) -> Order:
    kind, problem = OrderKind(row.kind), OrderProblem(row.problem)
    return Order(row.id, row.attempt_id, kind, row.telephone, row.who, row.at, row.done_at, problem)
