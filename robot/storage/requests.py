"""New requests: each is received once, on whichever node, however often it is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.requests import Received, Request, Waiting
from robot.domain.calls import TaskState
from robot.domain.priorities import PRIORITY_CALLBACK
from robot.domain.rules import DialingRules
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.leads import Order, write_leads
from robot.storage.rows import insert
from robot.storage.rules import merged

KEPT = timedelta(days=1)
"""A key is remembered so long: far beyond the minutes in which a signed request may be repeated."""


class SqlRequests:
    """Requests of robot.crm.requests."""

    def __init__(self, database: Database, rules: DialingRules) -> None:
        self._database = database
        self._rules = rules

    async def receive(self, request: Request, *, now: datetime) -> Received:
        wanted = merged([request.lead])
        column = t.requests.c

        async def work(connection: AsyncConnection) -> Received:
            await connection.execute(sa.delete(t.requests).where(column.received_at < now - KEPT))
            entry = insert(connection, t.requests).values(key=request.key, id=uuid4(), received_at=now, fate="")
            # Of two at once the second waits here until the first one is written.
            new = await connection.execute(entry.on_conflict_do_nothing())
            query = sa.select(t.requests).where(column.key == request.key)
            row = (await connection.execute(query)).one()
            if not new.rowcount:
                return Received(row.id, row.fate, row.deadline_at, again=True)
            order = Order(request.campaign_id, now, now, request.priority)
            added = await write_leads(connection, wanted, order, self._rules)
            fate = added.fates[request.lead.phone]
            done = sa.update(t.requests).where(column.key == request.key)
            await connection.execute(done.values(fate=fate.code, deadline_at=fate.deadline))
            await self._database.tell(connection)
            return Received(row.id, fate.code, fate.deadline)

        return await self._database.write(work)

    async def waiting(self, campaign_id: int) -> Waiting:
        task, lane = t.tasks.c, t.lanes.c
        query = (
            sa.select(sa.func.count(), sa.func.min(task.deadline_at))
            .join_from(t.lanes, t.tasks, task.lane_id == lane.id)
            .where(lane.campaign_id == campaign_id, lane.priority >= PRIORITY_CALLBACK, task.state == TaskState.QUEUED)
        )
        async with self._database.read() as connection:
            count, earliest = (await connection.execute(query)).one()
            return Waiting(count, earliest)
