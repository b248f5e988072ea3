"""Reports, read out of the rollups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from robot.analytics.dropoff import PhraseCounts
from robot.analytics.report_ports import (
    ArmSums,
    Attempts,
    ChannelSums,
    Cut,
    EdgeSums,
    HourSums,
    ObjectionSums,
    OutcomeSums,
    PhraseSums,
)
from robot.analytics.tally import MEASURES, Rollup, stretches
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.tables_reports import ROLLUPS


class SqlScriptRollups:
    """ScriptRollups of robot.analytics.report_ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def phrases(self, cut: Cut) -> Sequence[PhraseSums]:
        names = [name for name in MEASURES[Rollup.PHRASES] if name != "goal"]
        rows = await _rows(self._database, _of_arm(Rollup.PHRASES, cut, "phrase"))
        return [
            PhraseSums(PhraseCounts(row.phrase, **{name: getattr(row, name) for name in names}), row.goal)
            for row in sorted(rows, key=lambda row: str(row.phrase))
            if row.reached
        ]

    async def edges(self, cut: Cut) -> Sequence[EdgeSums]:
        rows = await _rows(self._database, _of_arm(Rollup.EDGES, cut, "phrase", "went_to", "kind", "intent"))
        return sorted(
            (
                EdgeSums(row.phrase, row.went_to, row.kind, row.intent, row.calls, row.went_on)
                for row in rows
                if row.calls or row.went_on
            ),
            key=lambda edge: (edge.phrase, edge.to, -edge.calls, edge.kind, edge.intent),
        )

    async def objections(self, cut: Cut) -> Sequence[ObjectionSums]:
        rows = await _rows(self._database, _of_arm(Rollup.OBJECTIONS, cut, "objection"))
        found = (ObjectionSums(**row._mapping) for row in rows if row.raised)
        return sorted(found, key=lambda one: one.objection)

    async def arms(self, cut: Cut) -> Sequence[ArmSums]:
        table = t.report_arms
        by = (table.c.phrase, table.c.variant, table.c.version)
        rows = await _rows(self._database, _sums(Rollup.ARMS, *by).where(*_within(table, cut)))
        found = (ArmSums(row.phrase, row.variant, row.version, row.calls, row.goal) for row in rows if row.calls)
        return sorted(found, key=lambda arm: (arm.phrase, arm.variant, arm.version))


class SqlAttemptRollups:
    """AttemptRollups of robot.analytics.report_ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def outcomes(self, cut: Cut) -> Sequence[OutcomeSums]:
        table = t.report_outcomes
        names = ("script", "day", "version", "direction", "outcome", "reason")
        by = [table.c[name] for name in names]
        rows = await _rows(self._database, _sums(Rollup.OUTCOMES, *by).where(*_within(table, cut)))
        found = (
            OutcomeSums(**{name: getattr(row, name) for name in names}, attempts=_attempts(row))
            for row in rows
            if row.calls
        )
        return sorted(found, key=lambda one: (one.day, one.script, one.version, one.outcome, one.reason))

    async def hours(self, cut: Cut) -> Sequence[HourSums]:
        c = t.report_hours.c
        query = _sums(Rollup.HOURS, c.campaign_id, c.day, c.hour).where(*_days(c, cut), c.direction == "out")
        rows = await _rows(self._database, query.order_by(c.day, c.hour, c.campaign_id))
        return [HourSums(row.campaign_id, row.day, row.hour, _attempts(row)) for row in rows if row.calls]

    async def channels(self, cut: Cut) -> Sequence[ChannelSums]:
        c = t.report_leads.c
        rows = await _rows(self._database, _sums(Rollup.LEADS, c.channel).where(*_days(c, cut)))
        found = (ChannelSums(**row._mapping) for row in rows if row.received or row.called)
        return sorted(found, key=lambda one: (-one.received, one.channel))


async def _rows(database: Database, query: sa.Select[*tuple[Any, ...]]) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    async with database.read() as connection:
        return (await connection.execute(query)).all()


def _sum(column: sa.ColumnElement[Any] | sa.Column[Any]) -> sa.Label[int]:
    """As a whole number: PostgreSQL adds big ones up to decimals."""
    return sa.cast(sa.func.sum(column), sa.BigInteger).label(column.name)


def _sums(rollup: Rollup, *by: sa.Column[Any]) -> sa.Select[*tuple[Any, ...]]:
    table = ROLLUPS[rollup]
    measures = [_sum(table.c[name]) for name in MEASURES[rollup]]
    return sa.select(*by, *measures).group_by(*by)


def _of_arm(rollup: Rollup, cut: Cut, *by: str) -> sa.Select[*tuple[Any, ...]]:
    """Each stretch is a piece of the primary key; both databases read it without looking at other rows."""
    table = ROLLUPS[rollup]
    within = [table.c.script == cut.script, table.c.arm == cut.arm]
    if cut.campaigns is not None:
        within.append(table.c.campaign_id.in_(sorted(cut.campaigns)))
    if cut.version is not None:
        within.append(table.c.version == cut.version)
    columns = [table.c[name] for name in (*by, *MEASURES[rollup])]
    pieces = [
        sa.select(*columns).where(table.c.grain == grain, table.c.day.between(first, last), *within)
        for grain, first, last in stretches(cut.since, cut.until)
    ]
    rows = sa.union_all(*pieces).subquery("rows")
    keys = [rows.c[name] for name in by]
    return sa.select(*keys, *(_sum(rows.c[name]) for name in MEASURES[rollup])).group_by(*keys)


def _within(table: sa.Table, cut: Cut) -> list[sa.ColumnElement[bool]]:
    found = _days(table.c, cut)
    if cut.script:
        found.append(table.c.script == cut.script)
    if cut.version is not None:
        found.append(table.c.version == cut.version)
    return found


def _days(columns: Any, cut: Cut) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [columns.day.between(cut.since, cut.until)]
    if cut.campaigns is not None:
        found.append(columns.campaign_id.in_(sorted(cut.campaigns)))
    return found


def _attempts(row: Any) -> Attempts:
    return Attempts(row.calls, row.dials, row.answered, row.talked, row.engaged, row.goal)
