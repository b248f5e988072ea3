"""The rollups, kept in step: whoever changes what counts of an attempt changes them in the same transaction, by the
difference between what the call added before and what it adds after.

    changes = Changes()
    async with recounted(connection, attempt_id, changes):
        ...                       # change the attempt or its turns
    await changes.write(connection)   # the last thing the transaction does

On PostgreSQL the attempt is locked meanwhile (recounted does it), so that two who change one call do it one after the
other; rows of rollups are locked last of all, in one order, so that nobody waits for two others in a circle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.analytics.tally import (
    KEYS,
    MEASURES,
    CallFacts,
    Rollup,
    Step,
    Sums,
    TaskFacts,
    Try,
    minus,
    plus,
    tally_call,
    tally_task,
)
from robot.domain.campaigns import Campaign
from robot.storage import tables as t
from robot.storage.spending import give_back
from robot.storage.tables_reports import ROLLUPS

_A = t.attempts.c
FACTS = (
    _A.campaign_id,
    _A.script_name,
    _A.script_version,
    _A.day,
    _A.hour,
    _A.direction,
    _A.outcome,
    _A.reason,
    _A.counts,
    _A.answered_at.is_not(None).label("answered"),
    _A.goal_reached,
)
STEPS = tuple(t.turns.c[name] for name in Step._fields)
_CALL = sa.select(_A.task_id, _A.lead_id, *FACTS).where(_A.id == sa.bindparam("attempt_id"))
_LOCKED = _CALL.with_for_update(key_share=True)
_SAID = sa.select(*STEPS).where(t.turns.c.attempt_id == sa.bindparam("attempt_id")).order_by(t.turns.c.number)
_TASK = sa.select(t.tasks.c.campaign_id, t.tasks.c.came_on, t.tasks.c.channel).where(
    t.tasks.c.id == sa.bindparam("task_id")
)
TRY = (_A.outcome, _A.goal_reached, _A.waited_s)
_TRIES = (
    sa.select(*TRY)
    .where(_A.lead_id == sa.bindparam("lead_id"), _A.task_id == sa.bindparam("task_id"))
    .order_by(_A.started_at, _A.id)
)


class Changes:
    """What is to be added to rows that all calls share, gathered over a transaction: the rollups, and what a day has
    spent. Whoever holds such a row keeps all nodes waiting, so they are written when nothing else is left to do."""

    def __init__(self) -> None:
        self._sums: Sums = {}
        self._unspent: Counter[date] = Counter()

    def add(self, change: Mapping[Any, tuple[int, ...]]) -> None:
        plus(self._sums, change)

    def unspent(self, day: date, kopecks: int) -> None:
        """Reserved on this day, and not needed; less than nothing where it was passed."""
        self._unspent[day] += kopecks

    async def write(self, connection: AsyncConnection) -> None:
        for day, kopecks in sorted(self._unspent.items()):
            await give_back(connection, day, kopecks)
        self._unspent.clear()
        for rollup in Rollup:
            rows = [
                dict(zip((*KEYS[rollup], *MEASURES[rollup]), (*key, *change), strict=True))
                for (of, key), change in sorted(self._sums.items(), key=_order)
                if of is rollup and any(change)
            ]
            if rows:
                await connection.execute(_add(rollup, connection.dialect.name), rows)
        self._sums = {}


@asynccontextmanager
async def recounted(connection: AsyncConnection, attempt_id: UUID, changes: Changes) -> AsyncIterator[None]:
    """Locks the attempt. Whoever changes its outcome has locked its task before."""
    before = await _contribution(connection, attempt_id, _LOCKED)
    yield
    changes.add(minus(await _contribution(connection, attempt_id, _CALL), before))


@asynccontextmanager
async def beginning(
    connection: AsyncConnection, attempt_id: UUID, changes: Changes, *, task_id: int, lead_id: int
) -> AsyncIterator[None]:
    """An attempt that is written inside, of a task that is locked."""
    before = await _of_task(connection, task_id, lead_id)
    yield
    changes.add(minus(await _contribution(connection, attempt_id, _CALL), before))


async def locked_call(connection: AsyncConnection, attempt_id: UUID) -> CallFacts | None:
    """The call, locked against all others who change it; None when there is no such attempt."""
    row = (await connection.execute(_LOCKED, {"attempt_id": attempt_id})).one_or_none()
    return None if row is None else call_of(row)


async def steps_of(connection: AsyncConnection, attempt_id: UUID) -> list[Step]:
    rows = await connection.execute(_SAID, {"attempt_id": attempt_id})
    return [Step._make(row) for row in rows.all()]


async def _contribution(connection: AsyncConnection, attempt_id: UUID, query: sa.Select[Any]) -> Sums:
    row = (await connection.execute(query, {"attempt_id": attempt_id})).one_or_none()
    if row is None:
        return {}
    sums = tally_call(call_of(row), await steps_of(connection, attempt_id))
    plus(sums, await _of_task(connection, row.task_id, row.lead_id))
    return sums


async def _of_task(connection: AsyncConnection, task_id: int, lead_id: int) -> Sums:
    task = (await connection.execute(_TASK, {"task_id": task_id})).one()
    if task.came_on is None:
        return {}
    tries = await connection.execute(_TRIES, {"lead_id": lead_id, "task_id": task_id})
    return tally_task(task_of(task), tries_of(tries.all()))


def call_of(row: Any) -> CallFacts:
    """From the columns FACTS."""
    return CallFacts(
        campaign_id=row.campaign_id,
        script=row.script_name,
        version=row.script_version,
        day=row.day,
        hour=row.hour,
        direction=row.direction,
        outcome=row.outcome or "",
        reason=row.reason,
        counts=row.counts,
        answered=row.answered,
        goal=row.goal_reached,
    )


def task_of(row: Any) -> TaskFacts:
    return TaskFacts(row.campaign_id, row.came_on, row.channel)


def tries_of(rows: Sequence[Any]) -> list[Try]:
    return [Try(row.outcome or "", row.goal_reached, row.waited_s) for row in rows]


def when(campaign: Campaign, now: datetime, came_at: datetime | None) -> dict[str, Any]:
    """The columns of an attempt that begins now, to a lead that came then."""
    waited = None if came_at is None else max(0, int((now - came_at).total_seconds()))
    return {"day": campaign.day(now), "hour": now.astimezone(ZoneInfo(campaign.timezone)).hour, "waited_s": waited}


def _order(item: tuple[Any, Any]) -> tuple[str, ...]:
    _, key = item[0]
    return tuple(str(part) for part in key)


@cache
def _add(rollup: Rollup, dialect: str) -> sqlite.Insert | postgresql.Insert:
    table = ROLLUPS[rollup]
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return statement.on_conflict_do_update(
        index_elements=[table.c[name] for name in KEYS[rollup]],
        set_={name: table.c[name] + statement.excluded[name] for name in MEASURES[rollup]},
    )
