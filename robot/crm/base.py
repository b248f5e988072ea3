"""Ports of the client base: campaigns, managers, leads with their cards, the stop list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from robot.crm.stages import ManagerTask
from robot.domain.calls import PRIORITY_COLD, CallTask
from robot.domain.campaigns import Campaign
from robot.domain.meetings import Meeting, WorkingHours
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead, Manager


@dataclass(frozen=True, slots=True)
class NewLead:
    """A lead to be stored; one number is one lead. `phone` is E.164; empty fields are unknown and overwrite nothing."""

    phone: str
    name: str = ""
    company: str = ""
    city: str = ""
    timezone: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def over(self, older: NewLead) -> NewLead:
        """What is known of the lead of one number from both; this one wins where it says something."""
        return NewLead(
            phone=older.phone,
            name=self.name or older.name,
            company=self.company or older.company,
            city=self.city or older.city,
            timezone=self.timezone or older.timezone,
            fields={**older.fields, **self.fields},
        )


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the leads of one addition. Every lead given is in `created` or `updated`, and in exactly one of
    `queued`, `known` (the campaign has or had a task for it) and `stopped` (on the stop list: never queued)."""

    created: int = 0
    updated: int = 0
    queued: int = 0
    known: int = 0
    stopped: int = 0


@dataclass(frozen=True, slots=True)
class Activity:
    """A call on a lead's card. `recording` is a path relative to the data directory, "" when there is none."""

    attempt_id: UUID
    at: datetime
    outcome: Outcome
    talked_s: int
    recording: str


@dataclass(frozen=True, slots=True)
class LeadCard:
    """Everything known about a lead, oldest first."""

    lead: Lead
    calls: Sequence[CallTask] = ()
    meetings: Sequence[Meeting] = ()
    tasks: Sequence[ManagerTask] = ()
    activities: Sequence[Activity] = ()


class Campaigns(Protocol):
    async def ensure(self, campaign: Campaign) -> Campaign:
        """Create the campaign of this slug, or bring it up to date; its id, and on an existing one its quota and
        whether it is active, are left as they are. Raises InvalidRecord."""
        ...

    async def get(self, slug: str) -> Campaign:
        """Raises UnknownCampaign, naming those there are."""
        ...

    async def all(self) -> Sequence[Campaign]: ...

    async def set_quota(self, slug: str, quota: int, *, hard: bool = False) -> Campaign:
        """Meetings a day from now on; 0 stops the dialing. hard: calls under way when it is met book nothing more.
        Raises UnknownCampaign, InvalidRecord."""
        ...

    async def set_active(self, slug: str, active: bool) -> Campaign:
        """Resume or pause: a paused campaign dials nobody, calls under way go on. Raises UnknownCampaign."""
        ...


class Managers(Protocol):
    async def ensure(self, name: str, hours: WorkingHours, *, campaigns: Iterable[int]) -> Manager:
        """The manager of this name with these hours, meeting the clients of these campaigns (ids). Raises
        InvalidRecord."""
        ...

    async def of(self, campaign_id: int) -> Sequence[Manager]: ...


class Leads(Protocol):
    async def add(
        self,
        campaign_id: int,
        leads: Sequence[NewLead],
        *,
        now: datetime,
        due_at: datetime | None = None,
        priority: int = PRIORITY_COLD,
    ) -> Added:
        """Store leads and queue a task for each that has none in the campaign, due at `due_at` (now when None), in the
        order given. One transaction: all or nothing."""
        ...

    async def find(self, phone: str) -> Lead | None:
        """By E.164 number."""
        ...

    async def card(self, lead_id: int) -> LeadCard | None: ...


class StopList(Protocol):
    async def add(self, phone: str, *, reason: str, now: datetime) -> int:
        """Never dial this E.164 number again, in any campaign. Its open tasks are closed at once (a call under way
        closes its own when it ends); how many."""
        ...

    async def contains(self, phone: str) -> bool: ...
