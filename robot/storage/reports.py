"""What reports read, counted by the database. The meaning of the phrase counts is defined in robot.analytics.dropoff;
its `count` is the reference that these statements must equal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from robot.analytics.dropoff import LISTENED, PhraseCounts
from robot.analytics.ports import AttemptRecord, Selection
from robot.domain.calls import Turn, TurnEnding
from robot.domain.meetings import Meeting
from robot.domain.outcomes import REFUSALS, Outcome
from robot.storage import tables as t
from robot.storage.call_records import turn_of
from robot.storage.engine import Database
from robot.storage.rows import MEETINGS, meeting_of


class SqlReports:
    """Reports of robot.analytics.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def outcomes(self, selection: Selection) -> Mapping[Outcome, int]:
        query = (
            sa.select(t.attempts.c.outcome, sa.func.count())
            .where(*_selected(selection), t.attempts.c.outcome.is_not(None))
            .group_by(t.attempts.c.outcome)
            .order_by(t.attempts.c.outcome)
        )
        async with self._database.read() as connection:
            return {Outcome(outcome): number for outcome, number in await connection.execute(query)}

    async def meetings(self, selection: Selection) -> Sequence[Meeting]:
        query = MEETINGS.join(t.attempts, t.attempts.c.id == t.meetings.c.attempt_id).where(*_selected(selection))
        async with self._database.read() as connection:
            return [meeting_of(row) for row in await connection.execute(query)]

    async def attempts(self, selection: Selection, *, limit: int = 100, offset: int = 0) -> Sequence[AttemptRecord]:
        a, lead = t.attempts.c, t.leads.c
        query = (
            sa.select(t.attempts, lead.name.label("lead_name"), lead.company, lead.phone)
            .join_from(t.attempts, t.leads, lead.id == a.lead_id)
            .where(*_selected(selection))
            .order_by(a.started_at.desc(), a.id)
            .limit(limit)
            .offset(offset)
        )
        names = tuple(AttemptRecord.__dataclass_fields__)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            records = [{name: getattr(row, name) for name in names} for row in rows]
        return [
            AttemptRecord(**{**record, "outcome": Outcome(record["outcome"]) if record["outcome"] else None})
            for record in records
        ]

    async def turns(self, attempt_id: UUID) -> Sequence[Turn]:
        query = sa.select(t.turns).where(t.turns.c.attempt_id == attempt_id).order_by(t.turns.c.number)
        async with self._database.read() as connection:
            return [turn_of(row) for row in await connection.execute(query)]

    async def phrases(self, selection: Selection) -> Sequence[PhraseCounts]:
        async with self._database.read() as connection:
            onward: dict[str, dict[str, int]] = defaultdict(dict)
            for phrase, target, calls in await connection.execute(_onward(selection)):
                onward[phrase][target] = calls
            rows = await connection.execute(_counts(selection))
            return [
                PhraseCounts(**{**row._mapping, "went_on": onward[row.phrase]})
                for row in sorted(rows, key=lambda row: str(row.phrase))
            ]


def _selected(selection: Selection) -> list[sa.ColumnElement[bool]]:
    a = t.attempts.c
    conditions: list[sa.ColumnElement[bool]] = [a.campaign_id == selection.campaign_id]
    if selection.since is not None:
        conditions.append(a.started_at >= selection.since)
    if selection.until is not None:
        conditions.append(a.started_at < selection.until)
    if selection.script_version is not None:
        conditions.append(a.script_version == selection.script_version)
    return conditions


def _ended(*endings: TurnEnding) -> sa.ColumnElement[int]:
    """1 when any turn of the group ended so, else 0."""
    return sa.func.max(sa.case((t.turns.c.ending.in_(endings), 1), else_=0))


def _counts(selection: Selection) -> sa.Select[*tuple[object, ...]]:
    """Two steps, as the definitions go: what happened in each call at each phrase, then the number of such calls."""
    turns, a = t.turns.c, t.attempts.c
    last = (
        sa.select(turns.attempt_id, sa.func.max(turns.number).label("number"))
        .join_from(t.turns, t.attempts, a.id == turns.attempt_id)
        .where(*_selected(selection), a.outcome.in_(REFUSALS), turns.ending.in_(LISTENED), turns.phrase != "")
        .group_by(turns.attempt_id)
        .subquery("last_listened")
    )
    refused = sa.and_(turns.number == last.c.number, turns.ending == TurnEnding.ANSWERED)
    calls = (
        sa.select(
            turns.phrase,
            sa.func.count(turns.visit.distinct()).label("visits"),
            _ended(TurnEnding.HUNG_UP_DURING).label("hung_up_during"),
            _ended(TurnEnding.HUNG_UP_AFTER).label("hung_up_after"),
            sa.func.max(sa.case((refused, 1), else_=0)).label("refused"),
            _ended(TurnEnding.SILENT).label("silent"),
            _ended(TurnEnding.NOT_UNDERSTOOD).label("not_understood"),
            sa.func.max(sa.case((turns.interrupted, 1), else_=0)).label("interrupted"),
        )
        .join_from(t.turns, t.attempts, a.id == turns.attempt_id)
        .join(last, last.c.attempt_id == turns.attempt_id, isouter=True)
        .where(*_selected(selection), turns.phrase != "")
        .group_by(turns.attempt_id, turns.phrase)
        .subquery("calls")
    )
    sums = [
        sa.cast(sa.func.sum(column), sa.Integer).label(column.name) for column in calls.c if column.name != "phrase"
    ]
    return sa.select(calls.c.phrase, sa.func.count().label("reached"), *sums).group_by(calls.c.phrase)


def _onward(selection: Selection) -> sa.Select[str, str, int]:
    turns = t.turns.c
    return (
        sa.select(turns.phrase, turns.went_to, sa.func.count(turns.attempt_id.distinct()))
        .join_from(t.turns, t.attempts, t.attempts.c.id == turns.attempt_id)
        .where(*_selected(selection), turns.phrase != "", turns.went_to != "", turns.went_to != turns.phrase)
        .group_by(turns.phrase, turns.went_to)
        .order_by(turns.phrase, turns.went_to)
    )
