"""The end of an attempt, in one transaction: whatever a call changes is changed together, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.planning import Ended, Target, plan
from robot.crm.stages import stage_after, task_after
from robot.domain.calls import CallResult, TaskState
from robot.domain.campaigns import Campaign
from robot.domain.goals import Goal, reached
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead, lead_fields
from robot.domain.priorities import PRIORITY_CALLBACK, deadline
from robot.domain.rules import QUOTA_FULL, DialingRules
from robot.storage import tables as t
from robot.storage.call_index import index_call
from robot.storage.errors import SlotNotHeld, UnknownAttempt
from robot.storage.late import dialed_again, last_word
from robot.storage.moving import move, to_come
from robot.storage.outbox import put
from robot.storage.permits import stopped, withdraw
from robot.storage.quotas import booked, locked
from robot.storage.recount import Changes, recounted
from robot.storage.rows import campaign_of, insert, lane_of, lead_of, slot_of
from robot.storage.spending import final_cost
from robot.storage.stops import bar
from robot.storage.tables_calls import HELD, OFFERED


async def close_attempt(
    connection: AsyncConnection,
    attempt_id: UUID,
    result: CallResult,
    changes: Changes,
    *,
    retry_at: datetime | None,
    rules: DialingRules,
    targets: Sequence[Target] = (),
) -> None:
    """Write `result`, and what goes out to `targets`; nothing when the attempt has a result already, but for a meeting
    agreed in a call that another node took for cut off. `changes` of what all calls share are the caller's to write,
    last of all. Raises UnknownAttempt, SlotNotHeld."""
    ids = await _ids(connection, attempt_id)
    campaign = await _campaign(connection, ids.campaign_id, result)
    attempt = await _lock(connection, attempt_id, ids)
    late = attempt.ended_at is not None
    if late:
        word = await last_word(connection, campaign, attempt, result)
        if word is None:
            return
        result, retry_at = word, None
    lead = lead_of((await connection.execute(sa.select(t.leads).where(t.leads.c.id == attempt.lead_id))).one())
    if await _too_late(connection, campaign, attempt, result):
        retry_at = campaign.window.opening(_next_day(campaign, attempt.day), *lead.zones) or result.ended_at
        result = replace(
            result, outcome=Outcome.CALLBACK_SCHEDULED, reason=QUOTA_FULL, callback_at=retry_at, meeting=None
        )
        won = False
    else:
        won = reached(campaign.goal, result) and not await _counted_before(connection, campaign, attempt, result)
    cost = final_cost(rules, attempt, lead.phone, result)
    if attempt.spent_on is not None:
        changes.unspent(attempt.spent_on, attempt.cost_kopecks - cost)
    async with recounted(connection, attempt_id, changes):
        await _record(connection, attempt_id, result, goal_reached=won, cost_kopecks=cost)
    await _settle_slot(connection, attempt, result)
    await index_call(connection, attempt_id)
    stage = await _update_card(connection, attempt, lead, result, rules)
    await put(connection, plan(_ended(attempt, lead, stage, result), targets), now=result.ended_at)
    if not late or not await dialed_again(connection, attempt):
        await _settle_task(connection, attempt, lead, campaign, result, retry_at=retry_at)


async def _ids(connection: AsyncConnection, attempt_id: UUID) -> sa.Row[Any]:
    a = t.attempts.c
    query: sa.Select[*tuple[Any, ...]] = sa.select(a.task_id, a.lead_id, a.campaign_id).where(a.id == attempt_id)
    ids = (await connection.execute(query)).one_or_none()
    if ids is None:
        raise UnknownAttempt(f"no attempt {attempt_id}")
    return ids


async def _campaign(connection: AsyncConnection, campaign_id: int, result: CallResult) -> Campaign:
    """The campaign; locked against all others who count its day where this result may be one goal too many (a meeting:
    when it comes too late, its slot is counted anew)."""
    row = (await connection.execute(sa.select(t.campaigns).where(t.campaigns.c.id == campaign_id))).one()
    campaign = campaign_of(row)
    if _counted_here(campaign, result) or (campaign.hard_quota and result.meeting is not None):
        campaign = await locked(connection, campaign_id) or campaign
    return campaign


def _counted_here(campaign: Campaign, result: CallResult) -> bool:
    """Whether a hard quota is to be kept by this result. A meeting was counted when its slot was held."""
    return campaign.hard_quota and result.meeting is None and reached(campaign.goal, result)


async def _too_late(connection: AsyncConnection, campaign: Campaign, attempt: sa.Row[Any], result: CallResult) -> bool:
    """A hard quota of goals that are no meetings is full: this one is not of today."""
    if not _counted_here(campaign, result):
        return False
    # Held, and let go by this result; held after midnight, or to move a meeting, it may count elsewhere.
    slot = t.slots.c
    mine = sa.select(sa.func.count()).where(
        slot.attempt_id == attempt.id,
        slot.campaign_id == campaign.id,
        slot.day == attempt.day,
        slot.state == HELD,
    )
    held = (await connection.execute(mine)).scalar_one()
    return await booked(connection, campaign, attempt.day) - held >= (campaign.quota or 0)


async def _counted_before(
    connection: AsyncConnection, campaign: Campaign, attempt: sa.Row[Any], result: CallResult
) -> bool:
    """The goal is a meeting that was only moved: it was reached when the client first agreed to come."""
    if result.meeting is None:
        return False
    before = await to_come(connection, attempt.id)
    return bool(before) and (campaign.goal is Goal.MEETING or before[0].campaign_id == campaign.id)


def _next_day(campaign: Campaign, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(campaign.timezone))


async def _lock(connection: AsyncConnection, attempt_id: UUID, ids: sa.Row[Any]) -> sa.Row[Any]:
    """The attempt; its task, its lead and itself locked in the order all transactions keep."""
    for table, key in ((t.tasks, ids.task_id), (t.leads, ids.lead_id)):
        await connection.execute(sa.select(table.c.id).where(table.c.id == key).with_for_update(key_share=True))
    query = sa.select(t.attempts).where(t.attempts.c.id == attempt_id).with_for_update(key_share=True)
    return (await connection.execute(query)).one()


async def _record(
    connection: AsyncConnection, attempt_id: UUID, result: CallResult, *, goal_reached: bool, cost_kopecks: int
) -> None:
    values: dict[str, object] = {
        "outcome": result.outcome,
        "reason": result.reason,
        "ended_at": result.ended_at,
        "ended_by": result.ended_by,
        "counts": result.counts,
        "recording": result.recording,
        "script_version": result.script_version,
        "collected": result.collected,
        "verdict": result.answered_as,
        "goal_reached": goal_reached,
        "cost_kopecks": cost_kopecks,
        "callback_at": result.callback_at,
        "wishes": result.wishes,
    }
    if result.answered_at is not None:
        values["answered_at"] = result.answered_at
    await connection.execute(sa.update(t.attempts).where(t.attempts.c.id == attempt_id).values(values))


async def _settle_slot(connection: AsyncConnection, attempt: sa.Row[Any], result: CallResult) -> None:
    """The held slot becomes the meeting, instead of one that the client had to come; or it is free again, as all that
    was only offered."""
    mine = t.slots.c.attempt_id == attempt.id
    await connection.execute(sa.delete(t.slots).where(mine, t.slots.c.state == OFFERED))
    query = sa.select(t.slots).where(mine)
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
    await move(connection, attempt.id, now=result.ended_at)
    await connection.execute(
        sa.insert(t.meetings).values(
            slot_id=held.id,
            attempt_id=attempt.id,
            campaign_id=held.campaign_id,
            lead_id=attempt.lead_id,
            booked_at=result.ended_at,
        )
    )


async def _update_card(
    connection: AsyncConnection, attempt: sa.Row[Any], lead: Lead, result: CallResult, rules: DialingRules
) -> str:
    """Stage, what the client told about himself, his pause after a refusal, the call with its recording, and the
    manager's task. Returns the stage."""
    stage = stage_after(result.outcome, lead.stage)
    values: dict[str, object] = {
        "stage": stage,
        "fields": {**lead.fields, **lead_fields(result.collected)},
    }
    if (cool_until := rules.contact.cool_until(result.outcome, result.ended_at)) is not None:
        values["cool_until"] = cool_until
    await connection.execute(sa.update(t.leads).where(t.leads.c.id == lead.id).values(values))
    answered_at = result.answered_at or attempt.answered_at
    talked = max(0.0, (result.ended_at - answered_at).total_seconds()) if answered_at else 0.0
    told = {"outcome": result.outcome, "talked_s": round(talked), "recording": result.recording}
    activity = insert(connection, t.activities).values(
        lead_id=lead.id, attempt_id=attempt.id, at=attempt.started_at, **told
    )
    await connection.execute(activity.on_conflict_do_update(index_elements=[t.activities.c.attempt_id], set_=told))
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
    return stage


