"""The rollups, counted anew from the turns: when their definition has changed, and by `zvonar reports rebuild`.

A campaign's month is counted in one transaction. Calls go on meanwhile: on PostgreSQL the tables of rollups are locked
against all who add to them: whoever changed a call either is written and seen, or adds his difference to what is
counted here without it; SQLite admits one writer anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.analytics.tally import DEFINITION, Step, Sums, TaskFacts, came, plus, tally_calls, tally_task
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.recount import FACTS, STEPS, TRY, Changes, call_of, task_of, tries_of
from robot.storage.rows import insert
from robot.storage.tables_reports import ROLLUPS

_STATE = t.report_state.c
_A = t.attempts.c
_T = t.tasks.c


async def rebuild(database: Database, told: Callable[[int, int], None] = lambda _done, _all: None) -> int:
    """Returns how many months of campaigns were counted; told: of each, and of how many. Raises StorageError."""
    async with database.read() as connection:
        months = await _months(connection)
    for number, (campaign_id, first) in enumerate(months, 1):
        await database.write(partial(count_month, campaign_id=campaign_id, first=first))
        told(number, len(months))
    await database.write(_note)
    return len(months)


async def count_anew_if_needed(connection: AsyncConnection) -> None:
    """All months, when they were counted by another definition, or never."""
    if (await connection.execute(sa.select(_STATE.definition))).scalar_one_or_none() == DEFINITION:
        return
    for campaign_id, first in await _months(connection):
        await count_month(connection, campaign_id, first)
    await _note(connection)


async def count_month(connection: AsyncConnection, campaign_id: int, first: date) -> None:
    """The rows of one campaign's month, written anew."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in ROLLUPS.values())
        await connection.execute(sa.text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    for table in ROLLUPS.values():
        c = table.c
        await connection.execute(sa.delete(table).where(c.campaign_id == campaign_id, c.day.between(first, last)))
    changes = Changes()
    changes.add(await _calls(connection, campaign_id, first, last))
    changes.add(await _leads(connection, campaign_id, first, last))
    await changes.write(connection)


async def _months(connection: AsyncConnection) -> Sequence[tuple[int, date]]:
    """In which anything happened, or is said to have: campaigns, and the first of the month."""
    asked: list[sa.Select[Any]] = [sa.select(_A.campaign_id, _A.day), sa.select(_T.campaign_id, _T.came_on)]
    asked += [sa.select(table.c.campaign_id, table.c.day) for table in ROLLUPS.values()]
    rows = await connection.execute(sa.union(*asked))
    return sorted({(campaign_id, day.replace(day=1)) for campaign_id, day in rows if day is not None})


async def _calls(connection: AsyncConnection, campaign_id: int, first: date, last: date) -> Sums:
    mine = (_A.campaign_id == campaign_id, _A.day.between(first, last))
    steps = (
        sa.select(t.turns.c.attempt_id, *STEPS)
        .join_from(t.attempts, t.turns, t.turns.c.attempt_id == _A.id)
        .where(*mine)
        .order_by(t.turns.c.attempt_id, t.turns.c.number)
    )
    said: dict[UUID, list[Step]] = {}
    for row in await connection.execute(steps):
        said.setdefault(row[0], []).append(Step._make(row[1:]))
    calls = await connection.execute(sa.select(_A.id, *FACTS).where(*mine))
    return tally_calls((call_of(row), said.get(row.id, [])) for row in calls)


async def _leads(connection: AsyncConnection, campaign_id: int, first: date, last: date) -> Sums:
    query = (
        sa.select(_T.id, _T.campaign_id, _T.came_on, _T.channel, *TRY, _A.id.label("attempt_id"))
        .join_from(t.tasks, t.attempts, sa.and_(_A.lead_id == _T.lead_id, _A.task_id == _T.id), isouter=True)
        .where(_T.campaign_id == campaign_id, _T.came_on.between(first, last))
        .order_by(_T.id, _A.started_at, _A.id)
    )
    sums: Sums = {}
    arrived: Counter[TaskFacts] = Counter()
    for _, of_task in groupby(await connection.execute(query), key=lambda row: row.id):
        rows = list(of_task)
        task = task_of(rows[0])
        arrived[task] += 1
        plus(sums, tally_task(task, tries_of([row for row in rows if row.attempt_id is not None])))
    plus(sums, came(arrived))
    return sums


async def _note(connection: AsyncConnection) -> None:
    state = insert(connection, t.report_state).values(id=1, definition=DEFINITION)
    known = {"definition": DEFINITION}
    await connection.execute(state.on_conflict_do_update(index_elements=[_STATE.id], set_=known))
