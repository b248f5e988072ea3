"""What reports and the plan calculator need of storage. Periods are half-open: `since` <= start of the attempt <
`until`; None is unbounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from robot.analytics.dropoff import PhraseCounts
from robot.analytics.rates import Rates
from robot.domain.calls import Turn
from robot.domain.meetings import Meeting, Slot, WorkingHours
from robot.domain.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Selection:
    """Which attempts a report is about."""

    campaign_id: int
    since: datetime | None = None
    until: datetime | None = None
    script_version: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One dial as a row of the call list. `phone` is personal data: mask it wherever it need not be read."""

    id: UUID
    lead_id: int
    lead_name: str
    company: str
    phone: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    reason: str
    ended_by: str
    counts: bool
    recording: str
    script_version: str


class Reports(Protocol):
    async def outcomes(self, selection: Selection) -> Mapping[Outcome, int]:
        """Finished attempts by outcome; outcomes that did not occur are absent."""
        ...

    async def meetings(self, selection: Selection) -> Sequence[Meeting]:
        """Meetings booked by those attempts, by time of the meeting."""
        ...

    async def attempts(self, selection: Selection, *, limit: int = 100, offset: int = 0) -> Sequence[AttemptRecord]:
        """Newest first."""
        ...

    async def turns(self, attempt_id: UUID) -> Sequence[Turn]:
        """In the order in which they were spoken."""
        ...

    async def phrases(self, selection: Selection) -> Sequence[PhraseCounts]:
        """Counts per phrase, by name; see robot.analytics.dropoff for what they mean."""
        ...


@dataclass(frozen=True, slots=True)
class Supply:
    """Leads of the list with whom something is still to be achieved. fresh: never dialed; started: dialed before."""

    fresh: int = 0
    started: int = 0


@dataclass(frozen=True, slots=True)
class Diary:
    """One manager's hours, and what is taken of them: by any campaign, booked or held in a call, or elsewhere."""

    hours: WorkingHours
    taken: Sequence[Slot] = ()


class PlanSource(Protocol):
    async def rates(self, campaign_id: int, *, since: datetime, until: datetime) -> Rates:
        """Of the ended dials that reached the network and began in the period, calls of clients left out; `finished`
        are leads that were dialed in it and have no task left."""
        ...

    async def supply(self, campaign_id: int) -> Supply: ...

    async def booked(self, campaign_id: int, *, first: date, last: date) -> Mapping[date, int]:
        """Meetings (or other goals of the campaign) by its day on which they were booked, both days included; days
        without are absent. Slots held in calls under way are no meetings yet."""
        ...

    async def upcoming(self, campaign_id: int, *, after: datetime, before: datetime) -> int:
        """Meetings that begin in the period, `before` excluded."""
        ...

    async def diaries(self, campaign_id: int, *, after: datetime, before: datetime) -> Sequence[Diary]:
        """Of the managers who meet the campaign's clients, with the slots that overlap the period."""
        ...
