"""What the database knows after the trial, as plain values for the audit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from robot.domain.calls import WITHDRAWN, TaskState
from robot.storage import tables as t
from robot.storage.engine import Database


@dataclass(frozen=True, slots=True)
class DialRow:
    """An attempt. `task_state`: of its task now."""

    id: UUID
    number: str
    node: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str
    reason: str
    counts: bool
    task_state: str
    task_outcome: str


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A campaign's day."""

    slug: str
    quota: int
    hard: bool
    meetings: int
    held: int
    booked: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """dials: by start. turns: how often each phrase was stored, by number and phrase; what was withdrawn
    belongs to none, and is under `WITHDRAWN`. claimed: tasks somebody owns."""

    dials: Sequence[DialRow]
    turns: Mapping[tuple[str, str], int]
    quotas: Sequence[QuotaRow]
    claimed: int
    queued: int


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Attempts that have not ended, and those of them that were answered."""

    calls: int
    talks: int


async def under_way(database: Database) -> UnderWay:
    query = sa.select(sa.func.count(), sa.func.count(t.attempts.c.answered_at)).where(t.attempts.c.ended_at.is_(None))
    async with database.read() as connection:
        calls, talks = (await connection.execute(query)).one()
    return UnderWay(calls, talks)


async def collect(database: Database) -> Evidence:
    async with database.read() as connection:
        dials = (await connection.execute(_dials())).all()
        turns = (await connection.execute(_turns())).all()
        quotas = (await connection.execute(_quotas())).all()
        owned = sa.func.sum(sa.case((t.tasks.c.owner.is_not(None), 1), else_=0))
        queued = sa.func.sum(sa.case((t.tasks.c.state == TaskState.QUEUED, 1), else_=0))
        claimed, waiting = (await connection.execute(sa.select(owned, queued))).one()
    return Evidence(
        [DialRow(*row) for row in dials],
        Counter({(phone, phrase): number for phone, phrase, number in turns}),
        [QuotaRow(row.slug, row.quota or 0, row.hard_quota, row.meetings, row.held, row.booked) for row in quotas],
        claimed or 0,
        waiting or 0,
    )


def _dials() -> sa.Select[*tuple[Any, ...]]:
    a = t.attempts.c
    return (
        sa.select(
            a.id,
            t.leads.c.phone,
            a.node,
            a.started_at,
            a.answered_at,
            a.ended_at,
            sa.func.coalesce(a.outcome, ""),
            a.reason,
            a.counts,
            t.tasks.c.state,
            sa.func.coalesce(t.tasks.c.outcome, ""),
        )
        .join_from(t.attempts, t.leads, t.leads.c.id == a.lead_id)
        .join(t.tasks, t.tasks.c.id == a.task_id)
        .where(a.direction == "out")
        .order_by(a.started_at)
    )


def _turns() -> sa.Select[*tuple[Any, ...]]:
    turn = t.turns.c
    phrase = sa.case((turn.role == WITHDRAWN, WITHDRAWN), else_=turn.phrase).label("named")
    return (
        sa.select(t.leads.c.phone, phrase, sa.func.count())
        .join_from(t.turns, t.attempts, t.attempts.c.id == turn.attempt_id)
        .join(t.leads, t.leads.c.id == t.attempts.c.lead_id)
        .group_by(t.leads.c.phone, sa.literal_column("named"))
    )


def _quotas() -> sa.Select[*tuple[Any, ...]]:
    campaign, a = t.campaigns.c, t.attempts.c

    def count(column: sa.ColumnElement[int], *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count(column)).where(*where).correlate(t.campaigns).scalar_subquery()

    return sa.select(
        campaign.slug,
        campaign.quota,
        campaign.hard_quota,
        count(t.meetings.c.id, t.meetings.c.campaign_id == campaign.id).label("meetings"),
        count(t.slots.c.id, t.slots.c.campaign_id == campaign.id, t.slots.c.state == "held").label("held"),
        count(a.started_at, a.campaign_id == campaign.id, a.outcome == "meeting_booked").label("booked"),
    ).order_by(campaign.id)
