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
    DaySums,
    EdgeSums,
    HourSums,
    ObjectionSums,
    OutcomeSums,
    PhraseSums,
    SpokenSums,
    WeekSums,
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
        c = t.report_outcomes.c
        rows = await self._of_outcomes(cut, c.direction, c.outcome, c.reason)
        return [OutcomeSums(row.direction, row.outcome, row.reason, _attempts(row)) for row in rows if row.calls]

    async def days(self, cut: Cut) -> Sequence[DaySums]:
        rows = await self._of_outcomes(cut, t.report_outcomes.c.day)
        found = (DaySums(row.day, _attempts(row)) for row in rows if row.calls)
        return sorted(found, key=lambda one: one.day)

    async def spoken(self, cut: Cut) -> Sequence[SpokenSums]:
        c = t.report_outcomes.c
        query = (
            _sums(Rollup.OUTCOMES, c.script, c.version)
            .add_columns(sa.func.min(c.day).label("first_day"), sa.func.max(c.day).label("last_day"))
            .where(*_within(t.report_outcomes, cut), c.talked > 0)
        )
        rows = await _rows(self._database, query)
        found = (SpokenSums(row.script, row.version, row.first_day, row.last_day, _attempts(row)) for row in rows)
        return sorted(found, key=lambda one: (-one.last_day.toordinal(), -one.first_day.toordinal(), one.version))

    async def _of_outcomes(self, cut: Cut, *by: sa.Column[Any]) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        return await _rows(self._database, _sums(Rollup.OUTCOMES, *by).where(*_within(t.report_outcomes, cut)))

    async def hours(self, cut: Cut) -> Sequence[HourSums]:
        c = t.report_hours.c
        query = _sums(Rollup.HOURS, c.campaign_id, c.day, c.hour).where(*_days(c, cut), c.direction == "out")
        rows = await _rows(self._database, query.order_by(c.day, c.hour, c.campaign_id))
        return [HourSums(row.campaign_id, row.day, row.hour, _attempts(row)) for row in rows if row.calls]

    async def week(self, cut: Cut) -> Sequence[WeekSums]:
        c = t.report_hours.c
        weekday: sa.ColumnElement[int] = (
            (sa.cast(sa.func.strftime("%w", c.day), sa.Integer) + 6) % 7
            if self._database.dialect == "sqlite"
            else sa.cast(sa.extract("isodow", c.day), sa.Integer) - 1
        )
        named = weekday.label("weekday")
        measures = [_sum(c[name]) for name in MEASURES[Rollup.HOURS]]
        query = sa.select(named, c.hour, *measures).where(*_days(c, cut), c.direction == "out").group_by(named, c.hour)
        rows = await _rows(self._database, query)
        found = (WeekSums(row.weekday, row.hour, _attempts(row)) for row in rows if row.calls)
        return sorted(found, key=lambda one: (one.weekday, one.hour))


class SqlLeadRollups:
    """LeadRollups of robot.analytics.report_ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
