"""Ports of the client base: campaigns, managers, leads with their cards, the stop list, consents, what calls cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from robot.crm.sent import SentItem
from robot.crm.stages import ManagerTask
from robot.domain.calls import CallTask
from robot.domain.campaigns import Campaign, CampaignState
from robot.domain.consent import Consent
from robot.domain.meetings import Meeting, WorkingHours
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead, Manager, Profile
from robot.domain.rules import NO_CONSENT, STOPPED
from robot.domain.stops import StopPattern


@dataclass(frozen=True, slots=True)
class NewLead:
    """A lead to be stored; one number is one lead. `phone` is E.164; empty fields are unknown and overwrite nothing.
    `score`: 0..100, the promising ones are called first; None is unknown. `source`: where its task came from (import,
    webhook, api, crm). `deadline`: by when it was promised to ring."""

    phone: str
    name: str = ""
    company: str = ""
    city: str = ""
    timezone: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    score: int | None = None
    consent: Consent | None = None
    source: str = ""
    deadline: datetime | None = None

    def over(self, older: NewLead) -> NewLead:
        """What is known of the lead of one number from both; this one wins where it says something."""
        return NewLead(
            phone=older.phone,
            name=self.name or older.name,
            company=self.company or older.company,
            city=self.city or older.city,
            timezone=self.timezone or older.timezone,
            fields={**older.fields, **self.fields},
            score=older.score if self.score is None else self.score,
            consent=self.consent or older.consent,
            source=self.source or older.source,
            deadline=self.deadline or older.deadline,
        )


QUEUED = "queued"
KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one lead: `code` is QUEUED (`due_at`: not called before; `deadline`: by when he was promised
    to be, None where nothing was), KNOWN, or why it is never dialed: a code of robot.domain.rules or of the toll
    guard."""

    code: str
    due_at: datetime | None = None
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the leads of one addition. Every lead given is in `created` or `updated`, and in exactly one of
    `queued`, `known` (the campaign has or had a task for it), `stopped` (on the stop list: never queued), `no_consent`
    (an advertising campaign without it) and `not_allowed` (the toll guard refuses the number, no tariff is known for
    it, or it was dialed as often as one ever may be). `fates`: of each, by number (personal data)."""

    created: int = 0
    updated: int = 0
    queued: int = 0
    known: int = 0
    stopped: int = 0
    no_consent: int = 0
    not_allowed: int = 0
    fates: Mapping[str, Fate] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, fates: Mapping[str, Fate], *, created: int) -> Added:
        """The counts of these."""
        codes = Counter(fate.code if fate.code in _COUNTED else "not_allowed" for fate in fates.values())
        return cls(created=created, updated=len(fates) - created, fates=fates, **codes)

    def __add__(self, other: Added) -> Added:
        """Of two batches that have no number in common."""
        return Added(
            self.created + other.created,
            self.updated + other.updated,
            self.queued + other.queued,
            self.known + other.known,
            self.stopped + other.stopped,
            self.no_consent + other.no_consent,
            self.not_allowed + other.not_allowed,
            {**self.fates, **other.fates},
        )


_COUNTED = frozenset({QUEUED, KNOWN, STOPPED, NO_CONSENT})


@dataclass(frozen=True, slots=True)
class StopEntry:
    """A line of the stop list: an E.164 number, or a pattern of numbers."""

    entry: str
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of the ledger of consents. `phone` is personal data."""

    lead_id: int
    phone: str
    consent: Consent


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
    sent: Sequence[SentItem] = ()


class Campaigns(Protocol):
    async def ensure(self, campaign: Campaign) -> Campaign:
        """Create the campaign of this slug, or bring it up to date; its id, and on an existing one its quota and
        its state, are left as they are. Raises InvalidRecord."""
        ...

    async def get(self, slug: str) -> Campaign:
        """Raises UnknownCampaign, naming those there are."""
        ...

    async def all(self) -> Sequence[Campaign]: ...

    async def set_quota(self, slug: str, quota: int, *, hard: bool = False) -> Campaign:
        """Meetings a day from now on; 0 stops the dialing. hard: calls under way when it is met book nothing more.
        Raises UnknownCampaign, InvalidRecord."""
        ...

    async def set_state(self, slug: str, state: CampaignState) -> Campaign:
        """Resume, pause or stop (see CampaignState). Raises UnknownCampaign."""
        ...


class Managers(Protocol):
    async def ensure(
        self, name: str, hours: WorkingHours, *, campaigns: Iterable[int] | None, profile: Profile | None = None
    ) -> Manager:
        """The manager of this name with these hours, meeting the clients of these campaigns (ids). None leaves the
        campaigns, or what else is known of him, as it is. Raises InvalidRecord."""
        ...

    async def of(self, campaign_id: int) -> Sequence[Manager]: ...

    async def all(self) -> Sequence[Manager]: ...


class Leads(Protocol):
    async def add(
        self,
        campaign_id: int,
        leads: Sequence[NewLead],
        *,
        now: datetime,
        due_at: datetime | None = None,
        priority: int | None = None,
    ) -> Added:
        """Store leads and their consents, and queue a task for each that has or had none in the campaign and may be
        dialed, due at `due_at` (now when None), in the order given among those of like score. priority: None is the
        campaign's. Refused as a whole for a time zone that is none (InvalidRecord); written some hundreds at a time, so
        that calls go on beside a long import. One that broke off may be given again: nobody is queued twice.

        What the client asked for (priorities.urgent) is queued for a lead the campaign knows, too: the task that waits
        is made as urgent, or a new one begins where it is done. A lead in a call at the moment is left alone."""
        ...

    async def preview(self, campaign: Campaign, leads: Sequence[NewLead], *, now: datetime) -> Added:
        """What `add` would do now, and nothing written. The campaign need not be there yet. For some hundreds at a
        time. Raises InvalidRecord."""
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

    async def add_pattern(self, pattern: StopPattern, *, reason: str, now: datetime) -> int:
        """The same for all numbers that fit."""
        ...

    async def remove(self, entry: str, *, by: str, reason: str, now: datetime) -> bool:
        """Take a number or a pattern (its text) off the list: a person's decision, kept with name and reason. Tasks
        that were closed stay closed. False when it was not on the list. Raises InvalidRecord."""
        ...

    async def contains(self, phone: str) -> bool:
        """By number or by pattern."""
        ...

    async def entries(self) -> Sequence[StopEntry]:
        """All of it, oldest first."""
        ...


class Consents(Protocol):
    async def record(self, lead_id: int, consent: Consent) -> None: ...

    async def revoke(self, lead_id: int, *, now: datetime) -> int:
        """Take back all that the lead consented to: the open tasks of advertising campaigns are closed at once; how
        many."""
        ...

    async def ledger(self) -> Sequence[LedgerLine]:
        """All of it, in the order it was written."""
        ...


class Spending(Protocol):
    async def spent(self, now: datetime) -> int:
        """Kopecks of the day of an aware `now`; of calls under way the most they can cost."""
        ...
