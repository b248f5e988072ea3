"""A call as others are told of it, put together from what is stored when it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.report import Booked, CallReport, Said
from robot.domain.calls import WITHDRAWN
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.errors import UnknownAttempt
from robot.storage.rows import MEETINGS, lead_of, slot_of


class SqlCallReports:
    """CallReports of robot.crm.outbox_ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(self, attempt_id: UUID) -> CallReport:
        """Raises UnknownAttempt also of a call that has not ended."""
        async with self._database.read() as connection:
            attempt = await _attempt(connection, attempt_id)
            lead = (await connection.execute(sa.select(t.leads).where(t.leads.c.id == attempt.lead_id))).one()
            return CallReport(
                attempt_id=attempt_id,
                campaign=attempt.slug,
                campaign_title=attempt.title,
                lead=lead_of(lead),
                inbound=attempt.direction == "in",
                outcome=Outcome(attempt.outcome),
                reason=attempt.reason,
                started_at=attempt.started_at,
                talked_s=attempt.talked_s or 0,
                ended_at=attempt.ended_at,
                stage=lead.stage,
                collected=attempt.collected,
                meeting=await _meeting(connection, attempt_id),
                task=await _task(connection, attempt_id),
                callback_at=attempt.callback_at,
                wishes=attempt.wishes,
                recording=attempt.recording,
                said=await _said(connection, attempt_id),
            )


async def _attempt(connection: AsyncConnection, attempt_id: UUID) -> sa.Row[Any]:
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(t.attempts, t.campaigns.c.slug, t.campaigns.c.title, t.activities.c.talked_s)
        .join_from(t.attempts, t.campaigns, t.campaigns.c.id == t.attempts.c.campaign_id)
        .outerjoin(t.activities, t.activities.c.attempt_id == t.attempts.c.id)
        .where(t.attempts.c.id == attempt_id, t.attempts.c.ended_at.is_not(None))
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise UnknownAttempt(f"no ended attempt {attempt_id}")
    return row


async def _meeting(connection: AsyncConnection, attempt_id: UUID) -> Booked | None:
    query = MEETINGS.add_columns(t.managers.c.place).where(t.meetings.c.attempt_id == attempt_id)
    row = (await connection.execute(query)).one_or_none() or await _moved_since(connection, attempt_id)
    if row is None:
        return None
    return Booked(slot_of(row), row.manager_name, row.place, await _moves(connection, attempt_id))


async def _moved_since(connection: AsyncConnection, attempt_id: UUID) -> sa.Row[Any] | None:
    """What was agreed in the call, though another time was agreed later: that call tells it."""
    moved, manager = t.moved_meetings, t.managers.c
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(moved, manager.name.label("manager_name"), manager.place)
        .join_from(moved, t.managers, manager.id == moved.c.manager_id)
        .where(moved.c.attempt_id == attempt_id)
    )
    return (await connection.execute(query)).one_or_none()


async def _moves(connection: AsyncConnection, attempt_id: UUID) -> UUID | None:
    """The attempt that booked what the meeting of this one stands in for: the lead's latest one to come then."""
    moved = t.moved_meetings.c
    query = (
        sa.select(moved.attempt_id)
        .join_from(t.moved_meetings, t.attempts, t.attempts.c.id == moved.attempt_id)
        .where(moved.moved_by == attempt_id)
        .order_by(t.attempts.c.started_at.desc())
        .limit(1)
    )
    return (await connection.execute(query)).scalar_one_or_none()


async def _task(connection: AsyncConnection, attempt_id: UUID) -> tuple[str, datetime] | None:
    """The last one, should there be several: it is the last word on the call."""
    task = t.manager_tasks.c
    query = sa.select(task.kind, task.due_at).where(task.attempt_id == attempt_id).order_by(task.id.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (row.kind, row.due_at)


async def _said(connection: AsyncConnection, attempt_id: UUID) -> Sequence[Said]:
    turn = t.turns.c
    query = sa.select(t.turns).where(turn.attempt_id == attempt_id, turn.role != WITHDRAWN).order_by(turn.number)
    rows = (await connection.execute(query)).all()
    return sorted((said for row in rows for said in _of_turn(row)), key=lambda said: said.from_ms)


def _of_turn(row: Any) -> Iterator[Said]:
    """What the robot said, and what the client answered to it."""
    if row.said:
        ended_ms = row.said_to_ms if row.said_to_ms is not None else row.said_from_ms
        yield Said(by_client=False, from_ms=row.said_from_ms, to_ms=ended_ms, text=row.said)
    if row.heard:
        from_ms = row.heard_from_ms if row.heard_from_ms is not None else (row.said_to_ms or row.said_from_ms)
        to_ms = row.heard_to_ms if row.heard_to_ms is not None else from_ms
        yield Said(by_client=True, from_ms=from_ms, to_ms=to_ms, text=row.heard)
