"""How the company's numbers fared in the last day: which one a dial shows is chosen by it.

A pool is used evenly over minutes, not to the dial, so the figures are read twice a minute at most, and what this node
dials in between is counted here: a dial then costs no look at a day of attempts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from robot.domain.caller_ids import REST, CallerStats, choose
from robot.domain.rules import DialingRules
from robot.storage import tables as t
from robot.storage.engine import Database

FRESH = timedelta(seconds=30)


class SqlCallers:
    """The pool of numbers to show."""

    def __init__(self, database: Database, rules: DialingRules) -> None:
        self._database = database
        self._pool = rules.callers
        self._known: dict[str, CallerStats] = {}
        self._read_at: datetime | None = None

    async def recent(self, now: datetime) -> Mapping[str, CallerStats]:
        """By number: dials of the last 24 hours that reached the network, over all nodes."""
        a = t.attempts.c
        query = (
            sa.select(a.caller_id, sa.func.count(), sa.func.count(a.answered_at), sa.func.max(a.started_at))
            .where(a.started_at > now - REST, a.direction == "out", a.counts, a.caller_id != "")
            .group_by(a.caller_id)
        )
        async with self._database.read() as connection:
            return {row[0]: CallerStats(row[1], row[2], row[3]) for row in await connection.execute(query)}

    async def next(self, now: datetime) -> str:
        """The number to show; "" for the line's own."""
        if not self._pool:
            return ""
        if self._read_at is None or not timedelta(0) <= now - self._read_at < FRESH:
            self._known, self._read_at = dict(await self.recent(now)), now
        return choose(self._pool, self._known, now) or ""

    def used(self, number: str, now: datetime) -> None:
        """It was shown by a dial of this node."""
        before = self._known.get(number, CallerStats(0, 0, now))
        self._known[number] = replace(before, dials=before.dials + 1, last_at=now)