def _ended(attempt: sa.Row[Any], lead: Lead, stage: str, result: CallResult) -> Ended:
    """For the planner. lead: before the call."""
    return Ended(
        attempt.id,
        lead.id,
        result.outcome,
        result.ended_at,
        answered=(result.answered_at or attempt.answered_at) is not None,
        rang=result.counts,
        again=attempt.ended_at is not None,
        booked=result.meeting is not None,
        recorded=bool(result.recording),
        stage_before=lead.stage,
        stage=stage,
        wishes=result.wishes,
    )


async def _settle_task(
    connection: AsyncConnection,
    attempt: sa.Row[Any],
    lead: Lead,
    campaign: Campaign,
    result: CallResult,
    *,
    retry_at: datetime | None,
) -> None:
    """Done, or queued again at the first moment not before `retry_at` at which the client may be called."""
    if result.outcome is Outcome.OPTED_OUT:
        await bar(connection, lead.phone, reason=result.reason or result.outcome, now=result.ended_at)
    counted = attempt.ended_at is not None and attempt.counts  # closed before, and counted then
    barred = bool(await stopped(connection, [lead.phone]))
    query = (
        sa.select(t.tasks.c.id, t.tasks.c.attempts, t.lanes.c.priority, t.lanes.c.band)
        .join_from(t.tasks, t.lanes, t.lanes.c.id == t.tasks.c.lane_id)
        .where(t.tasks.c.id == attempt.task_id)
    )
    task = (await connection.execute(query)).one()
    values: dict[str, object] = {
        "state": TaskState.DONE,
        "outcome": result.outcome,
        "owner": None,
        "lease_until": None,
        # A call of the client's is no dial of ours.
        "attempts": task.attempts + (1 if result.counts and not counted and attempt.direction == "out" else 0),
    }
    if retry_at is not None and not barred:
        callback = result.outcome is Outcome.CALLBACK_SCHEDULED
        priority = max(task.priority, PRIORITY_CALLBACK) if callback else task.priority
        values |= await _queued_again(connection, campaign, lead, retry_at, priority=priority, band=task.band)
    await connection.execute(sa.update(t.tasks).where(t.tasks.c.id == task.id).values(values))
    if barred:
        await withdraw(connection, [lead.id])


async def _queued_again(
    connection: AsyncConnection, campaign: Campaign, lead: Lead, retry_at: datetime, *, priority: int, band: int
) -> Mapping[str, object]:
    """What changes of the task."""
    due_at = campaign.window.opening(retry_at, *lead.zones) or retry_at
    return {
        "state": TaskState.QUEUED,
        "outcome": None,
        "due_at": due_at,
        "deadline_at": deadline(priority, due_at),
        "lane_id": await lane_of(connection, campaign.id, priority, lead.zones, band=band),
    }
