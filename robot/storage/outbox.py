"""What goes out after a call: written in the call's transaction, claimed with leases by whoever delivers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.outbox_ports import Delivery, NewDelivery, Problem, State
from robot.crm.writes import Journal
from robot.storage.engine import Database
from robot.storage.rows import insert
from robot.storage.tables import outbox

AT_ONCE_AGAIN = 3
"""A delivery that failed more often is not tried at once when its target is back: the fault may be its own."""

_o = outbox.c

# Written into the statements: an index of one state's rows alone is used only where the text says so.
_WAITING = sa.text("outbox.state = 'waiting'")
_PARKED = sa.text("outbox.state = 'parked'")


class SqlOutbox:
    """OutboxStore and OutboxInlet of robot.crm.outbox_ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, deliveries: Sequence[NewDelivery], *, now: datetime) -> int:
        return await self._database.write(lambda connection: put(connection, deliveries, now=now))

    async def claim(self, target: str, *, owner: str, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]:
        due = _due(target, now, limit)
        async with self._database.read() as connection:
            if not (await connection.execute(due)).first():  # most rounds: no lock for those
                return []

        async def work(connection: AsyncConnection) -> Sequence[Delivery]:
            locked = due.with_for_update(skip_locked=True, of=outbox)
            ids = (await connection.execute(locked)).scalars().all()
            await connection.execute(sa.update(outbox).where(_o.id.in_(ids)).values(owner=owner, lease_until=until))
            rows = await connection.execute(sa.select(outbox).where(_o.id.in_(ids)).order_by(_o.due_at, _o.id))
            return [_delivery(row) for row in rows]

        return await self._database.write(work)

    async def renew(self, deliveries: Sequence[int], *, owner: str, until: datetime) -> Sequence[int]:
        ours = (_o.id.in_(deliveries), _o.owner == owner)

        async def work(connection: AsyncConnection) -> Sequence[int]:
            await connection.execute(sa.update(outbox).where(*ours).values(lease_until=until))
            return (await connection.execute(sa.select(_o.id).where(*ours))).scalars().all()

        return await self._database.write(work)

    async def keep(self, delivery: int, journal: Journal, *, owner: str) -> bool:
        return await self._change(delivery, owner, {"journal": journal})

    async def settle(
        self,
        delivery: int,
        state: State,
        *,
        owner: str,
        now: datetime,
        due_at: datetime | None = None,
        problem: Problem | None = None,
        counted: bool = True,
    ) -> bool:
        values: dict[str, Any] = {"state": state, "owner": None, "lease_until": None, **_told(problem)}
        if state is State.DELIVERED:
            values["ended_at"] = now
        elif counted:
            values["tries"] = _o.tries + 1
        if due_at is not None:
            values["due_at"] = due_at
        return await self._change(delivery, owner, values)

    async def revive(self, target: str, codes: Sequence[str], *, now: datetime) -> int:
        statements = [
            sa.update(outbox)
            .where(_o.target == target, _o.problem_code.in_(codes), *which)
            .values(state=State.WAITING, due_at=now)
            for which in ((_PARKED,), (_WAITING, _o.due_at > now, _o.tries <= AT_ONCE_AGAIN))
        ]

        async def work(connection: AsyncConnection) -> int:
            return sum([(await connection.execute(statement)).rowcount for statement in statements])

        return await self._database.write(work)

    async def _change(self, delivery: int, owner: str, values: dict[str, Any]) -> bool:
        statement = sa.update(outbox).where(_o.id == delivery, _o.owner == owner, _o.state == State.WAITING)
        done = await self._database.write(lambda connection: connection.execute(statement.values(values)))
        return bool(done.rowcount)


async def put(connection: AsyncConnection, deliveries: Sequence[NewDelivery], *, now: datetime) -> int:
    """Those whose key is not known yet; how many."""
    new = 0
    for one in deliveries:
        statement = insert(connection, outbox).values(
            key=one.key,
            target=one.target,
            kind=one.kind,
            lead_id=one.lead_id,
            attempt_id=one.attempt_id,
            payload=one.payload,
            journal=Journal(),
            state=State.WAITING,
            due_at=one.due_at,
            created_at=now,
        )
        new += (await connection.execute(statement.on_conflict_do_nothing(index_elements=[_o.key]))).rowcount
    return new


def _due(target: str, now: datetime, limit: int) -> sa.Select[int]:
    """Of one lead only the first that waits; nobody's at the moment."""
    earlier = outbox.alias("earlier")
    waits_for_another = sa.exists().where(
        earlier.c.lead_id == _o.lead_id,
        earlier.c.target == _o.target,
        earlier.c.id < _o.id,
        earlier.c.state == State.WAITING,
    )
    return (
        sa.select(_o.id)
        .where(
            _o.target == target,
            _WAITING,
            _o.due_at <= now,
            _o.owner.is_(None) | (_o.lease_until < now),
            ~waits_for_another,
        )
        .order_by(_o.due_at, _o.id)
        .limit(limit)
    )


def _delivery(row: Any) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__dataclass_fields__})


def _told(problem: Problem | None) -> dict[str, str]:
    if problem is None:
        return {"problem_code": "", "problem": "", "remedy": ""}
    return {"problem_code": problem.code, "problem": problem.text, "remedy": problem.remedy}
