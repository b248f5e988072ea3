"""How many wait to be called, and how long: for who watches the queue.

Its cost does not grow with the queue: of each lane it reads the head of the index by which tasks are claimed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from robot.domain.calls import TaskState
from robot.domain.priorities import kind_of
from robot.domain.waiting import Waiting
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import chunks, window_of

MOST = 1000
"""Tasks of one lane are counted so far."""


class SqlQueueFigures:
    """Asked at each scrape of the metrics."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, now: datetime) -> Mapping[str, Waiting]:
        """By the name of their urgency (robot.domain.priorities.KINDS): tasks of campaigns that have a quota, due, and
        at hours at which they may be dialed."""
        lanes = sa.select(t.lanes.c.id, t.lanes.c.priority, t.lanes.c.zones, t.campaigns.c.hours).join_from(
            t.lanes, t.campaigns, t.campaigns.c.id == t.lanes.c.campaign_id
        )
        found: defaultdict[str, Waiting] = defaultdict(Waiting)
        async with self._database.read() as connection:
            rows = await connection.execute(lanes.where(t.campaigns.c.quota.is_not(None)))
            kinds = {row.id: kind_of(row.priority) for row in rows if _open(row, now)}
            for some in chunks(sorted(kinds)):
                for lane, tasks, due_at in await connection.execute(_figures(some, now)):
                    if tasks:
                        before, late_s = found[kinds[lane]], max(0.0, (now - due_at).total_seconds())
                        found[kinds[lane]] = Waiting(before.tasks + tasks, max(before.oldest_s, late_s))
        return found


def _open(row: Any, now: datetime) -> bool:
    return window_of(row.hours).allows(now, *row.zones.split(","))


def _figures(lanes: Sequence[int], now: datetime) -> sa.Select[Any]:
    """By lane: how many are due, and since when the first of them."""
    task = t.tasks.c
    due = (
        sa.select(task.due_at)
        .where(task.lane_id == t.lanes.c.id, task.state == TaskState.QUEUED, task.due_at <= now)
        .order_by(task.due_at)
        .correlate(t.lanes)
    )
    counted = sa.select(sa.func.count()).select_from(due.limit(MOST).subquery("due")).correlate(t.lanes)
    return sa.select(t.lanes.c.id, counted.scalar_subquery(), due.limit(1).scalar_subquery()).where(
        t.lanes.c.id.in_(lanes)
    )
