"""Single calls, read for people."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from robot.analytics.call_records import CallRecord
from robot.domain.calls import Turn, TurnEnding
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import chunks, spoken

MOST_FOUND = 5
_HEX = re.compile(r"[0-9a-f]{1,32}")

CALLS = (
    sa.select(
        t.attempts,
        t.campaigns.c.slug.label("campaign"),
        spoken(),
        t.leads.c.name.label("lead_name"),
        t.leads.c.company,
        t.leads.c.phone,
        t.attempts.c.verdict.label("answered_as"),
    )
    .join_from(t.attempts, t.campaigns, t.campaigns.c.id == t.attempts.c.campaign_id)
    .join(t.tasks, t.tasks.c.id == t.attempts.c.task_id)
    .join(t.leads, t.leads.c.id == t.attempts.c.lead_id)
    .order_by(t.attempts.c.started_at.desc(), t.attempts.c.id)
)
_TURN = [column.name for column in t.turns.c if column.name not in ("attempt_id", "ending")]


class SqlCallRecords:
    """CallRecords of robot.analytics.call_records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(
        self, *, campaign: str | None = None, since: datetime | None = None, talked: bool = False, limit: int = 20
    ) -> Sequence[CallRecord]:
        query = CALLS.limit(limit)
        if campaign is not None:
            query = query.where(t.campaigns.c.slug == campaign)
        if since is not None:
            query = query.where(t.attempts.c.started_at >= since)
        if talked:
            query = query.where(t.attempts.c.answered_at.is_not(None))
        return await self._read(query)

    async def starting_with(self, prefix: str) -> Sequence[CallRecord]:
        digits = prefix.replace("-", "").lower()
        if not _HEX.fullmatch(digits):
            return []
        first, last = UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
        return await self._read(CALLS.where(t.attempts.c.id.between(first, last)).limit(MOST_FOUND))

    async def turns(self, calls: Sequence[UUID]) -> Mapping[UUID, Sequence[Turn]]:
        found: dict[UUID, list[Turn]] = defaultdict(list)
        async with self._database.read() as connection:
            for some in chunks(calls):
                query = sa.select(t.turns).where(t.turns.c.attempt_id.in_(some)).order_by(t.turns.c.number)
                for row in await connection.execute(query):
                    found[row.attempt_id].append(turn_of(row))
        return dict(found)

    async def _read(self, query: sa.Select[Any]) -> Sequence[CallRecord]:
        async with self._database.read() as connection:
            return [record_of(row) for row in await connection.execute(query)]


def record_of(row: Any) -> CallRecord:
    """From a row of CALLS."""
    values = {name: getattr(row, name) for name in CallRecord.__dataclass_fields__}
    return CallRecord(**{**values, "outcome": Outcome(row.outcome) if row.outcome else None})


def turn_of(row: Any) -> Turn:
    """From a row of turns."""
    ending = TurnEnding(row.ending) if row.ending else None
    return Turn(**{name: getattr(row, name) for name in _TURN}, ending=ending)
