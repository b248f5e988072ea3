"""The end of an attempt, in one transaction: whatever a call changes is changed together, or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.stages import stage_after, task_after
from robot.domain.calls import PRIORITY_CALLBACK, CallResult, TaskState
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead, lead_fields
from robot.storage import tables as t
from robot.storage.errors import SlotNotHeld, UnknownAttempt
from robot.storage.rows import campaign_of, lane_of, lead_of, slot_of, stopped
from robot.storage.stops import bar, withdraw


async def close_attempt(
    connection: AsyncConnection, attempt_id: UUID, result: CallResult, *, retry_at: datetime | None
) -> None:
    """Write `result`; nothing when the attempt has one already. Raises UnknownAttempt, SlotNotHeld."""
    attempt = await _lock(connection, attempt_id)
    if attempt is None:
        return
    lead = lead_of((await connection.execute(sa.select(t.leads).where(t.leads.c.id == attempt.lead_id))).one())
    await _record(connection, attempt_id, result)
    await _settle_slot(connection, attempt, result)
    await _update_card(connection, attempt, lead, result)
    await _settle_task(connection, attempt, lead, result, retry_at)


async def _lock(connection: AsyncConnection, attempt_id: UUID) -> sa.Row[Any] | None:
    """The attempt, its task and its lead, locked in the order all transactions keep; None when it has ended."""
    ids = (
        await connection.execute(
            sa.select(t.attempts.c.task_id, t.attempts.c.lead_id).where(t.attempts.c.id == attempt_id)
        )
    ).one_or_none()
    if ids is None:
        raise UnknownAttempt(f"no attempt {attempt_id}")
    for table, key in ((t.tasks, ids.task_id), (t.leads, ids.lead_id)):
        await connection.execute(sa.select(table.c.id).where(table.c.id == key).with_for_update(key_share=True))
    query = sa.select(t.attempts).where(t.attempts.c.id == attempt_id).with_for_update(key_share=True)
    attempt = (await connection.execute(query)).one()
    return attempt if attempt.ended_at is None else None


async def _record(connection: AsyncConnection, attempt_id: UUID, result: CallResult) -> None:
    values: dict[str, object] = {
        "outcome": result.outcome,
        "reason": result.reason,
        "ended_at": result.ended_at,
        "ended_by": result.ended_by,
        "counts": result.counts,
        "recording": result.recording,
        "script_version": result.script_version,
        "collected": result.collected,
    }
    if result.answered_at is not None:
        values["answered_at"] = result.answered_at
    await connection.execute(sa.update(t.attempts).where(t.attempts.c.id == attempt_id).values(values))


async def _settle_slot(connection: AsyncConnection, attempt: sa.Row[Any], result: CallResult) -> None:
    """The held slot becomes the meeting, or is free again."""
    query = sa.select(t.slots).where(t.slots.c.attempt_id == attempt.id)
    held = (await connection.execute(query)).one_or_none()
    if result.meeting is None:
        if held is not None:
            await connection.execute(sa.delete(t.slots).where(t.slots.c.id == held.id))
        return
    if held is None or slot_of(held) != result.meeting:
        raise SlotNotHeld(
            f"attempt {attempt.id} does not hold the slot of its meeting",
            remedy="hold the slot before the client is promised it",
        )
    await connection.execute(
        sa.insert(t.meetings).values(
            slot_id=held.id,
            attempt_id=attempt.id,
            campaign_id=attempt.campaign_id,
            lead_id=attempt.lead_id,
            booked_at=result.ended_at,
        )
    )


async def _update_card(connection: AsyncConnection, attempt: sa.Row[Any], lead: Lead, result: CallResult) -> None:
    """Stage, what the client told about himself, the call with its recording, and the manager's task."""
    await connection.execute(
        sa.update(t.leads)
        .where(t.leads.c.id == lead.id)
        .values(stage=stage_after(result.outcome, lead.stage), fields={**lead.fields, **lead_fields(result.collected)})
    )
    answered_at = result.answered_at or attempt.answered_at
    talked = max(0.0, (result.ended_at - answered_at).total_seconds()) if answered_at else 0.0
    await connection.execute(
        sa.insert(t.activities).values(
            lead_id=lead.id,
            attempt_id=attempt.id,
            at=attempt.started_at,
            outcome=result.outcome,
            talked_s=round(talked),
            recording=result.recording,
        )
    )
    task = task_after(result)
    if task is not None:
        kind, due_at = task
        await connection.execute(
            sa.insert(t.manager_tasks).values(
                lead_id=lead.id,
                attempt_id=attempt.id,
                manager_id=result.meeting.manager_id if result.meeting else None,
                kind=kind,
                due_at=due_at,
            )
        )


async def _settle_task(
    connection: AsyncConnection, attempt: sa.Row[Any], lead: Lead, result: CallResult, retry_at: datetime | None
) -> None:
    """Done, or queued again at the first moment not before `retry_at` at which the client may be called."""
    if result.outcome is Outcome.OPTED_OUT:
        await bar(connection, lead.phone, reason=result.reason or result.outcome, now=result.ended_at)
    barred = bool(await stopped(connection, [lead.phone]))
    task = (
        await connection.execute(
            sa.select(t.tasks, t.lanes.c.priority)
            .join_from(t.tasks, t.lanes, t.lanes.c.id == t.tasks.c.lane_id)
            .where(t.tasks.c.id == attempt.task_id)
        )
    ).one()
    values: dict[str, object] = {
        "state": TaskState.DONE,
        "outcome": result.outcome,
        "owner": None,
        "lease_until": None,
        "attempts": task.attempts + (1 if result.counts else 0),
    }
    if retry_at is not None and not barred:
        row = (await connection.execute(sa.select(t.campaigns).where(t.campaigns.c.id == attempt.campaign_id))).one()
        window = campaign_of(row).window
        callback = result.outcome is Outcome.CALLBACK_SCHEDULED
        priority = max(task.priority, PRIORITY_CALLBACK) if callback else task.priority
        values |= {
            "state": TaskState.QUEUED,
            "outcome": None,
            "due_at": window.opening(retry_at, *lead.zones) or retry_at,
            "lane_id": await lane_of(connection, attempt.campaign_id, priority, lead.zones),
        }
    await connection.execute(sa.update(t.tasks).where(t.tasks.c.id == task.id).values(values))
    if barred:
        await withdraw(connection, [lead.id])
