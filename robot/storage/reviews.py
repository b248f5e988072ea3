"""Second hearings of recordings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.calls.review import CallReview, Disagreement, TurnReview, Unreviewed
from robot.domain.calls import Turn
from robot.storage import tables as t
from robot.storage.call_records import turn_of
from robot.storage.engine import Database
from robot.storage.rows import insert, spoken

UNDER_WAY = timedelta(hours=1)
"""No call lasts as long: an attempt that is open for longer was left by a crash."""


class SqlReviews:
    """Reviews of robot.calls.review."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, *, since: datetime | None, limit: int) -> Sequence[Unreviewed]:
        a = t.attempts.c
        query = (
            sa.select(a.id, a.recording, spoken(), a.script_version)
            .join_from(t.attempts, t.campaigns, t.campaigns.c.id == a.campaign_id)
            .join(t.tasks, t.tasks.c.id == a.task_id)
            .where(
                a.recording != "",
                a.ended_at.is_not(None),
                ~sa.exists().where(t.call_reviews.c.attempt_id == a.id),
            )
            .order_by(a.started_at.desc(), a.id)
            .limit(limit)
        )
        if since is not None:
            query = query.where(a.started_at >= since)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            return [
                Unreviewed(row.id, row.recording, row.script, row.script_version, await _turns(connection, row.id))
                for row in rows
            ]

    async def keep(self, call: UUID, review: CallReview) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.delete(t.turn_reviews).where(t.turn_reviews.c.attempt_id == call))
            values = {"engine": review.engine, "reviewed_at": review.reviewed_at, "problem": review.problem}
            statement = insert(connection, t.call_reviews).values(attempt_id=call, **values)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=[t.call_reviews.c.attempt_id], set_=values)
            )
            if review.turns:
                rows = [
                    {"attempt_id": call, **{name: getattr(turn, name) for name in TurnReview.__dataclass_fields__}}
                    for turn in review.turns
                ]
                await connection.execute(sa.insert(t.turn_reviews), rows)

        await self._database.write(work)

    async def of(self, call: UUID) -> CallReview | None:
        whole = sa.select(t.call_reviews).where(t.call_reviews.c.attempt_id == call)
        parts = sa.select(t.turn_reviews).where(t.turn_reviews.c.attempt_id == call).order_by(t.turn_reviews.c.number)
        async with self._database.read() as connection:
            row = (await connection.execute(whole)).one_or_none()
            if row is None:
                return None
            turns = [
                TurnReview(
                    one.number, one.text, one.confidence, one.intent, one.word_errors, Disagreement(one.disagrees)
                )
                for one in await connection.execute(parts)
            ]
            return CallReview(row.engine, row.reviewed_at, turns, row.problem)

    async def calls_under_way(self, now: datetime) -> int:
        """On all nodes."""
        a = t.attempts.c
        query = sa.select(sa.func.count()).where(a.ended_at.is_(None), a.started_at > now - UNDER_WAY)
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())


async def _turns(connection: AsyncConnection, call: UUID) -> list[Turn]:
    query = sa.select(t.turns).where(t.turns.c.attempt_id == call).order_by(t.turns.c.number)
    return [turn_of(row) for row in await connection.execute(query)]


def _turn_review(row: Any) -> TurnReview:
    values = {name: getattr(row, name) for name in TurnReview.__dataclass_fields__}
    return TurnReview(**{**values, "disagrees": Disagreement(row.disagrees)})
