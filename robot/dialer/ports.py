"""What the dialer needs of the world: a queue, a log of attempts, and somebody who calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from robot.domain.calls import CallResult, ClaimedTask, OpenAttempt
from robot.domain.campaigns import Campaign, QuotaState


class TaskQueue(Protocol):
    async def campaigns(self) -> Sequence[Campaign]:
        """Active campaigns that have a quota."""
        ...

    async def quota(self, campaign: Campaign, now: datetime) -> QuotaState:
        """The state of the campaign's day."""
        ...

    async def claim(
        self, campaign: Campaign, *, limit: int, now: datetime, node: str, lease: timedelta
    ) -> Sequence[ClaimedTask]:
        """Take up to `limit` due tasks, highest priority and longest due first. In the same transaction as the check of
        the quota: gives nothing once it is met. Never a number on the stop list, in another claimed task, or outside
        the calling window; a task whose lease ran out is taken only when it has no unfinished attempt."""
        ...

    async def release(self, task_id: int, *, due_at: datetime) -> None:
        """Give a claimed task back undialed."""
        ...

    async def renew(self, node: str, *, until: datetime) -> None:
        """Prolong every lease of this node."""
        ...


class AttemptLog(Protocol):
    async def begin(self, claimed: ClaimedTask, *, attempt_id: UUID, node: str, now: datetime) -> bool:
        """Write the attempt before the phone rings. False, and nothing written, when it must not ring after all: the
        lease was lost, the number was stopped, the quota was met or the campaign paused since the claim."""
        ...

    async def finish(self, attempt_id: UUID, result: CallResult, *, retry_at: datetime | None) -> None:
        """One transaction: outcome, the task's next state, the meeting, the lead's stage, the manager's task, the stop
        list. Idempotent: the first result stands."""
        ...

    async def unfinished(self, node: str) -> Sequence[OpenAttempt]:
        """Attempts this node began and never finished (it was killed)."""
        ...


class Caller(Protocol):
    async def call(self, claimed: ClaimedTask, attempt_id: UUID) -> CallResult:
        """Dial, talk, hang up. Never raises for anything the line, the speech or the client may do; cancelling it
        ends the call."""
        ...

    async def headroom(self) -> int:
        """How many more calls can be carried now; 0 when the line is down."""
        ...

    async def sweep(self, attempts: Sequence[OpenAttempt]) -> frozenset[UUID]:
        """Take down the channels that calls of a previous life left behind; the ids that were still alive. Waits for a
        line that is down: without it nobody knows."""
        ...
