"""Many nodes on one database and one virtual clock: the real dialers over the real store, thousands of calls at once.

One node dies in the middle of it and comes back later; whatever it had is another's in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import groupby
from random import Random
from uuid import UUID

from robot.dialer.worker import Dialer, DialerSettings
from robot.domain.calls import CallResult
from robot.domain.campaigns import Campaign
from robot.domain.caps import ContactPolicy
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.domain.priorities import PRIORITY_REQUEST
from robot.domain.rules import DialingRules
from robot.simulation.caller import SimulatedCaller
from robot.simulation.clock import VirtualLoop, clock_from
from robot.simulation.fleet_plans import Fleet, fleet_inputs
from robot.simulation.mortal import Life, Load, MortalStore
from robot.simulation.records import Dial, Inputs
from robot.storage.store import Storage

DAY = timedelta(days=1)
STARTS_PER_S = 15.0
LEASE_S = 60.0
DRAIN_S = 300.0
DIES, RETURNS = 0.4, 0.7
"""Of the time that is simulated."""
MANAGERS = 6
"""Of each campaign that sells: with slots for all it may book."""
CHUNK = 2000

OpenStore = Callable[[], Storage]
Told = Callable[[float, int], None]
"""Minutes that are lived, and calls under way."""


@dataclass(slots=True)
class Lived:
    """What came of it. dials: of all nodes, by their start; by_node: the same apart. spent: kopecks as the store
    counted them, every second; most, full_s: calls at once, and for how many seconds nearly all channels were taken.
    rescued: attempts the dead node left behind."""

    fleet: Fleet
    inputs: Inputs
    dials: Sequence[Dial] = ()
    by_node: Mapping[str, Sequence[Dial]] = field(default_factory=dict)
    booked: Mapping[str, int] = field(default_factory=dict)
    spent: list[int] = field(default_factory=list)
    most: int = 0
    full_s: int = 0
    rescued: int = 0
    over_channels: int = 0
    load: Load = field(default_factory=Load)
    steady: tuple[float, int, int] = (0.0, 0, 0)
    """While nearly all channels were taken: seconds, statements, transactions."""


def rules_of(fleet: Fleet, inputs: Inputs) -> DialingRules:
    limits = inputs.limits
    contact = ContactPolicy(limits.per_day, limits.per_week, limits.ever, limits.pause)
    return DialingRules(contact=contact, ceiling_kopecks=fleet.ceiling_kopecks)


class FleetCaller(SimulatedCaller):
    """Knows whose end the store has not been told yet: what the node's death leaves open."""

    def __init__(
        self, life: Life, seen: MortalStore, rng: Random, *, channels: int, now: Callable[[], datetime], grid_s: float
    ) -> None:
        super().__init__(seen.calls, seen.calendar, rng, channels=channels, now=now, grid_s=grid_s)
        self._life = life
        self._open: dict[UUID, Dial] = {}
        self.most = 0

    @property
    def under_way(self) -> int:
        return self._under_way

    def begun(self, attempt_id: UUID, dial: Dial) -> None:
        self._forget()
        self._open[attempt_id] = dial
        self.most = max(self.most, self._under_way)

    def _complete(self, dial: Dial, result: CallResult) -> None:
        if not self._life.dead:  # else its end has been written down
            super()._complete(dial, result)

    def _forget(self) -> None:
        for attempt in self._life.finished & self._open.keys():
            del self._open[attempt]
        self._life.finished.clear()

    def die(self, now: datetime) -> int:
        """Its calls end; what was not written down has not been. How many there were."""
        self._forget()
        left = {one: dial for one, dial in self._open.items() if one not in self._life.finishing}
        for dial in left.values():
            dial.outcome, dial.meeting, dial.callback_at = Outcome.INTERRUPTED, None, None
            dial.counts = dial.answered_at is not None
            dial.ended_at = min(dial.ended_at or now, now)
        return len(left)


@dataclass(slots=True)
class _Node:
    name: str
    life: Life
    caller: FleetCaller
    stop: asyncio.Event
    running: asyncio.Task[None]


