"""What the stores in memory share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count
from uuid import UUID

from robot.crm.base import Activity
from robot.crm.stages import ManagerTask
from robot.domain.calls import CallResult, CallTask, TaskState, Turn
from robot.domain.campaigns import Campaign
from robot.domain.meetings import Meeting, Slot
from robot.domain.people import Lead, Manager


@dataclass(slots=True)
class TaskRecord:
    task: CallTask
    owner: str | None = None
    lease_until: datetime | None = None


@dataclass(slots=True)
class AttemptRecord:
    id: UUID
    task_id: int
    campaign_id: int
    lead_id: int
    node: str
    day: date
    started_at: datetime
    answered_at: datetime | None = None
    result: CallResult | None = None


@dataclass(slots=True)
class SlotRecord:
    slot: Slot
    campaign_id: int
    day: date
    booked: bool = False


@dataclass(slots=True)
class State:
    """The tables."""

    campaigns: dict[int, Campaign] = field(default_factory=dict)
    managers: dict[int, Manager] = field(default_factory=dict)
    meets: dict[int, frozenset[int]] = field(default_factory=dict)
    """Campaigns by manager."""
    leads: dict[int, Lead] = field(default_factory=dict)
    tasks: dict[int, TaskRecord] = field(default_factory=dict)
    attempts: dict[UUID, AttemptRecord] = field(default_factory=dict)
    turns: dict[UUID, dict[int, Turn]] = field(default_factory=dict)
    slots: dict[UUID, SlotRecord] = field(default_factory=dict)
    """By attempt."""
    meetings: list[Meeting] = field(default_factory=list)
    manager_tasks: list[tuple[int, ManagerTask]] = field(default_factory=list)
    activities: list[tuple[int, Activity]] = field(default_factory=list)
    stops: dict[str, str] = field(default_factory=dict)
    ids: count[int] = field(default_factory=lambda: count(1))

    def booked(self, campaign: Campaign, now: datetime, *, but: UUID | None = None) -> int:
        day = campaign.day(now)
        return sum(
            record.campaign_id == campaign.id and record.day == day
            for attempt_id, record in self.slots.items()
            if attempt_id != but
        )

    def dialing(self, campaign_id: int, now: datetime) -> Campaign | None:
        """The campaign if it may dial now."""
        campaign = self.campaigns.get(campaign_id)
        if campaign is None or not campaign.active or campaign.quota is None:
            return None
        return campaign if self.booked(campaign, now) < campaign.quota else None

    def under_way(self, task_id: int) -> bool:
        return any(a.task_id == task_id and a.result is None for a in self.attempts.values())

    def withdraw(self, lead_id: int) -> int:
        """Close all open tasks of the lead but those being dialed."""
        closed = 0
        for record in self.tasks.values():
            task = record.task
            if task.lead_id == lead_id and task.state is not TaskState.DONE and not self.under_way(task.id):
                self.put(record, state=TaskState.DONE)
                closed += 1
        return closed

    def put(self, record: TaskRecord, **changes: object) -> None:
        """Change a task that is no longer anybody's."""
        record.task = replace(record.task, **changes)  # type: ignore[arg-type]
        record.owner = record.lease_until = None

    def lead_of_number(self, phone: str) -> Lead | None:
        return next((lead for lead in self.leads.values() if lead.phone == phone), None)

    def tasks_of(self, lead_id: int) -> Sequence[TaskRecord]:
        return [record for record in self.tasks.values() if record.task.lead_id == lead_id]
