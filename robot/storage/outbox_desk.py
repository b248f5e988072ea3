"""The outbox for people: listed, tried again, dropped, counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.errors import Unsure
from robot.crm.outbox_desk import Entry, Figures, Standing, Unheard, Wanted
from robot.crm.outbox_ports import Problem, State
from robot.crm.triggers.ports import BAD_PHONE
from robot.crm.writes import Journal
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.tables import outbox

_o = outbox.c

NOBODYS = {"owner": None, "lease_until": None}
"""Whoever delivers at the moment notices that it is not his any more."""


class SqlOutboxDesk:
    """OutboxDesk of robot.crm.outbox_desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entries(self, wanted: Wanted, *, limit: int, now: datetime) -> Sequence[Entry]:
        query = sa.select(outbox).where(*_fits(wanted)).order_by(_o.id.desc()).limit(limit)
        async with self._database.read() as connection:
            return [_entry(row, now) for row in await connection.execute(query)]

    async def retry(self, wanted: Wanted, *, now: datetime) -> int:
        waits = {"state": State.WAITING, "due_at": now, "tries": 0, "ended_at": None}
        # One that is being delivered at this moment is left to that try.
        idle = _o.owner.is_(None) | (_o.lease_until < now)
        if wanted.ids is not None or wanted.code == Unsure.code:
            await self._send_again(wanted, idle)
        return await self._decide(wanted, (State.WAITING, State.PARKED, State.DROPPED), {**waits, **NOBODYS}, idle)

    async def _send_again(self, wanted: Wanted, idle: sa.ColumnElement[bool]) -> None:
        """Of what may have been sent, and a person says it was not: nothing of it is in doubt any more. Only where he
        named it: one of many that are retried together was not looked at."""
        doubtful = (*_fits(wanted), _o.state == State.PARKED, _o.problem_code == Unsure.code, idle)

        async def work(connection: AsyncConnection) -> None:
            rows = (await connection.execute(sa.select(_o.id, _o.journal).where(*doubtful))).all()
            for row in rows:
                certain = Journal(done=row.journal.done)
                await connection.execute(sa.update(outbox).where(_o.id == row.id).values(journal=certain))

        await self._database.write(work)

    async def drop(self, wanted: Wanted, *, now: datetime) -> int:
        values = {"state": State.DROPPED, "ended_at": now, **NOBODYS}
        return await self._decide(wanted, (State.WAITING, State.PARKED), values)

    async def standing(self, now: datetime) -> Standing:
        count, oldest = sa.func.count().label("count"), sa.func.min(_o.created_at).label("oldest")
        found: dict[str, dict[str, Any]] = {}
        async with self._database.read() as connection:
            for state in ("waiting", "parked"):
                # Written into the statement: so the index of this state alone is used.
                query = sa.select(_o.target, count, oldest).where(sa.text(f"state = '{state}'")).group_by(_o.target)
                for row in await connection.execute(query):
                    figures = found.setdefault(row.target, {})
                    figures[state] = row.count
                    if state == "waiting":
                        figures["oldest_s"] = max(0.0, (now - row.oldest).total_seconds())
        return Standing({target: Figures(**figures) for target, figures in found.items()})

    async def unheard(self, *, since: datetime, limit: int) -> Sequence[Unheard]:
        told, later = t.happenings.c, t.happenings.alias("later").c
        settled = sa.exists().where(
            later.source == told.source, later.lead_ref == told.lead_ref, later.id > told.id, later.fate != BAD_PHONE
        )
        # The condition is written into the statement: so the index of these alone is used.
        query = (
            sa.select(told.id, told.source, told.kind, told.stage, told.lead_ref, told.noted_at)
            .where(sa.text(f"happenings.fate = '{BAD_PHONE}'"), told.noted_at >= since, ~settled)
            .order_by(told.id.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [Unheard(*row) for row in await connection.execute(query)]

    async def _decide(
        self, wanted: Wanted, states: Sequence[State], values: dict[str, Any], *more: sa.ColumnElement[bool]
    ) -> int:
        statement = sa.update(outbox).where(*_fits(wanted), _o.state.in_(states), *more).values(values)
        return (await self._database.write(lambda connection: connection.execute(statement))).rowcount


def _fits(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    fits: list[sa.ColumnElement[bool]] = [_o.state.in_(wanted.states)]
    exact: dict[sa.Column[Any], object] = {
        _o.target: wanted.target,
        _o.kind: wanted.kind,
        _o.problem_code: wanted.code,
        _o.lead_id: wanted.lead_id,
        _o.attempt_id: wanted.attempt_id,
    }
    fits += [column == value for column, value in exact.items() if value is not None]
    if wanted.since is not None:
        fits.append(_o.created_at >= wanted.since)
    if wanted.below is not None:
        fits.append(_o.id < wanted.below)
    if wanted.ids is not None:
        fits.append(_o.id.in_(wanted.ids))
    return fits


def _entry(row: Any, now: datetime) -> Entry:
    return Entry(
        id=row.id,
        target=row.target,
        kind=row.kind,
        lead_id=row.lead_id,
        attempt_id=row.attempt_id,
        state=State(row.state),
        created_at=row.created_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        tries=row.tries,
        under_way=row.owner is not None and row.lease_until >= now,
        problem=Problem(row.problem_code, row.problem, row.remedy) if row.problem_code else None,
        done=sorted(row.journal.done),
        lead_ref=row.journal.done.get("lead", ""),
    )
