"""What reports need of storage. Periods are half-open: `since` <= start of the attempt < `until`; None is unbounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from robot.analytics.dropoff import PhraseCounts
from robot.domain.calls import Turn
from robot.domain.meetings import Meeting
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
