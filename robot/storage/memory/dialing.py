"""Queue, attempts, turns and calendar in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from robot.crm.base import Activity
from robot.crm.stages import ManagerTask, stage_after, task_after
from robot.dialer.funnel import Funnel, UnderWay
from robot.dialer.ports import Begun
from robot.domain.calls import (
    PRIORITY_CALLBACK,
    PRIORITY_COLD,
    CallResult,
    CallTask,
    ClaimedTask,
    OpenAttempt,
    TaskState,
    Turn,
)
from robot.domain.campaigns import Campaign, QuotaState
from robot.domain.meetings import Meeting, Slot, free_slots
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead, lead_fields
from robot.storage.errors import SlotNotHeld, UnknownAttempt
from robot.storage.memory.state import AttemptRecord, SlotRecord, State, TaskRecord


class MemoryQueue:
    """TaskQueue and Progress of robot.dialer.ports."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def campaigns(self) -> Sequence[Campaign]:
        return [one for one in self._state.campaigns.values() if one.active and one.quota is not None]

    async def quota(self, campaign: Campaign, now: datetime) -> QuotaState:
        known = self._state.campaigns.get(campaign.id)
        day = campaign.day(now)
        return QuotaState(
            target=(known.quota if known else None) or 0,
            booked=self._state.booked(campaign, now),
            attempts=sum(
                a.campaign_id == campaign.id and a.day == day and (a.result is None or a.result.counts)
                for a in self._state.attempts.values()
            ),
        )

    async def claim(
        self, campaign: Campaign, *, limit: int, now: datetime, node: str, lease: timedelta, least: int = PRIORITY_COLD
    ) -> Sequence[ClaimedTask]:
        known = self._state.dialing(campaign.id, now)
        if known is None or limit <= 0:
            return ()
        self._reclaim(now)
        due = [
            record
            for record in self._state.tasks.values()
            if record.task.priority >= least and self._free(record.task, known, now)
        ]
        due.sort(key=lambda record: (-record.task.priority, record.task.due_at, record.task.id))
        for record in due[:limit]:
            record.task = replace(record.task, state=TaskState.CLAIMED)
            record.owner, record.lease_until = node, now + lease
        return [ClaimedTask(one.task, self._state.leads[one.task.lead_id], known) for one in due[:limit]]

    async def release(self, task_id: int, *, due_at: datetime, node: str | None = None) -> None:
        record = self._state.tasks.get(task_id)
        if (
            record is not None
            and record.owner is not None
            and record.owner == (node or record.owner)
            and not self._state.under_way(task_id)
        ):
            self._state.put(record, state=TaskState.QUEUED, due_at=due_at)

    async def renew(
        self,
        node: str,
        *,
        until: datetime,
        tasks: Collection[int] | None = None,
        now: datetime | None = None,  # noqa: ARG002
        draining: bool = False,  # noqa: ARG002
    ) -> None:
        for record in self._state.tasks.values():
            named = tasks is None or record.task.id in tasks
            if named and record.owner == node and record.lease_until is not None:
                record.lease_until = max(record.lease_until, until)

    async def funnel(self, campaign: Campaign, since: datetime) -> Funnel:  # noqa: ARG002 (the port's signature)
        return Funnel()

    async def slots_left(self, campaign: Campaign, now: datetime) -> int:  # noqa: ARG002 (the port's signature)
        return 1000

    async def urgent(self, now: datetime) -> frozenset[int]:
        tasks = (record.task for record in self._state.tasks.values())
        return frozenset(
            task.campaign_id
            for task in tasks
            if task.state is TaskState.QUEUED and task.due_at <= now and task.priority >= PRIORITY_CALLBACK
        )

    async def under_way(self, campaign: Campaign) -> UnderWay:
        claimed = [r.task.id for r in self._state.tasks.values() if r.owner and r.task.campaign_id == campaign.id]
        calls = [a for a in self._state.attempts.values() if a.result is None and a.task_id in claimed]
        booking = sum(one.id in self._state.slots for one in calls)
        answered = sum(one.answered_at is not None for one in calls)
        return UnderWay(len(claimed) - answered, answered - booking, booking)

    def _reclaim(self, now: datetime) -> None:
        for record in self._state.tasks.values():
            lost = record.lease_until is not None and record.lease_until < now
            if lost and not self._state.under_way(record.task.id):
                self._state.put(record, state=TaskState.QUEUED)

    def _free(self, task: CallTask, campaign: Campaign, now: datetime) -> bool:
        lead = self._state.leads[task.lead_id]
        return (
            task.campaign_id == campaign.id
            and task.state is TaskState.QUEUED
            and task.due_at <= now
            and lead.phone not in self._state.stops
            and not any(other.owner is not None for other in self._state.tasks_of(lead.id))
            and campaign.window.allows(now, *lead.zones)
        )


