"""What the dialer needs of the world: a queue, figures of the day, a log of attempts, a wake-up, somebody who calls.

Errors of the store that have a true attribute `retryable` are waited out, with the calls going on; all others end the
dialer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable
from uuid import UUID

from robot.dialer.funnel import Funnel, UnderWay
from robot.domain.calls import CallResult, ClaimedTask, OpenAttempt
from robot.domain.campaigns import Campaign, QuotaState
from robot.domain.priorities import PRIORITY_COLD


class TaskQueue(Protocol):
    async def campaigns(self) -> Sequence[Campaign]:
        """Campaigns that have a quota, paused and stopped ones too: the calls of a stopped one must be ended."""
        ...

    async def urgent(self, now: datetime) -> Collection[int]:
        """Ids of the campaigns in which a task is due whose client asked for the call (priorities.urgent) and may be
        called at this hour."""
        ...

    async def claim(
        self,
        campaign: Campaign,
        *,
        limit: int,
        now: datetime,
        node: str,
        lease: timedelta,
        least: int = PRIORITY_COLD,
        at_most: int | None = None,
    ) -> Sequence[ClaimedTask]:
        """Take up to `limit` due tasks of at least priority `least`, most urgent first. In the same transaction as the
        check of the quota: gives nothing once it is met. Never a number that may not be called now: on the stop list,
        in another claimed task, outside the calling window, past a cap, refused by the toll guard, without consent
        where that is needed. Where the goal is a meeting, never more than are sure of a slot of the campaign's managers
        beside all who may still need one, in calls of any campaign with these managers, on all nodes. A task whose
        lease ran out is taken only when it has no unfinished attempt.
        at_most: calls of the campaign that may be under way afterwards, on all nodes: what others have claimed since
        the caller counted is taken off the limit. None for any number."""
        ...

    async def release(self, task_id: int, *, node: str) -> None:
        """Give a task that this node has claimed back undialed, due as it was: it loses no place in its lane."""
        ...

    async def renew(
        self, node: str, *, tasks: Collection[int], now: datetime, until: datetime, draining: bool = False
    ) -> None:
        """Prolong this node's leases on these tasks, and note that it was seen alive at `now`, draining or not.
        What the node claimed and does not name runs out: it never learnt of the claim, whose answer was lost."""
        ...


class Progress(Protocol):
    async def quota(self, campaign: Campaign, now: datetime) -> QuotaState:
        """The state of the campaign's day."""
        ...

    async def funnel(self, campaign: Campaign, since: datetime) -> Funnel:
        """How far the attempts came that ended since."""
        ...

    async def slots_left(self, campaign: Campaign, now: datetime) -> int:
        """Slots of the campaign's managers that calls begun now are sure to find free, each manager's counted apart,
        without those that calls of other campaigns with these managers may need; may stop counting at a thousand."""
        ...

    async def under_way(self, campaign: Campaign) -> UnderWay:
        """Its calls that have not ended, on all nodes."""
        ...


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt that is written down: the phone may ring. caller_id: the number to show; "" for the line's own."""

    caller_id: str = ""


class AttemptLog(Protocol):
    async def begin(self, claimed: ClaimedTask, *, attempt_id: UUID, node: str, now: datetime) -> Begun | None:
        """Write the attempt before the phone rings. None, and nothing written, when it must not ring after all: the
        lease was lost, the number was stopped, the quota was met or the campaign paused since the claim."""
        ...

    async def finish(self, attempt_id: UUID, result: CallResult, *, retry_at: datetime | None) -> None:
        """One transaction: outcome, the task's next state, the meeting, the lead's stage, the manager's task, the stop
        list. Idempotent: the first result stands."""
        ...

    async def unfinished(self, node: str) -> Sequence[OpenAttempt]:
        """Attempts this node began and never finished (it was killed)."""
        ...


class Wake(Protocol):
    async def wait(self) -> None:
        """Until something changed in the store that may give the dialer work or take it away, since `wait` returned
        last: a change in between returns at once. It may return for nothing, and need not tell every change: rounds go
        on without it."""
        ...


class Caller(Protocol):
    async def call(self, claimed: ClaimedTask, attempt_id: UUID, caller_id: str = "") -> CallResult:
        """Dial at once, talk, hang up. Never raises for anything the line, the speech or the client may do; cancelling
        it ends the call."""
        ...

    async def headroom(self) -> int:
        """How many more calls can be carried now; 0 when the line is down."""
        ...

    async def sweep(self, attempts: Sequence[OpenAttempt]) -> frozenset[UUID]:
        """Take down the channels that calls of a previous life left behind; the ids that were still alive. Waits for a
        line that is down: without it nobody knows."""
        ...


@runtime_checkable
class Prepares(Protocol):
    """A `Caller` that has something slow to do before it can dial."""

    async def prepare(self, claimed: ClaimedTask, attempt_id: UUID) -> None:
        """All of it, done before the attempt is begun: what forbids the dial (the stop list, the hours) is asked there,
        and nothing may keep the phone from ringing afterwards. The call may still not be made. Never raises; may be
        cancelled."""
        ...
