"""The simulated day itself: the real dialer over the real store, from midnight to midnight in Moscow."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from random import Random
from uuid import uuid4

from robot.dialer.worker import Dialer, DialerSettings
from robot.domain.calls import CallResult
from robot.domain.campaigns import Campaign
from robot.domain.caps import ContactPolicy
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.domain.priorities import PRIORITY_REQUEST
from robot.domain.retry import RetryPolicy
from robot.domain.rules import DialingRules
from robot.domain.stops import StopPattern
from robot.simulation.alarm import Alarm
from robot.simulation.caller import SimulatedCaller
from robot.simulation.clock import VirtualLoop, clock_from
from robot.simulation.plans import inputs
from robot.simulation.records import Dial, Inputs
from robot.storage.memory import MemoryStorage

DAY = timedelta(days=1)
NODE = "simulation"
CHANNELS, RESERVED = 60, 6
STARTS_PER_S = 10.0
ROUND_S = 1800.0
"""A round is also made as soon as something changes; see Alarm."""
LEASE_S = 600.0
"""Nobody dies here; fewer renewals are a faster day."""

OFFICE = 2
"""Managers of each campaign."""
POOL = tuple(f"+7495200000{n}" for n in range(5))

DIALED_BEFORE = 0.05
"""Part of the cold list that was dialed the day before, twice."""


@dataclass(frozen=True, slots=True)
class Day:
    """What came of it. dials: the caller's own log; booked: what the store says of each campaign's quota."""

    inputs: Inputs
    dials: Sequence[Dial]
    booked: Mapping[str, int]


def live(leads: int, seed: int) -> Day:
    """Live through the day of so many leads. The same seed gives the same day."""
    given = inputs(leads, seed)
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_Robot(given, seed).day())


class _Robot:
    def __init__(self, given: Inputs, seed: int) -> None:
        self._given = given
        self._rng = Random(seed + 1)
        limits = given.limits
        self._rules = DialingRules(
            contact=ContactPolicy(limits.per_day, limits.per_week, limits.ever, limits.pause), callers=POOL
        )
        self._store = MemoryStorage(self._rules)
        self._caller = SimulatedCaller(
            self._store.calls, self._store.calendar, self._rng, channels=CHANNELS, now=self._now
        )
        self._campaigns: dict[str, Campaign] = {}

    def _now(self) -> datetime:
        return clock_from(self._given.start)

    async def day(self) -> Day:
        given, store = self._given, self._store
        try:
            await self._found()
            await self._yesterday()
            settings = DialerSettings(
                NODE, round_s=ROUND_S, lease_s=LEASE_S, drain_s=600.0, reserved=RESERVED, starts_per_s=STARTS_PER_S
            )
            dialer = Dialer(
                store.queue,
                store.progress,
                store.attempts,
                self._caller,
                settings,
                wake=Alarm(store, self._now),
                now=self._now,
            )
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            loop.call_at((given.end - given.start).total_seconds(), stop.set)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._people_ask())
                group.create_task(self._people_are_stopped())
                group.create_task(dialer.run(stop))
            booked = {
                slug: (await store.progress.quota(campaign, given.end - timedelta(seconds=1))).booked
                for slug, campaign in self._campaigns.items()
            }
        finally:
            await store.database.close()
        return Day(given, sorted(self._caller.dials, key=lambda dial: dial.at), booked)

    async def _found(self) -> None:
        """Campaigns, managers, lists, and what was stopped before."""
        given, store = self._given, self._store
        for plan in given.plans:
            campaign = await store.campaigns.ensure(plan.campaign())
            self._campaigns[plan.slug] = campaign
            for n in range(OFFICE):
                await store.managers.ensure(f"{plan.slug} {n + 1}", WorkingHours(), campaigns=[campaign.id])
        await self._stop_until(given.start)
        order = sorted(given.queued, key=lambda one: (one.slug, one.due_at))
        for (slug, due_at), some in groupby(order, key=lambda one: (one.slug, one.due_at)):
            leads = [given.clients[one.phone].lead for one in some]
            since = due_at - DAY if due_at == given.start else due_at
            await store.leads.add(self._campaigns[slug].id, leads, now=given.start - DAY, due_at=since)

    async def _yesterday(self) -> None:
        """Some were dialed the day before, and again, to no avail: caps and retries begin with a history."""
        store, cold = self._store, self._campaigns["cold"]
        wanted = round(sum(one.slug == "cold" for one in self._given.queued) * DIALED_BEFORE)
        for hours in (14, 17):
            at = self._given.start - DAY + timedelta(hours=hours)
            for one in await store.queue.claim(cold, limit=wanted, now=at, node=NODE, lease=timedelta(minutes=9)):
                attempt_id = uuid4()
                begun = await store.attempts.begin(one, attempt_id=attempt_id, node=NODE, now=at)
                if begun is None:
                    continue
                result = CallResult(Outcome.BUSY, at + timedelta(seconds=20))
                retry_at = RetryPolicy().next_due(result, attempts=one.task.attempts + 1, zones=one.lead.zones)
                await store.attempts.finish(attempt_id, result, retry_at=retry_at)
                self._caller.dials.append(Dial(one.lead.phone, cold.slug, at, result.outcome, ended_at=result.ended_at))

    async def _people_ask(self) -> None:
        for request in self._given.requests:
            await self._until(request.at)
            lead = self._given.clients[request.phone].lead
            campaign = self._campaigns[request.slug]
            await self._store.leads.add(campaign.id, [lead], now=self._now(), priority=PRIORITY_REQUEST)

    async def _people_are_stopped(self) -> None:
        for stop in self._given.stops:
            if stop.at > self._given.start:
                await self._until(stop.at)
                await self._stop(stop.entry)

    async def _stop_until(self, moment: datetime) -> None:
        for stop in self._given.stops:
            if stop.at <= moment:
                await self._stop(stop.entry)

    async def _stop(self, entry: str) -> None:
        stop_list = self._store.stop_list
        if entry.endswith("?"):
            await stop_list.add_pattern(StopPattern.parse(entry), reason="simulated", now=self._now())
        else:
            await stop_list.add(entry, reason="simulated", now=self._now())

    async def _until(self, moment: datetime) -> None:
        await asyncio.sleep(max(0.0, (moment - self._now()).total_seconds()))