class MemoryAttempts:
    """AttemptLog of robot.dialer.ports."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def begin(self, claimed: ClaimedTask, *, attempt_id: UUID, node: str, now: datetime) -> Begun | None:
        campaign = self._state.dialing(claimed.campaign.id, now)
        record = self._state.tasks[claimed.task.id]
        lead = self._state.leads[record.task.lead_id]
        if (
            campaign is None
            or record.owner != node
            or record.lease_until is None
            or record.lease_until <= now
            or self._state.under_way(record.task.id)
            or lead.phone in self._state.stops
            or not campaign.window.allows(now, *lead.zones)
        ):
            return None
        self._state.attempts[attempt_id] = AttemptRecord(
            attempt_id, record.task.id, campaign.id, lead.id, node, campaign.day(now), now
        )
        return Begun()

    async def finish(self, attempt_id: UUID, result: CallResult, *, retry_at: datetime | None) -> None:
        attempt = self._state.attempts.get(attempt_id)
        if attempt is None:
            raise UnknownAttempt(f"no attempt {attempt_id}")
        if attempt.result is not None:
            return
        lead = self._state.leads[attempt.lead_id]
        self._settle_slot(attempt, lead, result)
        attempt.result = result
        attempt.answered_at = result.answered_at or attempt.answered_at
        self._update_card(attempt, lead, result)
        self._settle_task(attempt, lead, result, retry_at)

    async def unfinished(self, node: str) -> Sequence[OpenAttempt]:
        return [
            OpenAttempt(one.id, one.task_id, one.answered_at is not None)
            for one in self._state.attempts.values()
            if one.node == node and one.result is None
        ]

    def _settle_slot(self, attempt: AttemptRecord, lead: Lead, result: CallResult) -> None:
        held = self._state.slots.get(attempt.id)
        if result.meeting is None:
            self._state.slots.pop(attempt.id, None)
            return
        if held is None or held.slot != result.meeting:
            raise SlotNotHeld(f"attempt {attempt.id} does not hold the slot of its meeting")
        held.booked = True
        manager = self._state.managers[held.slot.manager_id]
        self._state.meetings.append(
            Meeting(next(self._state.ids), held.slot, manager.name, lead.id, lead.name, lead.company, attempt.id)
        )

    def _update_card(self, attempt: AttemptRecord, lead: Lead, result: CallResult) -> None:
        self._state.leads[lead.id] = replace(
            lead, stage=stage_after(result.outcome, lead.stage), fields={**lead.fields, **lead_fields(result.collected)}
        )
        talked = (result.ended_at - attempt.answered_at).total_seconds() if attempt.answered_at else 0
        activity = Activity(attempt.id, attempt.started_at, result.outcome, round(max(0, talked)), result.recording)
        self._state.activities.append((lead.id, activity))
        if (task := task_after(result)) is not None:
            name = self._state.managers[result.meeting.manager_id].name if result.meeting else None
            self._state.manager_tasks.append((lead.id, ManagerTask(next(self._state.ids), *task, name)))

    def _settle_task(self, attempt: AttemptRecord, lead: Lead, result: CallResult, retry_at: datetime | None) -> None:
        if result.outcome is Outcome.OPTED_OUT:
            self._state.stops.setdefault(lead.phone, result.reason or result.outcome)
        barred = lead.phone in self._state.stops
        record: TaskRecord = self._state.tasks[attempt.task_id]
        attempts = record.task.attempts + (1 if result.counts else 0)
        if retry_at is None or barred:
            self._state.put(record, state=TaskState.DONE, attempts=attempts)
        else:
            window = self._state.campaigns[attempt.campaign_id].window
            callback = result.outcome is Outcome.CALLBACK_SCHEDULED
            self._state.put(
                record,
                state=TaskState.QUEUED,
                attempts=attempts,
                due_at=window.opening(retry_at, *lead.zones) or retry_at,
                priority=max(record.task.priority, PRIORITY_CALLBACK) if callback else record.task.priority,
            )
        if barred:
            self._state.withdraw(lead.id)


class MemoryCallLog:
    """CallLog of robot.calls.ports."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def answered(self, attempt_id: UUID, *, at: datetime) -> None:
        attempt = self._known(attempt_id)
        attempt.answered_at = attempt.answered_at or at

    async def turn(self, attempt_id: UUID, turn: Turn) -> None:
        self._known(attempt_id)
        turns = self._state.turns.setdefault(attempt_id, {})
        before = turns.get(turn.number)
        if before is None or before.ending is None or turn.ending is not None:
            turns[turn.number] = turn

    def _known(self, attempt_id: UUID) -> AttemptRecord:
        if attempt_id not in self._state.attempts:
            raise UnknownAttempt(f"no attempt {attempt_id}")
        return self._state.attempts[attempt_id]


class MemoryCalendar:
    """Calendar of robot.calls.ports."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def free_slots(
        self, campaign: Campaign, *, after: datetime, before: datetime, duration: timedelta, now: datetime
    ) -> Sequence[Slot]:
        known = self._state.campaigns.get(campaign.id)
        if known is None or (known.hard_quota and self._state.booked(known, now) >= (known.quota or 0)):
            return []
        hours = {
            manager.id: manager.hours
            for manager in self._state.managers.values()
            if campaign.id in self._state.meets[manager.id]
        }
        busy = [
            record.slot
            for record in self._state.slots.values()
            if record.slot.manager_id in hours and record.slot.starts_at < before and after < record.slot.ends_at
        ]
        return free_slots(hours, busy, after=after, before=before, duration=duration)

    async def hold(self, attempt_id: UUID, slot: Slot, *, now: datetime) -> bool:
        attempt = self._state.attempts.get(attempt_id)
        if not now <= slot.starts_at < slot.ends_at or attempt is None or attempt.result is not None:
            return False
        campaign = self._state.campaigns[attempt.campaign_id]
        overlaps = any(
            other.slot.manager_id == slot.manager_id
            and other.slot.starts_at < slot.ends_at
            and slot.starts_at < other.slot.ends_at
            for holder, other in self._state.slots.items()
            if holder != attempt_id
        )
        full = campaign.hard_quota and self._state.booked(campaign, now, but=attempt_id) >= (campaign.quota or 0)
        if overlaps or full or campaign.id not in self._state.meets.get(slot.manager_id, ()):
            return False
        self._state.slots[attempt_id] = SlotRecord(slot, campaign.id, campaign.day(now))
        return True

    async def release(self, attempt_id: UUID) -> None:
        record = self._state.slots.get(attempt_id)
        if record is not None and not record.booked:
            del self._state.slots[attempt_id]
