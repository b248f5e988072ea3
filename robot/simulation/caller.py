"""The simulated line: people who pick up or not, talk for a while and decide, all by seeded chance.

Meetings are held in the real calendar, as a talk would. Every dial is written down here, apart from the store.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from robot.calls.ports import Calendar, CallLog
from robot.domain.calls import CallResult, ClaimedTask, OpenAttempt
from robot.domain.goals import Goal
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.simulation.records import Dial

RINGS_S = (5.0, 25.0)
TALKS_S = (10.0, 180.0)
UNANSWERED_S = 30.0

GRID_S = 30.0
"""Calls end on the full half minute, so that a round of the dialer is for several of them: the day is lived faster."""

PICKED_UP = "picked_up"
PICKS_UP = {
    PICKED_UP: 52,
    Outcome.NO_ANSWER: 24,
    Outcome.BUSY: 9,
    Outcome.VOICEMAIL: 11,
    Outcome.WRONG_NUMBER: 1,
    Outcome.FAILED: 2,
    Outcome.INTERRUPTED: 1,
}
"""Of a hundred dials. FAILED: no circuit, a fault of ours."""

DECIDES = {
    Outcome.MEETING_BOOKED: 12,
    Outcome.REFUSED: 44,
    Outcome.CALLBACK_SCHEDULED: 12,
    Outcome.INFO_REQUESTED: 14,
    Outcome.NOT_DECISION_MAKER: 14,
    Outcome.OPTED_OUT: 4,
}
"""Of a hundred people called unasked."""

WILLING = {Outcome.MEETING_BOOKED: 40, Outcome.CALLBACK_SCHEDULED: 15, Outcome.INFO_REQUESTED: 25, Outcome.REFUSED: 20}
"""Of those who asked for the call."""

REMINDED = {Outcome.AGREED: 75, Outcome.CALLBACK_SCHEDULED: 8, Outcome.REFUSED: 15, Outcome.OPTED_OUT: 2}

ASKED = frozenset({"requests", "callbacks"})
OFFERED = timedelta(days=14)


class SimulatedCaller:
    """Caller of robot.dialer.ports. dials: the log, in the order of time. grid_s: calls end on the full of it."""

    def __init__(
        self,
        calls: CallLog,
        calendar: Calendar,
        rng: Random,
        *,
        channels: int,
        now: Callable[[], datetime],
        grid_s: float = GRID_S,
    ) -> None:
        self._calls = calls
        self._calendar = calendar
        self._rng = rng
        self._channels = channels
        self._now = now
        self._grid_s = grid_s
        self._under_way = 0
        self.dials: list[Dial] = []

    async def headroom(self) -> int:
        return self._channels - self._under_way

    async def sweep(self, attempts: Sequence[OpenAttempt]) -> frozenset[UUID]:  # noqa: ARG002 - nobody lived before
        return frozenset()

    async def call(self, claimed: ClaimedTask, attempt_id: UUID, caller_id: str = "") -> CallResult:  # noqa: ARG002
        dial = Dial(claimed.lead.phone, claimed.campaign.slug, self._now())
        self.dials.append(dial)
        self._under_way += 1
        self.begun(attempt_id, dial)
        result = CallResult(Outcome.INTERRUPTED, dial.at, reason="cancelled")
        try:
            result = await self._talk(claimed, attempt_id)
        finally:
            self._under_way -= 1
            self._complete(dial, result)
        return result

    def begun(self, attempt_id: UUID, dial: Dial) -> None:
        """For who keeps further books: a phone begins to ring."""

    def _complete(self, dial: Dial, result: CallResult) -> None:
        dial.outcome, dial.counts = result.outcome, result.counts
        dial.answered_at, dial.ended_at = result.answered_at, self._now()
        dial.callback_at, dial.meeting = result.callback_at, result.meeting

    async def _talk(self, claimed: ClaimedTask, attempt_id: UUID) -> CallResult:
        how = self._one_of(PICKS_UP)
        if how != PICKED_UP:
            return await self._not_reached(Outcome(how))
        await asyncio.sleep(self._rng.uniform(*RINGS_S))
        answered_at = self._now()
        await self._calls.answered(attempt_id, at=answered_at)
        talks_s = self._rng.uniform(*TALKS_S)
        await asyncio.sleep(talks_s * 0.8)
        outcome = Outcome(self._one_of(self._wishes(claimed)))
        slot = await self._book(claimed, attempt_id) if outcome is Outcome.MEETING_BOOKED else None
        if outcome is Outcome.MEETING_BOOKED and slot is None:
            outcome = Outcome.CALLBACK_SCHEDULED  # no slot is left, or the quota is full
        await self._to_the_end(talks_s * 0.2)
        callback_at = self._later() if outcome is Outcome.CALLBACK_SCHEDULED else None
        return CallResult(outcome, self._now(), answered_at=answered_at, meeting=slot, callback_at=callback_at)

    async def _not_reached(self, outcome: Outcome) -> CallResult:
        rings_s = UNANSWERED_S if outcome is Outcome.NO_ANSWER else self._rng.uniform(*RINGS_S)
        if outcome is Outcome.FAILED:
            rings_s = 1.0
        await self._to_the_end(rings_s)
        reached = outcome is not Outcome.FAILED
        return CallResult(outcome, self._now(), counts=reached, reason="" if reached else "congestion")

    async def _to_the_end(self, seconds: float) -> None:
        ends_s = asyncio.get_running_loop().time() + seconds
        await asyncio.sleep(seconds + -ends_s % self._grid_s)

    def _wishes(self, claimed: ClaimedTask) -> dict[Outcome, int]:
        if claimed.campaign.goal is Goal.AGREED:
            return REMINDED
        return WILLING if claimed.campaign.slug in ASKED else DECIDES

    async def _book(self, claimed: ClaimedTask, attempt_id: UUID) -> Slot | None:
        """One of the first free slots, as a client chooses."""
        now = self._now()
        slots = await self._calendar.free_slots(
            claimed.campaign,
            after=now + timedelta(hours=2),
            before=now + OFFERED,
            duration=timedelta(minutes=claimed.campaign.meeting_minutes),
            now=now,
        )
        if not slots:
            return None
        slot = self._rng.choice(slots[:6])
        return slot if await self._calendar.hold(attempt_id, slot, now=now) else None

    def _later(self) -> datetime:
        """In half an hour to five hours, on the full minute."""
        at = self._now() + timedelta(minutes=self._rng.randrange(30, 300))
        return at.replace(second=0, microsecond=0)

    def _one_of(self, chances: dict[str, int] | dict[Outcome, int] | dict[str | Outcome, int]) -> str:
        return str(self._rng.choices(list(chances), list(chances.values()))[0])
