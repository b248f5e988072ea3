"""The heads of the open lanes: which tasks a claim looks at, however long the queue is.

Lanes are read in the order of urgency, a few dozen to a statement, and no more of them than needed. Each lane gives
its first few due tasks by the index (lane_id, state, due_at, rank, id); the statement does not grow with the lanes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.calls import TaskState
from robot.domain.campaigns import Campaign
from robot.storage import tables as t

LANES = 48
"""Lanes to a statement; the next one reads four times as many, for the queue is nearly empty."""

_now = sa.bindparam("now", type_=t.tasks.c.due_at.type)
# Written into the statement: a planner that does not know how few rows are wanted may sort a whole lane for them.
_limit: sa.BindParameter[int] = sa.bindparam("limit", type_=sa.Integer, literal_execute=True)
_lanes = sa.bindparam("lanes", expanding=True, type_=t.lanes.c.id.type)


async def heads(
    connection: AsyncConnection, campaign: Campaign, *, least: int, now: datetime, limit: int
) -> Sequence[int]:
    """Ids of the first `limit` due tasks of at least priority `least` in lanes open at `now`, first those of the most
    urgent lanes, there the most promising, then the longest due. Not of leads who are in a call."""
    query = sa.select(t.lanes).where(t.lanes.c.campaign_id == campaign.id, t.lanes.c.priority >= least)
    rows = (await connection.execute(query)).all()
    hours = {zones: campaign.window.allows(now, *zones.split(",")) for zones in {row.zones for row in rows}}
    lanes = sorted((row for row in rows if hours[row.zones]), key=_urgency)
    statement = _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE
    found: list[int] = []
    for some in _packs(lanes):
        values = {"now": now, "limit": limit, "lanes": some}
        found.extend((await connection.execute(statement, values)).scalars())
        if len(found) >= limit:
            break
    return found[:limit]


def _urgency(lane: sa.Row[Any]) -> tuple[int, int]:
    return -lane.priority, -lane.band


def _packs(lanes: Sequence[sa.Row[Any]]) -> Iterator[list[int]]:
    """Ids of whole levels of urgency together: the order within a pack is the database's to find."""
    pack: list[int] = []
    size = LANES
    for _, level in groupby(lanes, key=_urgency):
        pack.extend(lane.id for lane in level)
        if len(pack) >= size:
            yield pack
            pack, size = [], 4 * size
    if pack:
        yield pack


def _first_of_lane() -> sa.Select[int]:
    """The heads of one lane, within a statement over `lanes`."""
    task, other = t.tasks.alias("task"), t.tasks.alias("other")
    busy = sa.exists().where(other.c.lead_id == task.c.lead_id, other.c.owner.is_not(None)).correlate(task)
    return (
        sa.select(task.c.id, task.c.due_at, task.c.rank)
        .where(task.c.lane_id == t.lanes.c.id, task.c.state == TaskState.QUEUED, task.c.due_at <= _now, ~busy)
        .order_by(task.c.due_at, task.c.rank, task.c.id)
        .limit(_limit)
        .correlate(t.lanes)
    )


def _in_order(query: sa.Select[int], task: Any) -> sa.Select[int]:
    """The most urgent lane first, there the most promising, there the longest due."""
    lane = t.lanes.c
    return (
        query.where(lane.id.in_(_lanes))
        .order_by(lane.priority.desc(), lane.band.desc(), task.c.due_at, task.c.rank, task.c.id)
        .limit(_limit)
    )


def _lateral() -> sa.Select[int]:
    head = _first_of_lane().lateral("head")
    return _in_order(sa.select(head.c.id).join_from(t.lanes, head, sa.true()), head)


def _by_row() -> sa.Select[int]:
    """SQLite knows no LATERAL. The only way into `tasks` here is by the ids of the heads."""
    head = t.tasks.alias("head")
    ids: sa.Select[int] = _first_of_lane().with_only_columns(sa.literal_column("task.id"))
    return _in_order(sa.select(head.c.id).join_from(t.lanes, head, head.c.id.in_(ids)), head)


_POSTGRES = _lateral()
_SQLITE = _by_row()
