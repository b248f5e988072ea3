"""Deals faults to nodes at work, one after the other and beside each other, and watches each until it is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from random import Random

from robot.domain.clock import utc_now
from robot.proving.evidence import UnderWay
from robot.proving.faults.alarms import Alarm, Sample, sample
from robot.proving.faults.base import Kind, Lane, NotNow, Struck
from robot.proving.faults.ground import Ground, Station
from robot.proving.stage import Progress
from telephony.lab.settings import Step

RECOVERS_S = 120.0
POLL_S = 0.25
LONGEST_POLL_S = 2.0
SCRAPE_S = 1.0
AHEAD = 12
"""So many drawn faults are looked at for one whose lane is free."""
TRIES = 30
"""For each fault that is wanted: there may be nothing to break just now."""


@dataclass(frozen=True, slots=True)
class Blow:
    """A fault that was dealt. before: calls under way in that moment. recovered_s: from when its cause was gone; None
    when it was not over in time. alarmed: whether the metric of its alert showed it; None where it has none."""

    kind: Kind
    node: str
    at: datetime
    lifted: datetime
    before: UnderWay
    detail: str
    recovered_s: float | None
    alarmed: bool | None
    wrong: tuple[str, ...]


@dataclass(slots=True)
class _Drawn:
    kind: Kind
    passed_over: int = 0


class Dealer:
    """gap_s: at most so long between two faults. now: calls under way."""

    def __init__(self, ground: Ground, rng: Random, *, gap_s: float, tell: Progress) -> None:
        self._ground = ground
        self._rng = rng
        self._gap_s = gap_s
        self._tell = tell
        self._busy: set[str] = set()
        self._running: set[asyncio.Task[None]] = set()
        self.blows: list[Blow] = []
        self.under_way = UnderWay(0, 0)

    async def deal(self, kinds: Iterator[Kind], wanted: int, *, within_s: float) -> None:
        """So many, or as many as can be begun in time, and until the last one is over. Raises what a fault's own code
        raises."""
        drawn: list[_Drawn] = []
        until_s = time.monotonic() + within_s
        for _ in range(TRIES * wanted):
            if time.monotonic() > until_s:
                break
            if len(self.blows) + len(self._running) >= wanted:
                if not self._running:
                    break
                await self._one_over()
                continue
            while len(drawn) < AHEAD:
                drawn.append(_Drawn(next(kinds)))
            if not self._begin(drawn, wanted):
                await self._one_over()
                continue
            await asyncio.sleep(self._rng.uniform(0.0, self._gap_s))
        while self._running:
            await self._one_over()

    def _begin(self, drawn: list[_Drawn], wanted: int) -> bool:
        """Whether one of them could be begun."""
        for one in drawn:
            if (station := self._free_for(one.kind)) is not None:
                drawn.remove(one)
                taken = self._lanes(one.kind, station)
                self._busy |= taken
                task = asyncio.create_task(self._one(one.kind, station, taken, wanted), name=one.kind.name)
                self._running.add(task)
                return True
            one.passed_over += 1
            if one.passed_over > AHEAD:
                return False  # it has waited long enough: nothing overtakes it any more
        return False

    def _free_for(self, kind: Kind) -> Station | None:
        fit = [one for one in self._ground.stations if kind.fits(one) and not self._lanes(kind, one) & self._busy]
        return self._rng.choice(fit) if fit else None

    def _lanes(self, kind: Kind, station: Station) -> set[str]:
        if kind.lane is Lane.CRM:
            return {Lane.CRM.value}
        if kind.lane is Lane.ALL:
            return {one.node.name for one in self._ground.stations}
        return {station.node.name}

    def _met_by(self, kind: Kind, station: Station) -> list[Station]:
        """Whom it hits."""
        return [station] if kind.lane is Lane.STATION else list(self._ground.stations)

    async def _one_over(self) -> None:
        if not self._running:
            await asyncio.sleep(POLL_S)
            return
        done, self._running = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def _one(self, kind: Kind, station: Station, taken: set[str], wanted: int) -> None:
        at, before = utc_now(), self.under_way
        try:
            async with AsyncExitStack() as stack:
                watch = _Watch(self._met_by(kind, station), kind.alarm)
                await stack.enter_async_context(watch)
                struck = await kind.strike(self._ground, station, self._rng)
                recovered_s = await self._recovered(kind, station, struck)
            blow = Blow(
                kind,
                "" if kind.lane is not Lane.STATION else station.node.name,
                at,
                struck.lifted,
                before,
                struck.detail,
                recovered_s,
                watch.alarmed,
                struck.wrong,
            )
            self.blows.append(blow)
            self._tell(_line(blow, len(self.blows), wanted))
        except NotNow:
            await asyncio.sleep(POLL_S)
        finally:
            self._busy -= taken

    async def _recovered(self, kind: Kind, station: Station, struck: Struck) -> float | None:
        """Seconds until the next client of each node that was hit has heard the robot, and the rest is true."""
        waited = self._met_by(kind, station) if kind.calls_go_on else []
        last, patience_s = struck.lifted, RECOVERS_S
        while waited or not struck.until():
            if patience_s <= 0:
                return None
            for one in tuple(waited):
                one.tail.read()
                heard = one.tail.first_heard(struck.lifted)
                if heard is not None and one.node.alive:
                    waited.remove(one)
                    last = max(last, heard)
            if not waited and not struck.until():
                last = utc_now()
            began_s = time.monotonic()
            await asyncio.sleep(POLL_S)
            # A machine that stands still (a debugger, a virtual one that is moved) does not use up the patience.
            patience_s -= min(time.monotonic() - began_s, LONGEST_POLL_S)
        return (last - struck.lifted).total_seconds()


class _Watch:
    """Scrapes nodes as Prometheus does, while entered."""

    def __init__(self, stations: Sequence[Station], alarm: Alarm | None) -> None:
        self._alarm = alarm
        self._samples: dict[str, list[Sample]] = {one.node.name: [] for one in stations}
        self._stations = stations
        self._scraping: asyncio.Task[None] | None = None

    @property
    def alarmed(self) -> bool | None:
        """Whether any of them showed it."""
        if self._alarm is None:
            return None
        return any(self._alarm.shows(one[0], one[1:]) for one in self._samples.values())

    async def __aenter__(self) -> None:
        if self._alarm is not None:
            await self._scrape()
            self._scraping = asyncio.create_task(self._scrape_on())

    async def __aexit__(self, *_error: object) -> None:
        if self._scraping is not None:
            self._scraping.cancel()
            await asyncio.wait([self._scraping])
            await self._scrape()

    async def _scrape(self) -> None:
        texts = await asyncio.gather(*(one.node.get("/metrics") for one in self._stations))
        for station, text in zip(self._stations, texts, strict=True):
            self._samples[station.node.name].append(sample(text))

    async def _scrape_on(self) -> None:
        while True:
            await self._scrape()
            await asyncio.sleep(SCRAPE_S)


def _line(blow: Blow, number: int, wanted: int) -> Step:
    over = "NOT RECOVERED" if blow.recovered_s is None else f"{blow.recovered_s:.1f} s"
    text = f"{number}/{wanted} {blow.at:%H:%M:%S}  {blow.kind.name}: {blow.detail}; {over}"
    return Step(text, text)


def breaches_of(blows: Sequence[Blow], moments: Sequence[datetime]) -> dict[str, int]:
    """How many of these moments belong to each kind of fault: to the last one that was dealt before; "" before any."""
    found: dict[str, int] = {}
    for moment in moments:
        earlier = [blow for blow in blows if blow.at <= moment]
        name = max(earlier, key=lambda blow: blow.at).kind.name if earlier else ""
        found[name] = found.get(name, 0) + 1
    return found
