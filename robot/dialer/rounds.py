"""One round of the dialer: first the clients who asked to be called, then the campaigns, each by what it owes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from robot.dialer.breaker import Breaker, BreakerState, verdict
from robot.dialer.calls import CallsUnderWay, Underway
from robot.dialer.fairness import Standing, order, share
from robot.dialer.figures import Figures, Statistics
from robot.dialer.hearing import Hearing
from robot.dialer.pacing import Limit, Pace, PacingFacts, pace, pace_urgent
from robot.dialer.ports import Caller, Progress, TaskQueue
from robot.dialer.starts import Starts
from robot.domain.calls import CallResult
from robot.domain.campaigns import Campaign
from robot.domain.priorities import PRIORITY_CALLBACK, PRIORITY_COLD, PRIORITY_REQUEST, deadline

log = structlog.get_logger(__name__)

OnPace = Callable[[Campaign, Pace], None]
OnLine = Callable[[Campaign, BreakerState], None]

REFUSED_S = 1.0
"""A campaign is left alone for so long when one of its tasks was not to ring after all: the task keeps its place, and
might be claimed and refused again and again."""

DRY_S = 5.0
"""A campaign in which nobody was due is not asked again for so long, unless something changed."""


@dataclass(frozen=True, slots=True)
class RoundSettings:
    """See DialerSettings."""

    node: str
    lease_s: float
    reserved: int
    starts_per_s: float


@dataclass(slots=True)
class _Room:
    """What this node can still carry in this round."""

    free: int
    headroom: int | None

    def less(self, calls: int) -> None:
        self.free -= calls
        if self.headroom is not None:
            self.headroom -= calls

    @property
    def calls(self) -> int:
        return self.free if self.headroom is None else min(self.free, self.headroom)


class Rounds:
    """Decides, claims and starts."""

    def __init__(
        self,
        queue: TaskQueue,
        progress: Progress,
        caller: Caller,
        calls: CallsUnderWay,
        settings: RoundSettings,
        *,
        hearing: Hearing,
        now: Callable[[], datetime],
        on_pace: OnPace,
        on_line: OnLine,
    ) -> None:
        self._queue = queue
        self._statistics = Statistics(progress)
        self._caller = caller
        self._calls = calls
        self._settings = settings
        self._hearing = hearing
        self._now = now
        self._on_pace = on_pace
        self._on_line = on_line
        self._starts = Starts(settings.starts_per_s)
        self._breakers: dict[int, Breaker] = {}
        self._told: dict[int, BreakerState] = {}
        self._dry_until_s: dict[int, float] = {}
        self._refused_until_s: dict[int, float] = {}
        self._figures: dict[int, Figures] = {}
        """Of this round, since the last claim that gave something: of this campaign, or of one with its managers."""
        self._starved = False

    def look_everywhere(self) -> None:
        """Something changed: campaigns that had nobody to call may have somebody now."""
        self._dry_until_s.clear()

    def wait_s(self) -> float:
        """Until the trunk takes the dials that the last round could not start; 0 when it kept none back."""
        return self._starts.wait_s(_time_s()) if self._starved else 0.0

    def ended(self, call: Underway, result: CallResult | None) -> None:
        """Learn of a call that is over."""
        if result is None:
            self._refused_until_s[call.claimed.campaign.id] = _time_s() + REFUSED_S
        breaker = self._breaker(call.claimed.campaign)
        ok = None if result is None else verdict(result)
        if ok is None:
            breaker.withdrawn(call.began)
        elif breaker.record(ok, self._now(), began=call.began):
            log.error("line_failing", campaign=call.claimed.campaign.slug, reason=result.reason if result else "")
        self._tell(call.claimed.campaign)

    async def dial(self, campaigns: Sequence[Campaign], *, goes_on: Callable[[], bool]) -> None:
        """A round over the campaigns that may dial. Raises errors of the store."""
        free = await self._caller.headroom() - self._calls.undialed
        room = _Room(free, self._hearing.headroom(len(self._calls), _time_s()))
        self._starved = False
        self._figures.clear()
        for campaign in campaigns:
            self._tell(campaign)
        campaigns = [one for one in campaigns if self._refused_until_s.get(one.id, 0.0) <= _time_s()]
        await self._urgent(campaigns, room)
        figures = {one.id: await self._known(one) for one in campaigns}
        if goes_on():
            await self._in_turn(campaigns, figures, room)

    async def _urgent(self, campaigns: Sequence[Campaign], room: _Room) -> None:
        waiting = await self._queue.urgent(self._now())
        for least in (PRIORITY_REQUEST, PRIORITY_CALLBACK):
            for campaign in campaigns:
                if campaign.id not in waiting or room.calls <= 0:
                    continue
                decision = pace_urgent(self._facts(campaign, await self._known(campaign), room))
                self._on_pace(campaign, decision)
                await self._claim(campaign, decision.dial, room, least=least)

    async def _in_turn(self, campaigns: Sequence[Campaign], figures: dict[int, Figures], room: _Room) -> None:
        by_id = {one.id: one for one in campaigns}
        standings = []
        most: dict[int, int | None] = {}
        for campaign in campaigns:
            decision = self._decide(campaign, figures[campaign.id], room)
            most[campaign.id] = decision.at_most
            if decision.dial and self._dry_until_s.get(campaign.id, 0.0) <= _time_s():
                standings.append(self._standing(campaign, figures[campaign.id], decision))
        left = min(room.calls - self._settings.reserved, self._starts_in_turn())
        while left > 0 and standings:
            given = share(standings, left)
            lagging = []
            for one in order(standings):
                asked = given[one.campaign_id]
                campaign = by_id[one.campaign_id]
                got = await self._claim(campaign, asked, room, at_most=most[campaign.id]) if asked else 0
                left -= got
                if got < asked:
                    self._dry_until_s[one.campaign_id] = _time_s() + DRY_S
                elif got < one.wants:
                    lagging.append(replace(one, wants=one.wants - got, has=one.has + got))
            standings = lagging  # without those who gave less than was asked: else all that was left is given away

    async def _known(self, campaign: Campaign) -> Figures:
        if campaign.id not in self._figures:
            self._figures[campaign.id] = await self._statistics.of(campaign, self._now())
        return self._figures[campaign.id]

    def _decide(self, campaign: Campaign, figures: Figures, room: _Room) -> Pace:
        decision = pace(self._facts(campaign, figures, room, in_turn=True))
        self._on_pace(campaign, decision)
        self._starved |= decision.limit is Limit.TRUNK
        return decision

    def _facts(self, campaign: Campaign, figures: Figures, room: _Room, *, in_turn: bool = False) -> PacingFacts:
        return PacingFacts(
            quota=figures.quota,
            free=room.free,
            starts=self._starts_in_turn() if in_turn else self._starts.available(_time_s()),
            headroom=room.headroom,
            funnel=figures.funnel,
            under_way=figures.under_way,
            slots=figures.slots,
            time_left=figures.time_left,
            reserved=self._settings.reserved,
            allowed=self._breaker(campaign).allowed(self._now()),
            goal=campaign.goal,
            hard=campaign.hard_quota,
        )

    def _starts_in_turn(self) -> int:
        """Where channels are kept for new requests, so is one dial of every second: a kept channel is of no use
        without."""
        kept = 1 if self._settings.reserved and self._settings.starts_per_s >= 2 else 0
        return max(0, self._starts.available(_time_s()) - kept)

    def _standing(self, campaign: Campaign, figures: Figures, decision: Pace) -> Standing:
        return Standing(
            campaign.id,
            figures.quota,
            wants=decision.dial,
            has=self._calls.of(campaign.id),
            time_left=figures.time_left,
            priority=campaign.priority,
        )

    async def _claim(
        self, campaign: Campaign, limit: int, room: _Room, *, least: int = PRIORITY_COLD, at_most: int | None = None
    ) -> int:
        """Claim and start up to `limit` calls; how many there were."""
        if limit <= 0:
            return 0
        now = self._now()
        claimed = await self._queue.claim(
            campaign,
            limit=limit,
            now=now,
            node=self._settings.node,
            lease=timedelta(seconds=self._settings.lease_s),
            least=least,
            at_most=at_most,
        )
        if claimed:
            self._figures.clear()
        for one in claimed:
            began = self._now()
            self._breaker(campaign).started(began)
            self._starts.take(_time_s())
            self._calls.start(one, began)
            by = one.task.deadline_at or deadline(one.task.priority, one.task.due_at)
            if by is not None and now > by:
                log.warning("promise_late", campaign=campaign.slug, late_s=round((now - by).total_seconds()))
        room.less(len(claimed))
        return len(claimed)

    def _breaker(self, campaign: Campaign) -> Breaker:
        return self._breakers.setdefault(campaign.id, Breaker())

    def _tell(self, campaign: Campaign) -> None:
        state = self._breaker(campaign).state(self._now())
        if state is not self._told.get(campaign.id, BreakerState.CLOSED):
            log.warning("line_breaker", campaign=campaign.slug, state=state.value)
            self._on_line(campaign, state)
        self._told[campaign.id] = state


def _time_s() -> float:
    return asyncio.get_running_loop().time()
