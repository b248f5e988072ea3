"""What people add to calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.planning import Target
from robot.crm.planning import correction as plan_correction
from robot.crm.stages import stage_after
from robot.domain.call_remarks import (
    CORRECTABLE,
    Author,
    Comment,
    Correction,
    MeetingHangsOnIt,
    NoTalk,
    NotByHand,
    NoWords,
    Suggestion,
    UnknownCall,
    Verdict,
)
from robot.domain.goals import QUALIFIED_FIELD, Goal
from robot.domain.outcomes import Outcome
from robot.domain.stops import ASKED_TO_STOP
from robot.storage import tables as t
from robot.storage.call_index import index_call
from robot.storage.engine import Database
from robot.storage.outbox import put
from robot.storage.permits import withdraw
from robot.storage.recount import Changes, recounted
from robot.storage.rows import insert
from robot.storage.stops import bar


class SqlComments:
    """Comments of robot.web.call_ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, call: UUID, text: str, *, at_ms: int | None, author: Author, now: datetime) -> Comment:
        values = {"attempt_id": call, "at": now, "who": author.name, "user_id": author.user_id, "text": text}

        async def work(connection: AsyncConnection) -> int:
            await _known(connection, call)
            done = await connection.execute(sa.insert(t.call_comments).values(**values, at_ms=at_ms))
            return int(done.inserted_primary_key[0])  # type: ignore[index]

        return Comment(await self._database.write(work), now, author, text, at_ms)

    async def remove(self, call: UUID, comment: int, *, author: Author) -> bool:
        c = t.call_comments.c
        his = (
            c.user_id == author.user_id if author.user_id is not None else c.user_id.is_(None) & (c.who == author.name)
        )
        statement = sa.delete(t.call_comments).where(c.attempt_id == call, c.id == comment, his)
        return bool((await self._database.write(lambda connection: connection.execute(statement))).rowcount)

    async def of(self, call: UUID) -> Sequence[Comment]:
        query = sa.select(t.call_comments).where(t.call_comments.c.attempt_id == call).order_by(t.call_comments.c.id)
        async with self._database.read() as connection:
            return [
                Comment(row.id, row.at, Author(row.who, row.user_id), row.text, row.at_ms)
                for row in await connection.execute(query)
            ]


class SqlCorrections:
    """Corrections of robot.web.call_ports. What was told of the call is told of a correction, from an outbox row of the
    same transaction."""

    def __init__(self, database: Database, targets: Sequence[Target] = ()) -> None:
        self._database = database
        self._targets = targets

    async def correct(self, call: UUID, verdict: Verdict, *, author: Author, now: datetime) -> Correction | None:
        if verdict.outcome not in CORRECTABLE:
            raise NotByHand

        async def work(connection: AsyncConnection) -> Correction | None:
            changes = Changes()
            row = await _locked(connection, call)
            was = Outcome(row.outcome)
            if (was, row.reason) == (verdict.outcome, verdict.reason):
                return None
            correction = Correction(now, author, was, row.reason, verdict)
            new = sa.insert(t.outcome_corrections).values(attempt_id=call, **_columns(correction))
            number = int((await connection.execute(new)).inserted_primary_key[0])  # type: ignore[index]
            async with recounted(connection, call, changes):
                values = {"outcome": verdict.outcome, "reason": verdict.reason, "goal_reached": _reached(row, verdict)}
                await connection.execute(sa.update(t.attempts).where(t.attempts.c.id == call).values(values))
            await index_call(connection, call)
            await _move_card(connection, row, verdict.outcome)
            told = plan_correction(call, row.lead_id, number, self._targets, now=now)
            await put(connection, told, now=now)
            if verdict.outcome is Outcome.OPTED_OUT:
                await bar(connection, row.phone, reason=ASKED_TO_STOP, now=now)
                await withdraw(connection, [row.lead_id])
                await self._database.tell(connection)
            await changes.write(connection)
            return correction

        return await self._database.write(work)

    async def of(self, call: UUID) -> Sequence[Correction]:
        c = t.outcome_corrections.c
        query = sa.select(t.outcome_corrections).where(c.attempt_id == call).order_by(c.id)
        async with self._database.read() as connection:
            return [_correction(row) for row in await connection.execute(query)]


