"""Tasks for leads: one open task per lead and campaign, in the lane of its hours, urgency and promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.analytics.tally import came
from robot.crm.base import KNOWN, QUEUED, Fate, NewLead
from robot.crm.channels import channel_of
from robot.domain.calls import TaskState
from robot.domain.campaigns import Campaign
from robot.domain.priorities import deadline, urgent
from robot.domain.rules import DialingRules, Verdict, permit
from robot.storage import tables as t
from robot.storage.people import Stored
from robot.storage.permits import known
from robot.storage.recount import Changes, task_of
from robot.storage.rows import band_of, chunks, insert, lane_of

CAME = (t.tasks.c.campaign_id, t.tasks.c.came_on, t.tasks.c.channel)


@dataclass(frozen=True, slots=True)
class Enqueue:
    """What is asked for. again: a task that is done does not count. script: "" is the campaign's."""

    campaign: Campaign
    now: datetime
    due_at: datetime
    priority: int
    again: bool = False
    script: str = ""


async def enqueue(
    connection: AsyncConnection, people: Sequence[tuple[NewLead, Stored]], order: Enqueue, rules: DialingRules
) -> Mapping[str, Fate]:
    """Queue those that may be dialed; what became of each, by number."""
    fates: dict[str, Fate] = {}
    changes = Changes()
    lanes = _Lanes(order)
    for some in chunks(people):
        tasks = await _tasks(connection, [stored.lead.id for _, stored in some], order.campaign)
        facts = await known(
            connection,
            [stored.lead for _, stored in some],
            advertising=order.campaign.advertising,
            cool_until={stored.lead.id: stored.cool_until for _, stored in some},
            now=order.now,
        )
        rows = []
        for new, stored in some:
            lead = stored.lead
            verdict = permit(
                rules, order.campaign, lead, facts.standing[lead.id], priority=order.priority, now=order.due_at
            )
            if verdict.never:
                fates[lead.phone] = Fate(verdict.reason)
                continue
            latest = tasks.get(lead.id)
            if order.again and latest is not None and latest.state == TaskState.DONE:
                latest = None
            if latest is not None and (not urgent(order.priority) or latest.state == TaskState.CLAIMED):
                fates[lead.phone] = Fate(KNOWN)
                continue
            row = _row(new, stored, order, verdict, await lanes.of(connection, stored))
            fates[lead.phone] = Fate(QUEUED, row["due_at"], row["deadline_at"])
            if latest is not None and latest.state == TaskState.QUEUED:
                await _hurry(connection, latest, row, order.priority)
            else:
                rows.append(row)
        if rows:
            queued = insert(connection, t.tasks).on_conflict_do_nothing().returning(*CAME)
            changes.add(came(Counter(map(task_of, await connection.execute(queued, rows)))))
    await changes.write(connection)
    return fates


class _Lanes:
    """Each is looked up once in a transaction: people of a list share few."""

    def __init__(self, order: Enqueue) -> None:
        self._order = order
        self._ids: dict[tuple[int, tuple[str, ...]], int] = {}

    async def of(self, connection: AsyncConnection, stored: Stored) -> int:
        band, zones = band_of(stored.score), stored.lead.zones
        if (band, zones) not in self._ids:
            order = self._order
            self._ids[band, zones] = await lane_of(connection, order.campaign.id, order.priority, zones, band=band)
        return self._ids[band, zones]


async def _tasks(connection: AsyncConnection, lead_ids: Sequence[int], campaign: Campaign) -> Mapping[int, sa.Row[Any]]:
    """The latest task of each lead in the campaign, by lead."""
    task = t.tasks.c
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(task.id, task.lead_id, task.state, task.due_at, t.lanes.c.priority)
        .join_from(t.tasks, t.lanes, t.lanes.c.id == task.lane_id)
        .where(task.campaign_id == campaign.id, task.lead_id.in_(lead_ids))
        .order_by(task.id)
    )
    return {row.lead_id: row for row in await connection.execute(query)}


def _row(new: NewLead, stored: Stored, order: Enqueue, verdict: Verdict, lane: int) -> dict[str, Any]:
    """What is promised is promised for the hours: of a request in the night, for the minute after they begin."""
    due_at = verdict.later or order.due_at
    rings = order.campaign.window.opening(due_at, *stored.lead.zones) or due_at
    return {
        "campaign_id": order.campaign.id,
        "lead_id": stored.lead.id,
        "lane_id": lane,
        "state": TaskState.QUEUED,
        "due_at": due_at,
        "attempts": 0,
        "rank": -stored.score,
        "deadline_at": new.deadline or deadline(order.priority, rings),
        "source": new.source,
        "channel": channel_of(new, stored.lead),
        "came_on": order.campaign.day(order.now),
        "came_at": order.now,
        "script": order.script,
    }


async def _hurry(connection: AsyncConnection, task: sa.Row[Any], row: Mapping[str, Any], priority: int) -> None:
    """The client asked for a call that was waiting anyway: it is as urgent as he is, and no later than it was."""
    values = {name: row[name] for name in ("rank", "deadline_at", "source", "script")}
    values |= {"came_at": row["came_at"], "due_at": min(row["due_at"], task.due_at)}
    if priority > task.priority:
        values["lane_id"] = row["lane_id"]
    await connection.execute(
        sa.update(t.tasks).where(t.tasks.c.id == task.id, t.tasks.c.state == TaskState.QUEUED).values(values)
    )
