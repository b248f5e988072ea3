"""What is known of a campaign when a decision is made; what changes slowly is not asked anew every second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from robot.dialer.funnel import Funnel, UnderWay
from robot.dialer.ports import Progress
from robot.domain.campaigns import Campaign, QuotaState
from robot.domain.goals import Goal

MEASURED = timedelta(days=7)
"""Rates are those of the last week."""

FUNNEL_KEPT = timedelta(seconds=30)
SLOTS_KEPT = timedelta(seconds=30)
PLENTY = 100
"""With so many slots left, a few seconds of other nodes' bookings offer nobody a slot that is not there."""


@dataclass(frozen=True, slots=True)
class Figures:
    """See PacingFacts for what they mean."""

    quota: QuotaState
    under_way: UnderWay
    funnel: Funnel
    slots: int | None
    time_left: timedelta


class Statistics:
    """Reads them."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._funnels: dict[int, tuple[datetime, Funnel]] = {}
        self._slots: dict[int, tuple[datetime, int]] = {}

    async def of(self, campaign: Campaign, now: datetime) -> Figures:
        # In this order: a call that books between two questions is counted twice, never left out.
        under_way = await self._progress.under_way(campaign)
        quota = await self._progress.quota(campaign, now)
        slots = None if campaign.goal is not Goal.MEETING or quota.met else await self._slots_left(campaign, now)
        return Figures(quota, under_way, await self._funnel(campaign, now), slots, time_left(campaign, now))

    async def _funnel(self, campaign: Campaign, now: datetime) -> Funnel:
        at, funnel = self._funnels.get(campaign.id, (None, None))
        if at is None or funnel is None or not at <= now < at + FUNNEL_KEPT:
            funnel = await self._progress.funnel(campaign, now - MEASURED)
            self._funnels[campaign.id] = (now, funnel)
        return funnel

    async def _slots_left(self, campaign: Campaign, now: datetime) -> int:
        at, slots = self._slots.get(campaign.id, (None, 0))
        if at is None or slots < PLENTY or not at <= now < at + SLOTS_KEPT:
            slots = await self._progress.slots_left(campaign, now)
            self._slots[campaign.id] = (now, slots)
        return slots


def time_left(campaign: Campaign, now: datetime) -> timedelta:
    """Until nobody more can be called toward today's quota: till the window closes on the campaign's own clock, or,
    where it is closed there and clients live elsewhere, till the campaign's day ends."""
    zone = ZoneInfo(campaign.timezone)
    tomorrow = datetime.combine(campaign.day(now) + timedelta(days=1), datetime.min.time(), zone)
    closing = campaign.window.closing(now, campaign.timezone)
    return (tomorrow if closing is None else min(closing, tomorrow)) - now
