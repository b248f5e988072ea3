"""What the CRM and the webhook must agree to after the trial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa

from robot.crm.bitrix24.fake.portal import Portal
from robot.crm.marks import mark
from robot.crm.outbox_ports import State
from robot.proving.audit import Breach, Check
from robot.storage import tables as t
from robot.storage.engine import Database


async def waiting(database: Database) -> int:
    """Deliveries that have not been tried to the end."""
    query = sa.select(sa.func.count()).where(t.outbox.c.state == State.WAITING)
    async with database.read() as connection:
        return int((await connection.execute(query)).scalar_one())


async def delivered_once(database: Database, portal: Portal) -> Check:
    """Each call that ended is in the CRM, once."""
    query = sa.select(t.outbox.c.attempt_id, t.outbox.c.state, t.outbox.c.created_at, t.outbox.c.problem_code)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    there = Counter(str(row.get("ORIGIN_ID", "")) for row in portal.activities.values())
    breaches = []
    for attempt, state, at, problem in rows:
        times = there[mark(attempt, "call")]
        if times > 1:
            breaches.append(Breach(f"a call is in the CRM {times} times", at))
        elif state != State.DELIVERED:
            breaches.append(Breach(f"a call was not delivered: {state} {problem}", at))
        elif not times:
            breaches.append(Breach("a call was told to be delivered, and is not in the CRM", at))
    return Check(
        "delivered_once",
        "Звонков, которых в CRM нет или больше одного",
        "Calls that the CRM has not, or more than once",
        len(rows),
        tuple(breaches),
    )


async def asked_once(database: Database, asked: Sequence[str]) -> Check:
    """Every request that the webhook took is one task, though it was sent twice."""
    query = (
        sa.select(t.leads.c.phone, sa.func.count().label("tasks"))
        .join_from(t.tasks, t.leads, t.leads.c.id == t.tasks.c.lead_id)
        .where(t.leads.c.phone.in_(asked))
        .group_by(t.leads.c.phone)
    )
    async with database.read() as connection:
        tasks = {row.phone: row.tasks for row in (await connection.execute(query)).all()}
    wrong = [tasks.get(phone, 0) for phone in asked if tasks.get(phone, 0) != 1]
    return Check(
        "asked_once",
        "Принятых заявок, из которых вышло не по одной задаче",
        "Requests taken that did not become one task each",
        len(asked),
        tuple(Breach(f"a request became {number} tasks") for number in wrong),
    )
