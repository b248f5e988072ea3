"""Single calls with all that is known of them, and the port that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from robot.analytics.quality import CallTimes
from robot.domain.calls import Turn
from robot.domain.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One dial or call that came in. `phone` is personal data: mask it wherever it need not be read. `script` is the
    campaign's now; `script_version` tells whether the call went by it. direction: out or in."""

    id: UUID
    campaign: str
    script: str
    direction: str
    lead_name: str
    company: str
    phone: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    reason: str
    ended_by: str
    answered_as: str
    recording: str
    script_version: str

    @property
    def times(self) -> CallTimes:
        return CallTimes(self.answered_at, self.ended_at, self.outcome, self.ended_by)


class CallRecords(Protocol):
    async def latest(
        self, *, campaign: str | None = None, since: datetime | None = None, talked: bool = False, limit: int = 20
    ) -> Sequence[CallRecord]:
        """Newest first; of all campaigns when none is named. talked: only calls that were answered."""
        ...

    async def starting_with(self, prefix: str) -> Sequence[CallRecord]:
        """Calls whose id begins so (hex digits, hyphens do not matter), a few at most; none for anything else."""
        ...

    async def turns(self, calls: Sequence[UUID]) -> Mapping[UUID, Sequence[Turn]]:
        """Of each call, in the order in which they were spoken; calls without turns are absent."""
        ...
