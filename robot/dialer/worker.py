"""The dialer's loop: keep as many calls under way as the quota needs and the machine carries, until told to stop.

Life: recover what a previous life left unfinished -> rounds of claim and dial -> stop asked: claim nothing more, let
calls finish until the drain deadline -> cancel what is left (each call still writes its result: a shielded write).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog

from robot.dialer.pacing import Pace, pace
from robot.dialer.ports import AttemptLog, Caller, Progress, TaskQueue
from robot.domain.calls import CallResult, ClaimedTask
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.domain.outcomes import Outcome
from robot.domain.retry import RetryPolicy

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DialerSettings:
    """node: unique among the machines on one database, the same after a restart."""

    node: str
    round_s: float = 1.0
    lease_s: float = 60.0
    drain_s: float = 60.0


class Dialer:
    """One node's dialer over all active campaigns."""

    def __init__(
        self,
        queue: TaskQueue,
        progress: Progress,
        attempts: AttemptLog,
        caller: Caller,
        settings: DialerSettings,
        *,
        now: Callable[[], datetime] = utc_now,
        on_pace: Callable[[Campaign, Pace], None] = lambda _campaign, _pace: None,
    ) -> None:
        self._queue = queue
        self._progress = progress
        self._attempts = attempts
        self._caller = caller
        self._settings = settings
        self._now = now
        self._on_pace = on_pace
        self._calls: dict[UUID, asyncio.Task[None]] = {}
        self._tasks: dict[UUID, int] = {}
        self._under_way: Counter[int] = Counter()
        self._wake = asyncio.Event()
        self._fault: BaseException | None = None

    @property
    def under_way(self) -> int:
        return len(self._calls)

    async def run(self, stop: asyncio.Event) -> None:
        """Dial until `stop` is set, then drain. A fault of the queue or the log ends the loop loudly: the calls under
        way are drained first, then it is raised."""
        renewing = asyncio.create_task(self._renew())
        waiting = asyncio.create_task(stop.wait())
        try:
            await self._recover_unless(waiting)
            while not stop.is_set() and self._fault is None:
                self._wake.clear()
                await self._round(stop)
                await self._pause(waiting, renewing)
                if renewing.done():
                    renewing.result()
        finally:
            waiting.cancel()
            await self._drain()
            renewing.cancel()
        if self._fault is not None:
            raise self._fault

    async def _pause(self, *side: asyncio.Task[object]) -> None:
        """Until a call ends, the stop is asked, a side task dies or the round is over."""
        woken = asyncio.create_task(self._wake.wait())
        try:
            await asyncio.wait((woken, *side), timeout=self._settings.round_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()

    async def _round(self, stop: asyncio.Event) -> None:
        free = await self._caller.headroom()
        for campaign in await self._queue.campaigns():
            now = self._now()
            decision = pace(
                await self._progress.quota(campaign, now), under_way=self._under_way[campaign.id], free=free
            )
            self._on_pace(campaign, decision)
            if decision.dial == 0 or stop.is_set():
                continue
            claimed = await self._queue.claim(
                campaign,
                limit=decision.dial,
                now=now,
                node=self._settings.node,
                lease=timedelta(seconds=self._settings.lease_s),
            )
            for one in claimed:
                self._start(one)
            free -= len(claimed)

    def _start(self, claimed: ClaimedTask) -> None:
        attempt_id = uuid4()
        self._under_way[claimed.campaign.id] += 1
        task = asyncio.create_task(self._attempt(claimed, attempt_id), name=f"attempt-{attempt_id}")
        self._calls[attempt_id] = task
        self._tasks[attempt_id] = claimed.task.id
        task.add_done_callback(lambda done: self._ended(attempt_id, claimed.campaign.id, done))

    def _ended(self, attempt_id: UUID, campaign_id: int, task: asyncio.Task[None]) -> None:
        del self._calls[attempt_id]
        del self._tasks[attempt_id]
        self._under_way[campaign_id] -= 1
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("attempt_not_recorded", attempt=str(attempt_id), error=type(error).__name__)
            self._fault = self._fault or error

    async def _attempt(self, claimed: ClaimedTask, attempt_id: UUID) -> None:
        if not await self._attempts.begin(claimed, attempt_id=attempt_id, node=self._settings.node, now=self._now()):
            await self._queue.release(
                claimed.task.id,
                node=self._settings.node,
                due_at=self._now() + timedelta(seconds=self._settings.round_s),
            )
            return
        result = CallResult(Outcome.INTERRUPTED, self._now(), reason="dialer_stopped")
        try:
            result = await self._caller.call(claimed, attempt_id)
        finally:
            await asyncio.shield(self._finish(claimed, attempt_id, result))

    async def _finish(self, claimed: ClaimedTask, attempt_id: UUID, result: CallResult) -> None:
        made = claimed.task.attempts + (1 if result.counts else 0)
        retry_at = RetryPolicy(claimed.campaign.max_attempts).next_due(result, attempts=made)
        await self._attempts.finish(attempt_id, result, retry_at=retry_at)

    async def _recover_unless(self, stopped: asyncio.Task[object]) -> None:
        """Recovering may wait for a line that is down; being told to stop does not."""
        recovering = asyncio.create_task(self._recover())
        try:
            await asyncio.wait((recovering, stopped), return_when=asyncio.FIRST_COMPLETED)
            if recovering.done():
                recovering.result()
        finally:
            recovering.cancel()

    async def _recover(self) -> None:
        """Close the attempts of a previous life. Whoever was reached, or may have been, is not called again at once."""
        open_attempts = await self._attempts.unfinished(self._settings.node)
        if not open_attempts:
            return
        alive = await self._caller.sweep(open_attempts)
        now = self._now()
        for attempt in open_attempts:
            reached = attempt.answered or attempt.id in alive
            result = CallResult(Outcome.INTERRUPTED, now, reason="node_restarted", counts=reached)
            retry_at = RetryPolicy().next_due(result, attempts=0)
            await self._attempts.finish(attempt.id, result, retry_at=retry_at)
        log.warning("attempts_recovered", count=len(open_attempts), alive=len(alive))

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._settings.lease_s / 3)
            now = self._now()
            until = now + timedelta(seconds=self._settings.lease_s)
            await self._queue.renew(self._settings.node, tasks=list(self._tasks.values()), now=now, until=until)

    async def _drain(self) -> None:
        calls = list(self._calls.values())
        if not calls:
            return
        log.info("draining", calls=len(calls), deadline_s=self._settings.drain_s)
        _, late = await asyncio.wait(calls, timeout=self._settings.drain_s)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