class SqlSuggestions:
    """Suggestions of robot.web.call_ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, call: UUID, number: int, intent: str, *, author: Author, now: datetime) -> Suggestion:
        async def work(connection: AsyncConnection) -> Suggestion:
            row = await _words(connection, call, number)
            values = {
                "script": row.script_name or row.script,
                "phrase": row.phrase,
                "text": row.heard,
                "intent": intent,
                "at": now,
                "who": author.name,
                "user_id": author.user_id,
                "decided_at": None,
            }
            c = t.suggested_examples.c
            new = insert(connection, t.suggested_examples).values(attempt_id=call, number=number, **values)
            await connection.execute(new.on_conflict_do_update(index_elements=[c.attempt_id, c.number], set_=values))
            query = sa.select(t.suggested_examples).where(c.attempt_id == call, c.number == number)
            return _suggestion((await connection.execute(query)).one())

        return await self._database.write(work)

    async def remove(self, call: UUID, number: int) -> bool:
        c = t.suggested_examples.c
        statement = sa.delete(t.suggested_examples).where(c.attempt_id == call, c.number == number)
        return bool((await self._database.write(lambda connection: connection.execute(statement))).rowcount)

    async def turns_of(self, call: UUID) -> frozenset[int]:
        c = t.suggested_examples.c
        async with self._database.read() as connection:
            return frozenset(await connection.scalars(sa.select(c.number).where(c.attempt_id == call)))

    async def waiting(self, script: str, *, limit: int = 200) -> Sequence[Suggestion]:
        c = t.suggested_examples.c
        query = sa.select(t.suggested_examples).where(c.script == script, c.decided_at.is_(None)).order_by(c.id)
        async with self._database.read() as connection:
            return [_suggestion(row) for row in await connection.execute(query.limit(limit))]

    async def decided(self, suggestion: int, *, now: datetime) -> bool:
        c = t.suggested_examples.c
        statement = sa.update(t.suggested_examples).where(c.id == suggestion, c.decided_at.is_(None))
        done = await self._database.write(lambda connection: connection.execute(statement.values(decided_at=now)))
        return bool(done.rowcount)


async def _known(connection: AsyncConnection, call: UUID) -> None:
    if (await connection.execute(sa.select(t.attempts.c.id).where(t.attempts.c.id == call))).one_or_none() is None:
        raise UnknownCall


async def _locked(connection: AsyncConnection, call: UUID) -> sa.Row[Any]:
    """The call with its lead and its campaign's goal; task and lead locked, in the order all transactions keep."""
    a = t.attempts.c
    ids = (await connection.execute(sa.select(a.task_id, a.lead_id).where(a.id == call))).one_or_none()
    if ids is None:
        raise UnknownCall
    for table, key in ((t.tasks, ids.task_id), (t.leads, ids.lead_id)):
        await connection.execute(sa.select(table.c.id).where(table.c.id == key).with_for_update(key_share=True))
    meeting = sa.or_(
        sa.exists().where(t.meetings.c.attempt_id == call), sa.exists().where(t.moved_meetings.c.attempt_id == call)
    )
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(t.attempts, t.leads.c.phone, t.leads.c.stage, t.campaigns.c.goal, meeting.label("has_meeting"))
        .join_from(t.attempts, t.leads, t.leads.c.id == a.lead_id)
        .join(t.campaigns, t.campaigns.c.id == a.campaign_id)
        .where(a.id == call)
        .with_for_update(key_share=True, of=t.attempts)
    )
    row = (await connection.execute(query)).one()
    if row.ended_at is None or row.answered_at is None:
        raise NoTalk
    if row.has_meeting:
        raise MeetingHangsOnIt
    return row


async def _move_card(connection: AsyncConnection, row: sa.Row[Any], outcome: Outcome) -> None:
    """The lead stands where the corrected call left him, unless he has talked to us since."""
    a = t.attempts.c
    since = sa.exists().where(a.lead_id == row.lead_id, a.started_at > row.started_at, a.answered_at.is_not(None))
    if (await connection.execute(sa.select(since))).scalar_one():
        return
    stage = stage_after(outcome, row.stage)
    await connection.execute(sa.update(t.leads).where(t.leads.c.id == row.lead_id).values(stage=stage))


def _reached(row: sa.Row[Any], verdict: Verdict) -> bool:
    """As robot.domain.goals counts a result without a meeting."""
    match Goal(row.goal):
        case Goal.MEETING:
            return False
        case Goal.QUALIFIED:
            return bool(row.collected.get(QUALIFIED_FIELD) == "yes")
        case Goal.AGREED:
            return verdict.outcome is Outcome.AGREED


async def _words(connection: AsyncConnection, call: UUID, number: int) -> sa.Row[Any]:
    """Of a turn, with the script they were said to. Raises UnknownCall, NoWords."""
    await _known(connection, call)
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(t.turns.c.phrase, t.turns.c.heard, t.attempts.c.script_name, t.campaigns.c.script)
        .join_from(t.turns, t.attempts, t.attempts.c.id == t.turns.c.attempt_id)
        .join(t.campaigns, t.campaigns.c.id == t.attempts.c.campaign_id)
        .where(t.turns.c.attempt_id == call, t.turns.c.number == number, t.turns.c.heard != "")
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NoWords
    return row


def _columns(one: Correction) -> dict[str, object]:
    return {
        "at": one.at,
        "who": one.author.name,
        "user_id": one.author.user_id,
        "was": one.was,
        "was_reason": one.was_reason,
        "outcome": one.verdict.outcome,
        "reason": one.verdict.reason,
        "note": one.verdict.note,
    }


def _correction(row: Any) -> Correction:
    verdict = Verdict(Outcome(row.outcome), row.reason, row.note)
    return Correction(row.at, Author(row.who, row.user_id), Outcome(row.was), row.was_reason, verdict)


def _suggestion(row: Any) -> Suggestion:
    author = Author(row.who, row.user_id)
    return Suggestion(row.id, row.attempt_id, row.number, row.script, row.phrase, row.text, row.intent, row.at, author)
