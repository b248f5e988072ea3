"""Campaigns, managers, leads and the stop list in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from robot.crm.base import Added, LeadCard, NewLead
from robot.crm.stages import Stage
from robot.domain.calls import PRIORITY_COLD, CallTask, TaskState
from robot.domain.campaigns import Campaign, CampaignState
from robot.domain.meetings import WorkingHours
from robot.domain.people import Lead, Manager
from robot.storage.memory.state import State, TaskRecord
from robot.storage.rules import check_campaign, check_quota, check_zone, merged, unknown_campaign, updated


class MemoryCampaigns:
    """Campaigns of robot.crm.base."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def ensure(self, campaign: Campaign) -> Campaign:
        check_campaign(campaign)
        old = next((one for one in self._state.campaigns.values() if one.slug == campaign.slug), None)
        if old is None:
            new = replace(campaign, id=next(self._state.ids))
        else:
            new = replace(campaign, id=old.id, quota=old.quota, hard_quota=old.hard_quota, state=old.state)
        self._state.campaigns[new.id] = new
        return new

    async def get(self, slug: str) -> Campaign:
        for campaign in self._state.campaigns.values():
            if campaign.slug == slug:
                return campaign
        raise unknown_campaign(slug, sorted(one.slug for one in self._state.campaigns.values()))

    async def all(self) -> Sequence[Campaign]:
        return list(self._state.campaigns.values())

    async def set_quota(self, slug: str, quota: int, *, hard: bool = False) -> Campaign:
        check_quota(quota)
        return self._put(replace(await self.get(slug), quota=quota, hard_quota=hard))

    async def set_active(self, slug: str, active: bool) -> Campaign:
        return self._put(replace(await self.get(slug), state=CampaignState.RUNNING if active else CampaignState.PAUSED))

    def _put(self, campaign: Campaign) -> Campaign:
        self._state.campaigns[campaign.id] = campaign
        return campaign


class MemoryManagers:
    """Managers of robot.crm.base."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def ensure(self, name: str, hours: WorkingHours, *, campaigns: Iterable[int]) -> Manager:
        check_zone(hours.timezone)
        old = next((one for one in self._state.managers.values() if one.name == name), None)
        manager = Manager(old.id if old else next(self._state.ids), name, hours)
        self._state.managers[manager.id] = manager
        self._state.meets[manager.id] = frozenset(campaigns)
        return manager

    async def of(self, campaign_id: int) -> Sequence[Manager]:
        return [one for one in self._state.managers.values() if campaign_id in self._state.meets[one.id]]


class MemoryLeads:
    """Leads of robot.crm.base."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def add(
        self,
        campaign_id: int,
        leads: Sequence[NewLead],
        *,
        now: datetime,
        due_at: datetime | None = None,
        priority: int = PRIORITY_COLD,
    ) -> Added:
        added = Added()
        for new in merged(leads).values():
            old = self._state.lead_of_number(new.phone)
            known = old or Lead(next(self._state.ids), new.phone, stage=Stage.NEW)
            lead = self._state.leads[known.id] = updated(known, new)
            added = replace(added, created=added.created + (old is None), updated=added.updated + (old is not None))
            if lead.phone in self._state.stops:
                added = replace(added, stopped=added.stopped + 1)
            elif any(record.task.campaign_id == campaign_id for record in self._state.tasks_of(lead.id)):
                added = replace(added, known=added.known + 1)
            else:
                task_id = next(self._state.ids)
                task = CallTask(task_id, campaign_id, lead.id, TaskState.QUEUED, due_at or now, priority)
                self._state.tasks[task_id] = TaskRecord(task)
                added = replace(added, queued=added.queued + 1)
        return added

    async def find(self, phone: str) -> Lead | None:
        return self._state.lead_of_number(phone)

    async def card(self, lead_id: int) -> LeadCard | None:
        lead = self._state.leads.get(lead_id)
        if lead is None:
            return None
        return LeadCard(
            lead=lead,
            calls=[record.task for record in self._state.tasks_of(lead_id)],
            meetings=[meeting for meeting in self._state.meetings if meeting.lead_id == lead_id],
            tasks=[task for owner, task in self._state.manager_tasks if owner == lead_id],
            activities=[activity for owner, activity in self._state.activities if owner == lead_id],
        )


class MemoryStopList:
    """StopList of robot.crm.base."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def add(self, phone: str, *, reason: str, now: datetime) -> int:  # noqa: ARG002 (the port's signature)
        self._state.stops.setdefault(phone, reason)
        lead = self._state.lead_of_number(phone)
        return self._state.withdraw(lead.id) if lead else 0

    async def contains(self, phone: str) -> bool:
        return phone in self._state.stops
