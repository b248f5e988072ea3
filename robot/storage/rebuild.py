"""The rollups, counted anew from the turns: when their definition has changed, and by `zvonar reports rebuild`.

A campaign's day is counted in one transaction. Calls go on meanwhile: on PostgreSQL the tables of rollups are locked
against all who add to them: whoever changed a call either is written and seen, or adds his difference to what is
counted here without it; SQLite admits one writer anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.analytics.tally import DEFINITION, Step, Sums, TaskFacts, came, plus, tally_call, tally_task
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.recount import FACTS, STEPS, Changes, call_of, tries_of
from robot.storage.rows import insert
from robot.storage.tables_reports import ROLLUPS

_STATE = t.report_state.c
_A = t.attempts.c
_T = t.tasks.c


async def rebuild(database: Database, told: Callable[[int, int], None] = lambda _done, _all: None) -> int:
    """Returns how many days were counted; told: of each, and of how many. Raises StorageError."""
    async with database.read() as connection:
        days = await _days(connection)
    for number, (campaign_id, day) in enumerate(days, 1):
        await database.write(partial(count_day, campaign_id=campaign_id, day=day))
        told(number, len(days))
    await database.write(_note)
    return len(days)


async def count_anew_if_needed(connection: AsyncConnection) -> None:
    """All days, when they were counted by another definition, or never."""
    if (await connection.execute(sa.select(_STATE.definition))).scalar_one_or_none() == DEFINITION:
        return
    for campaign_id, day in await _days(connection):
        await count_day(connection, campaign_id, day)
    await _note(connection)


async def count_day(connection: AsyncConnection, campaign_id: int, day: date) -> None:
    """The rows of one campaign's day, written anew."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in ROLLUPS.values())
        await connection.execute(sa.text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    for table in ROLLUPS.values():
        await connection.execute(sa.delete(table).where(table.c.campaign_id == campaign_id, table.c.day == day))
    changes = Changes()
    changes.add(await _calls(connection, campaign_id, day))
    changes.add(await _leads(connection, campaign_id, day))
    await changes.write(connection)


async def _days(connection: AsyncConnection) -> Sequence[tuple[int, date]]:
    """On which anything happened, or is said to have."""
    asked: list[sa.Select[Any]] = [sa.select(_A.campaign_id, _A.day), sa.select(_T.campaign_id, _T.came_on)]
    asked += [sa.select(table.c.campaign_id, table.c.day) for table in ROLLUPS.values()]
    rows = await connection.execute(sa.union(*asked))
    return sorted((campaign_id, day) for campaign_id, day in rows if day is not None)


async def _calls(connection: AsyncConnection, campaign_id: int, day: date) -> Sums:
    mine = (_A.campaign_id == campaign_id, _A.day == day)
    said: dict[UUID, list[Step]] = {}
    steps = (
        sa.select(t.turns.c.attempt_id, *STEPS)
        .join_from(t.attempts, t.turns, t.turns.c.attempt_id == _A.id)
        .where(*mine)
        .order_by(t.turns.c.attempt_id, t.turns.c.number)
    )
    for attempt_id, rows in groupby(await connection.execute(steps), key=lambda row: row[0]):
        said[attempt_id] = [Step._make(row[1:]) for row in rows]
    sums: Sums = {}
    for row in await connection.execute(sa.select(_A.id, *FACTS).where(*mine)):
        plus(sums, tally_call(call_of(row), said.get(row.id, [])))
    return sums


async def _leads(connection: AsyncConnection, campaign_id: int, day: date) -> Sums:
    query = (
        sa.select(_T.id, _T.channel, _A.outcome, _A.goal_reached, _A.waited_s, _A.id.label("attempt_id"))
        .join_from(t.tasks, t.attempts, sa.and_(_A.lead_id == _T.lead_id, _A.task_id == _T.id), isouter=True)
        .where(_T.campaign_id == campaign_id, _T.came_on == day)
        .order_by(_T.id, _A.started_at, _A.id)
    )
    sums: Sums = {}
    arrived: dict[TaskFacts, int] = defaultdict(int)
    for (_, channel), rows in groupby(await connection.execute(query), key=lambda row: (row.id, row.channel)):
        task = TaskFacts(campaign_id, day, channel)
        arrived[task] += 1
        plus(sums, tally_task(task, tries_of([row for row in rows if row.attempt_id is not None])))
    plus(sums, came(arrived))
    return sums


async def _note(connection: AsyncConnection) -> None:
    state = insert(connection, t.report_state).values(id=1, definition=DEFINITION)
    known = {"definition": DEFINITION}
    await connection.execute(state.on_conflict_do_update(index_elements=[_STATE.id], set_=known))
