"""The calls this node has under way: each is written down, made, and its result written, whatever happens between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

import structlog
from structlog.contextvars import bind_contextvars

from robot.dialer.ports import AttemptLog, Begun, Caller, Prepares, TaskQueue
from robot.dialer.starts import Starts
from robot.domain.calls import CallResult, ClaimedTask
from robot.domain.outcomes import Outcome
from robot.domain.retry import RetryPolicy
from robot.domain.rules import HOURS
from robot.patience import Patience

log = structlog.get_logger(__name__)

LONGEST_WAIT_S = 10.0
"""Between an attempt that is written and its dial: no longer than a telephone may ring anyway."""


@dataclass(slots=True, eq=False)
class Underway:
    """One of them. reason: why it was ended from here, "" while it was not. dialed: the caller has taken it over."""

    claimed: ClaimedTask
    began: datetime
    attempt_id: UUID
    reason: str = ""
    dialed: bool = False
    talk: asyncio.Future[CallResult] | asyncio.Future[None] | None = None
    """What is cut when it is ended: its talk, or before that what prepares it."""


class CallsUnderWay:
    """`on_end` is told of every call when it is over; the result is None where the phone was not to ring after all."""

    def __init__(
        self,
        queue: TaskQueue,
        attempts: AttemptLog,
        caller: Caller,
        node: str,
        *,
        trunk: Starts,
        patience: Patience,
        now: Callable[[], datetime],
        on_end: Callable[[Underway, CallResult | None], None],
    ) -> None:
        self._queue = queue
        self._attempts = attempts
        self._caller = caller
        self._node = node
        self._trunk = trunk
        self._patience = patience
        self._now = now
        self._on_end = on_end
        self._calls: dict[asyncio.Task[CallResult | None], Underway] = {}
        self.fault: BaseException | None = None
        """What made it impossible to write a call down: the dialer must not go on."""

    def __len__(self) -> int:
        return len(self._calls)

    def of(self, campaign_id: int) -> int:
        """How many are of this campaign."""
        return sum(call.claimed.campaign.id == campaign_id for call in self._calls.values())

    @property
    def undialed(self) -> int:
        """Those for which the caller has not yet taken a channel."""
        return sum(not call.dialed for call in self._calls.values())

    @property
    def tasks(self) -> Collection[int]:
        return [call.claimed.task.id for call in self._calls.values()]

    def start(self, claimed: ClaimedTask, began: datetime) -> None:
        call = Underway(claimed, began, uuid4())
        task = asyncio.create_task(self._see_through(call), name=f"attempt-{call.attempt_id}")
        self._calls[task] = call
        task.add_done_callback(self._ended)

    async def carry(self, claimed: ClaimedTask, attempt_id: UUID, talk: Callable[[], Awaitable[CallResult]]) -> None:
        """See a call through whose attempt is begun already, for the client rang in: kept, ended and written as a
        dialed one, though the line's failures are not judged by it. Returns when it is written."""
        call = Underway(claimed, self._now(), attempt_id, dialed=True)
        task = asyncio.create_task(self._finished(call, talk), name=f"attempt-{attempt_id}")
        self._calls[task] = call
        task.add_done_callback(partial(self._ended, came_in=True))
        await asyncio.wait((task,))

    def end(self, reason: str, *, campaign_id: int | None = None) -> int:
        """Hang up on all, or on those of a campaign; how many. Their results are still written."""
        ended = 0
        for call in self._calls.values():
            if not call.reason and campaign_id in (None, call.claimed.campaign.id):
                call.reason = reason
                ended += 1
                if call.talk is not None:
                    call.talk.cancel()
        return ended

    async def wait(self, timeout_s: float) -> bool:
        """Until all are over and written, at most so long; whether they are."""
        if self._calls:
            await asyncio.wait(tuple(self._calls), timeout=timeout_s)
        return not self._calls

    def _ended(
        self, task: asyncio.Task[CallResult | None] | asyncio.Task[CallResult], *, came_in: bool = False
    ) -> None:
        call = self._calls.pop(task)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None:
            log.error("attempt_not_recorded", attempt=str(call.attempt_id), error=type(error).__name__)
            self.fault = self.fault or error
        if not came_in:
            self._on_end(call, None if error is not None else task.result())

    async def _see_through(self, call: Underway) -> CallResult | None:
        bind_contextvars(attempt=str(call.attempt_id))  # in all that is logged from here on, whoever logs it
        log.info("claimed", campaign=call.claimed.campaign.slug, task=call.claimed.task.id)
        begun = await self._begin(call) if await self._prepared(call) else None
        if begun is None:
            log.info("not_to_ring", reason=call.reason)
            task_id = call.claimed.task.id
            await self._patience(lambda: self._queue.release(task_id, node=self._node), doing="release a task")
            return None
        return await self._finished(call, partial(self._dial, call, begun.caller_id))

    async def _prepared(self, call: Underway) -> bool:
        """Whether it is to be begun: all that is slow is done, and nobody has ended it meanwhile."""
        if isinstance(self._caller, Prepares):
            preparing = call.talk = asyncio.ensure_future(self._caller.prepare(call.claimed, call.attempt_id))
            await asyncio.wait((preparing,))
            if not preparing.cancelled():
                preparing.result()
        return not call.reason

    async def _finished(self, call: Underway, make: Callable[[], Awaitable[CallResult]]) -> CallResult:
        """Make the call and write its result."""
        bind_contextvars(attempt=str(call.attempt_id))
        result = CallResult(Outcome.INTERRUPTED, self._now(), reason="robot_fault")
        try:
            result = await self._talk(call, make)
        finally:
            await self._finish(call, result)
        return result

    async def _begin(self, call: Underway) -> Begun | None:
        """Write the attempt down. Where an answer was lost, it may be written although the next try is refused."""
        tries = 0

        async def begin() -> Begun | None:
            nonlocal tries
            tries += 1
            return await self._attempts.begin(
                call.claimed, attempt_id=call.attempt_id, node=self._node, now=self._now()
            )

        begun = await self._patience(begin, doing="begin an attempt")
        if begun is None and tries > 1:
            try:
                await self._finish(call, CallResult(Outcome.INTERRUPTED, self._now(), reason="cancelled", counts=False))
            except Exception as error:
                if getattr(error, "code", "") != "unknown_attempt":
                    raise
        return begun

    async def _talk(self, call: Underway, make: Callable[[], Awaitable[CallResult]]) -> CallResult:
        if call.reason:
            return CallResult(Outcome.INTERRUPTED, self._now(), reason=call.reason, counts=False)
        talk = asyncio.ensure_future(make())
        call.talk = talk
        await asyncio.wait((talk,))
        if talk.cancelled():
            return CallResult(Outcome.INTERRUPTED, self._now(), reason=call.reason or "cancelled", counts=call.dialed)
        return talk.result()

    async def _dial(self, call: Underway, caller_id: str) -> CallResult:
        """Tasks are claimed at the trunk's pace, but a store that was slow gives many attempts back at once.

        So each waits for its turn here, too; not for long, since whether he may be called was asked before.
        """
        time_s = asyncio.get_running_loop().time
        began_s = time_s()
        while wait_s := self._trunk.wait_s(time_s()):
            await asyncio.sleep(wait_s)
        claimed, now = call.claimed, self._now()
        if time_s() - began_s > LONGEST_WAIT_S:  # he may have said no meanwhile
            return CallResult(Outcome.INTERRUPTED, now, reason="cancelled", counts=False)
        if not claimed.campaign.window.allows(now, *claimed.lead.zones):  # they were open when the attempt was begun
            return CallResult(Outcome.INTERRUPTED, now, reason=HOURS, counts=False)
        self._trunk.take(time_s())
        call.dialed = True
        return await self._caller.call(call.claimed, call.attempt_id, caller_id)

    async def _finish(self, call: Underway, result: CallResult) -> None:
        claimed = call.claimed
        made = claimed.task.attempts + (1 if result.counts else 0)
        policy = RetryPolicy(claimed.campaign.max_attempts)
        retry_at = policy.next_due(result, attempts=made, zones=claimed.lead.zones)
        await self._patience(
            lambda: self._attempts.finish(call.attempt_id, result, retry_at=retry_at), doing="write a result"
        )
        log.info("attempt_written", outcome=result.outcome.value, again=retry_at is not None)