class Simulation:
    """open_store: another view on one and the same database."""

    def __init__(self, fleet: Fleet, open_store: OpenStore, told: Told = lambda _minutes, _calls: None) -> None:
        self._fleet = fleet
        self._given = fleet_inputs(fleet)
        self._open_store = open_store
        self._told = told
        self._nodes: dict[str, _Node] = {}
        self._past: list[tuple[str, FleetCaller]] = []
        self._campaigns: dict[str, Campaign] = {}
        self.lived = Lived(fleet, self._given)

    def _now(self) -> datetime:
        return clock_from(self._given.start) - timedelta(seconds=self._began_s)

    async def run(self) -> Lived:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)  # noqa: S101 - there is no other way to run it
        self._loop = loop
        self._began_s = 0.0
        async with AsyncExitStack() as stack:
            store = self._open_store()
            stack.push_async_callback(store.database.close)
            with loop.outside():
                await self._found(store)
            self._began_s = loop.time()
            for number in range(self._fleet.nodes):
                await stack.enter_async_context(self._node(f"node-{number + 1}", seed=number))
            await self._live(store, stack)
        return self.lived

    async def _live(self, store: Storage, stack: AsyncExitStack) -> None:
        span_s = self._fleet.minutes * 60
        sides = [asyncio.create_task(one) for one in (self._people_ask(store), self._people_are_stopped(store))]
        watching = asyncio.create_task(self._watch(store))
        await self._until_s(span_s * DIES)
        dead = f"node-{self._fleet.nodes}"
        self._die(self._nodes.pop(dead))
        await self._until_s(span_s * RETURNS)
        await stack.enter_async_context(self._node(dead, seed=1000))
        await self._until_s(span_s)
        await asyncio.gather(*sides)
        for node in self._nodes.values():
            node.stop.set()
        await asyncio.gather(*(node.running for node in self._nodes.values()))
        watching.cancel()
        await asyncio.wait([watching])
        await self._count(store)

    async def _count(self, store: Storage) -> None:
        lived, callers = self.lived, self._past
        lived.by_node = {}
        for name, caller in callers:
            lived.by_node = {**lived.by_node, name: [*lived.by_node.get(name, ()), *caller.dials]}
            lived.over_channels += caller.most > self._fleet.channels
        lived.dials = sorted((dial for _, caller in callers for dial in caller.dials), key=lambda dial: dial.at)
        with self._loop.outside():
            lived.booked = {
                slug: (await store.progress.quota(campaign, self._now())).booked
                for slug, campaign in self._campaigns.items()
            }

    @asynccontextmanager
    async def _node(self, name: str, *, seed: int) -> AsyncIterator[None]:
        store, life, stop = self._open_store(), Life(), asyncio.Event()
        seen = MortalStore(store, life, self.lived.load)
        rng = Random(self._fleet.seed * 10_000 + seed)
        fleet, now = self._fleet, self._now
        caller = FleetCaller(life, seen, rng, channels=fleet.channels, now=now, grid_s=fleet.grid_s)
        reserved = min(2, self._fleet.channels - 1)
        settings = DialerSettings(name, self._fleet.round_s, LEASE_S, DRAIN_S, reserved, STARTS_PER_S)
        dialer = Dialer(seen.queue, seen.progress, seen.attempts, caller, settings, now=self._now)
        running = asyncio.create_task(dialer.run(stop), name=name)
        self._nodes[name] = _Node(name, life, caller, stop, running)
        self._past.append((name, caller))
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait([running])
            await store.database.close()

    def _die(self, node: _Node) -> None:
        """kill -9: nothing is written any more, and nobody is told."""
        node.life.dead = True
        self.lived.rescued = node.caller.die(self._now())

    async def _watch(self, store: Storage) -> None:
        load, lived = self.lived.load, self.lived
        before: tuple[int, int] | None = None
        while True:
            calls = sum(node.caller.under_way for node in self._nodes.values())
            lived.most = max(lived.most, calls)
            full = calls >= 0.97 * self._fleet.channels * len(self._nodes) - 2 * len(self._nodes)
            lived.full_s += full
            if full and before is not None:
                seconds, statements, transactions = lived.steady
                lived.steady = (
                    seconds + 1,
                    statements + load.statements - before[0],
                    transactions + load.transactions - before[1],
                )
            before = (load.statements, load.transactions) if full else None
            with self._loop.outside():
                lived.spent.append(await store.spending.spent(self._now()))
            self._told((self._loop.time() - self._began_s) / 60, calls)
            await asyncio.sleep(1.0)

    # What it begins with, and what happens meanwhile

    async def _found(self, store: Storage) -> None:
        given = self._given
        for plan in given.plans:
            campaign = await store.campaigns.ensure(plan.campaign())
            self._campaigns[plan.slug] = campaign
            if plan.hard:
                for number in range(MANAGERS):
                    hours = WorkingHours(opens=time(0), closes=time(23, 30), weekdays=frozenset(range(7)))
                    await store.managers.ensure(f"{plan.slug} {number}", hours, campaigns=[campaign.id])
        for stop in given.stops:
            if stop.at <= given.start:
                await store.stop_list.add(stop.entry, reason="simulated", now=given.start)
        for slug, some in groupby(given.queued, key=lambda one: one.slug):
            leads = [given.clients[one.phone].lead for one in some]
            for first in range(0, len(leads), CHUNK):
                part = leads[first : first + CHUNK]
                since = given.start - DAY
                await store.leads.add(self._campaigns[slug].id, part, now=since, due_at=since)

    async def _people_ask(self, store: Storage) -> None:
        for request in self._given.requests:
            await self._until(request.at)
            lead, campaign = self._given.clients[request.phone].lead, self._campaigns[request.slug]
            with self._loop.outside():
                await store.leads.add(campaign.id, [lead], now=self._now(), priority=PRIORITY_REQUEST)

    async def _people_are_stopped(self, store: Storage) -> None:
        for stop in self._given.stops:
            if stop.at > self._given.start:
                await self._until(stop.at)
                with self._loop.outside():
                    await store.stop_list.add(stop.entry, reason="simulated", now=self._now())

    async def _until(self, moment: datetime) -> None:
        await asyncio.sleep(max(0.0, (moment - self._now()).total_seconds()))

    async def _until_s(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, self._began_s + seconds - self._loop.time()))
