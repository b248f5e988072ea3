"""The dialer's loop: keep as many calls under way as the quota needs and the machine carries, until told to stop.

Life: recover what a previous life left unfinished -> rounds of claim and dial, a second apart or as soon as something
changed -> stop asked: claim nothing more, let calls finish until the drain deadline -> end what is left. Every call
writes its result, also while the store is away for a time.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog

from robot.dialer.calls import CallsUnderWay, Underway
from robot.dialer.hearing import Hearing
from robot.dialer.lease import LeaseKeeper
from robot.dialer.ports import AttemptLog, Caller, Progress, TaskQueue, Wake
from robot.dialer.rounds import OnLine, OnPace, Rounds, RoundSettings
from robot.dialer.starts import Starts
from robot.domain.calls import CallResult, ClaimedTask
from robot.domain.campaigns import Campaign, CampaignState
from robot.domain.clock import utc_now
from robot.domain.outcomes import Outcome
from robot.domain.retry import RetryPolicy
from robot.patience import PAUSE_S, Patience, retryable

log = structlog.get_logger(__name__)

GAP_S = 0.1
"""Between the beginnings of two rounds, however much changes."""

HANGS_S = 10.0
"""A round that takes longer hangs in the store or the line; what it may have claimed runs out by itself."""

WRITE_S = 30.0
"""For the results of calls that the drain deadline has ended."""


Before = Callable[[Patience], Awaitable[None]]


async def nothing(_patience: Patience) -> None:
    """What a dialer does first that keeps no journal."""


@dataclass(frozen=True, slots=True)
class DialerSettings:
    """node: unique among the machines on one database, the same after a restart. reserved: channels kept for new
    requests and promised callbacks. starts_per_s: dials that the trunk takes."""

    node: str
    round_s: float = 1.0
    lease_s: float = 60.0
    drain_s: float = 60.0
    reserved: int = 0
    starts_per_s: float = 5.0


class Dialer:
    """One node's dialer over all campaigns. on_pace is told every decision; on_line when a campaign's circuit breaker
    changes its state, for whoever must be alerted. Both must return at once. before: what must be stored before the
    attempts of a previous life are closed."""

    def __init__(
        self,
        queue: TaskQueue,
        progress: Progress,
        attempts: AttemptLog,
        caller: Caller,
        settings: DialerSettings,
        *,
        wake: Wake | None = None,
        hearing: Hearing | None = None,
        now: Callable[[], datetime] = utc_now,
        before: Before = nothing,
        on_pace: OnPace = lambda _campaign, _pace: None,
        on_line: OnLine = lambda _campaign, _state: None,
    ) -> None:
        self._queue = queue
        self._attempts = attempts
        self._caller = caller
        self._settings = settings
        self._wake = wake
        self._now = now
        self._before = before
        self._woken = asyncio.Event()
        self.recovered = asyncio.Event()
        """What a previous life left is closed: calls that come in from now on are not taken for its."""
        self._patience = Patience()
        self._calls = CallsUnderWay(
            queue,
            attempts,
            caller,
            settings.node,
            trunk=Starts(settings.starts_per_s),
            patience=self._patience,
            now=now,
            on_end=self._ended,
        )
        self._lease = LeaseKeeper(
            queue, settings.node, settings.lease_s, tasks=lambda: self._calls.tasks, on_lost=self._leases_lost, now=now
        )
        self._rounds = Rounds(
            queue,
            progress,
            caller,
            self._calls,
            RoundSettings(settings.node, settings.lease_s, settings.reserved, settings.starts_per_s),
            hearing=hearing or Hearing(),
            now=now,
            on_pace=on_pace,
            on_line=on_line,
        )

    @property
    def under_way(self) -> int:
        return len(self._calls)

    async def run(self, stop: asyncio.Event) -> None:
        """Dial until `stop` is set, then drain. A fault of the queue or the log that does not mend itself ends the loop
        loudly: the calls under way are drained first, then it is raised."""
        sides = [asyncio.create_task(self._lease.run()), asyncio.create_task(self._listen())]
        waiting = asyncio.create_task(stop.wait())
        try:
            await self._recover_unless(waiting)
            self.recovered.set()
            while not stop.is_set() and self._calls.fault is None:
                began_s = asyncio.get_running_loop().time()
                self._woken.clear()
                await self._round(stop)
                await self._pause(began_s, waiting, *sides)
                for side in sides:
                    if side.done():
                        side.result()
        finally:
            waiting.cancel()
            await self._drain("stop_asked" if stop.is_set() else "fault", leased=not sides[0].done())
            for side in sides:
                side.cancel()
        if self._calls.fault is not None:
            raise self._calls.fault

    async def carry(self, claimed: ClaimedTask, attempt_id: UUID, talk: Callable[[], Awaitable[CallResult]]) -> None:
        """See a client's own call through beside the dialed ones: `Carries` of robot.calls.reception_ports."""
        await self._calls.carry(claimed, attempt_id, talk)

    async def _round(self, stop: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(HANGS_S):
                await self._stop_and_dial(stop)
        except Exception as error:
            if not retryable(error) and not isinstance(error, TimeoutError):
                raise
            log.warning("round_skipped", error=type(error).__name__)
            await asyncio.sleep(PAUSE_S)

    async def _stop_and_dial(self, stop: asyncio.Event) -> None:
        campaigns = await self._stop_calls()
        if self._lease.held:
            await self._rounds.dial([one for one in campaigns if one.active], goes_on=lambda: not stop.is_set())

    async def _stop_calls(self) -> Sequence[Campaign]:
        """End the calls of campaigns that are stopped; all campaigns."""
        campaigns = await self._queue.campaigns()
        for campaign in campaigns:
            if campaign.state is not CampaignState.STOPPED:
                continue
            if ended := self._calls.end("campaign_stopped", campaign_id=campaign.id):
                log.info("campaign_stopped", campaign=campaign.slug, calls_ended=ended)
        return campaigns

    async def _heed_stops(self) -> None:
        """For the drain, which has no rounds: whoever stops a campaign meanwhile ends its calls all the same."""
        while True:
            self._woken.clear()
            try:
                async with asyncio.timeout(HANGS_S):
                    await self._stop_calls()
            except Exception as error:  # whatever the store has, the drain goes on
                log.warning("stops_not_seen", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.round_s):
                    await self._woken.wait()
            await asyncio.sleep(GAP_S)

    async def _pause(self, began_s: float, *until: asyncio.Task[object]) -> None:
        """Until something changed, the stop is asked, a side task dies or the round is over."""
        loop = asyncio.get_running_loop()
        round_s = min(self._settings.round_s, self._rounds.wait_s() or self._settings.round_s)
        woken = asyncio.create_task(self._woken.wait())
        try:
            await asyncio.wait((woken, *until), timeout=round_s, return_when=asyncio.FIRST_COMPLETED)
            rest_s = began_s + GAP_S - loop.time()
            if rest_s > 0 and not any(task.done() for task in until):
                await asyncio.wait(until, timeout=rest_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()

    async def _listen(self) -> None:
        """Hear of changes in the store; the rounds go on while it cannot tell them."""
        if self._wake is None:
            await asyncio.Event().wait()
            return
        while True:
            try:
                await self._wake.wait()
            except Exception as error:
                if not retryable(error):
                    raise
                log.warning("wake_away", error=type(error).__name__)
                await asyncio.sleep(self._settings.round_s)
            self._rounds.look_everywhere()
            self._woken.set()

    def _ended(self, call: Underway, result: CallResult | None) -> None:
        self._rounds.ended(call, result)
        self._woken.set()

    def _leases_lost(self) -> None:
        self._calls.end("lease_lost")

    async def _recover_unless(self, stopped: asyncio.Task[object]) -> None:
        """Recovering may wait for a line or a store that is down; being told to stop does not."""
        recovering = asyncio.create_task(self._recover())
        try:
            await asyncio.wait((recovering, stopped), return_when=asyncio.FIRST_COMPLETED)
            if recovering.done():
                recovering.result()
        finally:
            recovering.cancel()

    async def _recover(self) -> None:
        """Close the attempts of a previous life. Whoever was reached, or may have been, is not called again at once."""
        node = self._settings.node
        await self._before(self._patience)
        open_attempts = await self._patience(lambda: self._attempts.unfinished(node), doing="look for open attempts")
        if not open_attempts:
            return
        alive = await self._caller.sweep(open_attempts)
        now = self._now()
        for attempt in open_attempts:
            reached = attempt.answered or attempt.id in alive
            result = CallResult(Outcome.INTERRUPTED, now, reason="node_restarted", counts=reached)
            made = attempt.made + (1 if reached else 0)
            retry_at = RetryPolicy(attempt.max_attempts).next_due(result, attempts=made)
            close = partial(self._attempts.finish, attempt.id, result, retry_at=retry_at)
            await self._patience(close, doing="close an attempt")
        log.warning("attempts_recovered", count=len(open_attempts), alive=len(alive))

    async def _drain(self, reason: str, *, leased: bool) -> None:
        """leased: the leases are still being renewed; otherwise the calls must end before the leases do."""
        calls = len(self._calls)
        if not calls:
            return
        deadline_s = self._settings.drain_s if leased else min(self._settings.drain_s, self._settings.lease_s / 2)
        log.info("draining", reason=reason, calls=calls, deadline_s=deadline_s)
        telling = asyncio.create_task(self._lease.drain())
        telling.add_done_callback(lambda task: task.cancelled() or task.exception())
        stopping = asyncio.create_task(self._heed_stops())
        if not await self._calls.wait(deadline_s):
            ended = self._calls.end("dialer_stopped")
            log.warning("drain_deadline", calls_ended=ended)
            if not await self._calls.wait(WRITE_S):
                self._patience.give_up()
                await self._calls.wait(WRITE_S)
        for side in (telling, stopping):
            side.cancel()
