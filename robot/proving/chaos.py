"""Nodes at work, and fault upon fault: what `zvonar chaos` does, in order."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from robot.domain.campaigns import CampaignState
from robot.domain.clock import utc_now
from robot.proving.audit import Breach, Check, Kill, audit, rings_of
from robot.proving.evidence import Evidence, UnderWay, collect, under_way
from robot.proving.faults.base import Kind
from robot.proving.faults.dealer import Blow, Dealer
from robot.proving.faults.ground import Ground, Wanted, laid
from robot.proving.faults.reckoning import asked_once, delivered_once, waiting
from robot.proving.faults.registry import CONTROL, KINDS, drawn
from robot.proving.figures import Share, slower_than
from robot.proving.scene import Crowd, settle
from robot.proving.stage import Installed, Progress
from robot.storage.errors import StorageError
from telephony.lab.settings import Step

READY_S = 600.0
FULL = 0.9
"""So much of the lines in use is full work."""

SAMPLE_S = 0.5
STANDSTILL_S = 5.0
"""Late by so much: the machine itself stood still, and with it all nodes, their leases over when it goes on."""
DELIVERED_S = 180.0
"""For what still waits to go to the CRM when the last fault is over."""
SERVICE_S = 2.0
NOTHING = UnderWay(0, 0)
NO_SHARE = Share(0, 0.0)
LISTENERS, BUYERS = 4500, 1500


@dataclass(frozen=True, slots=True)
class Plan:
    """calls: under way on all nodes together. faults: how many, of the kinds `only` (all where it is empty), by `seed`.
    gap_s: at most between two that fit beside each other. within_s: after so long no more are begun. recognizer: ""
    for the best installed."""

    nodes: int = 3
    calls: int = 50
    faults: int = 60
    only: tuple[str, ...] = ()
    seed: int = 1
    gap_s: float = 2.0
    hard_quota: int = 30
    fill_s: float = 60.0
    ring_timeout_s: float = 10.0
    lease_s: float = 24.0
    drain_s: float = 45.0
    within_s: float = 3600.0
    recognizer: str = ""

    def __post_init__(self) -> None:
        if unknown := set(self.only) - set(KINDS):
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")

    def quick(self) -> Plan:
        """The same with short ringing, leases and drain: what a test has time for."""
        return replace(self, ring_timeout_s=7.0, lease_s=18.0, drain_s=10.0)

    def kinds(self) -> Sequence[Kind]:
        return [kind for name, kind in KINDS.items() if not self.only or name in self.only]

    def channels(self, node: int) -> int:
        """Of the node with this number, from 0."""
        return self.calls // self.nodes + (node < self.calls % self.nodes)

    @property
    def crowd(self) -> Crowd:
        minutes = 4 + self.faults / 4
        listeners = min(LISTENERS, round(self.calls * 5 * minutes))
        return Crowd(listeners, min(BUYERS, self.calls * 6), self.hard_quota, listening=10 * self.hard_quota)


@dataclass(frozen=True, slots=True)
class Stall:
    """The machine stood still until then."""

    until: datetime
    seconds: float


@dataclass(slots=True)
class Trial:
    """What happened."""

    plan: Plan
    checks: list[Check] = field(default_factory=list)
    blows: list[Blow] = field(default_factory=list)
    most: UnderWay = NOTHING
    evidence: Evidence | None = None
    rings: int = 0
    answers: int = 0
    took_s: float = 0.0
    cannot: tuple[str, ...] = ()
    """Kinds of faults that this machine does not allow."""
    ends: dict[str, str] = field(default_factory=dict)
    """How each node ended that was told to."""
    stalls: list[Stall] = field(default_factory=list)
    restarts: int = 0
    """Nodes that ended unasked, and were started again."""
    excused: list[Breach] = field(default_factory=list)
    """Breaches just after the whole machine had stood still: told, and not counted against the product."""
    late_words: Share = NO_SHARE
    """Utterances whose words took longer than a second."""
    late_frames: Share = NO_SHARE
    """Frames of audio that left later than the next one was due."""

    @property
    def ok(self) -> bool:
        return all(not check.breaches for check in self.checks)


async def run_trial(plan: Plan, installed: Installed, progress: Progress, *, keep: Path | None = None) -> Trial:
    """keep: for copies of logs and journals. Raises ProvingError, LabError, StorageError when it could not be run."""
    trial = Trial(plan)
    began_s = time.monotonic()
    wanted = Wanted(
        [plan.channels(number) for number in range(plan.nodes)], _environment(plan), plan.lease_s, plan.seed
    )
    async with laid(installed, wanted, progress, keep) as ground:
        await settle(ground.storage, plan.crowd, now=utc_now())
        await _Course(plan, ground, trial, progress).run()
    trial.took_s = time.monotonic() - began_s
    return trial


def _environment(plan: Plan) -> dict[str, str]:
    named = {"ZVONAR_SPEECH__RECOGNIZER": plan.recognizer} if plan.recognizer else {}
    return {
        "ZVONAR_SPEECH__RECOGNIZER_THREADS": "1",
        "ZVONAR_DIALER__RING_TIMEOUT_S": str(plan.ring_timeout_s),
        "ZVONAR_DIALER__LEASE_S": str(plan.lease_s),
        "ZVONAR_DIALER__DRAIN_S": str(plan.drain_s),
        "ZVONAR_DIALER__RESERVED": "0",
        **named,
    }


def _over(kill: Kill) -> datetime:
    """When nothing is left of a killed node's leases, and others have looked."""
    return kill.at + kill.lease + timedelta(seconds=5)


class _Course:
    """One trial on its ground."""

    def __init__(self, plan: Plan, ground: Ground, trial: Trial, progress: Progress) -> None:
        self._plan = plan
        self._ground = ground
        self._trial = trial
        self._tell = progress
        rng = Random(plan.seed)
        self._rng = rng
        self._dealer = Dealer(ground, rng, gap_s=plan.gap_s, tell=progress)

    async def run(self) -> None:
        watching = asyncio.create_task(self._watch())
        self._ground.away |= {one.node.name for one in self._ground.stations}  # until they are started first
        serving = asyncio.create_task(self._serve())
        try:
            self._tell(Step("Запускаю узлы…", "Starting the nodes…"))
            for station in self._ground.stations:
                await station.start()
                self._ground.away.discard(station.node.name)
            await asyncio.gather(*(station.node.ready(READY_S) for station in self._ground.stations))
            await self._fill()
            await self._dealer.deal(drawn(self._possible(), self._rng), self._plan.faults, within_s=self._plan.within_s)
            self._trial.blows = self._dealer.blows
            await self._outlast_leases()
            await self._deliver()
            await self._read_metrics()
            serving.cancel()
            await self._drain()
        finally:
            for side in (watching, serving):
                side.cancel()
            await asyncio.wait([watching, serving])
        await self._count()

    def _possible(self) -> Sequence[Kind]:
        kinds = self._plan.kinds()
        fit = [kind for kind in kinds if any(map(kind.fits, self._ground.stations))]
        self._trial.cannot = tuple(kind.name for kind in kinds if kind not in fit)
        if self._trial.cannot:
            names = ", ".join(self._trial.cannot)
            self._tell(Step(f"Здесь невозможны: {names}", f"Not possible here: {names}"))
        return fit

    async def _watch(self) -> None:
        while True:
            with contextlib.suppress(StorageError):
                now = await under_way(self._ground.storage.database)
                self._dealer.under_way = now
                most = self._trial.most
                self._trial.most = UnderWay(max(most.calls, now.calls), max(most.talks, now.talks))
            began_s = time.monotonic()
            await asyncio.sleep(SAMPLE_S)
            if (took_s := time.monotonic() - began_s) > STANDSTILL_S:
                self._trial.stalls.append(Stall(utc_now(), took_s))

    async def _serve(self) -> None:
        """The service manager: whoever ends unasked is started again, as a unit with Restart= is."""
        while True:
            for one in self._ground.stations:
                if not one.node.alive and one.node.name not in self._ground.away:
                    self._trial.restarts += 1
                    await one.start()
            await asyncio.sleep(SERVICE_S)

    async def _fill(self) -> None:
        """Until the lines are in use."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._plan.fill_s):
                while self._dealer.under_way.calls < FULL * self._plan.calls:
                    await asyncio.sleep(SAMPLE_S)
        now = self._dealer.under_way
        self._tell(Step(f"Звонков идёт: {now.calls}, разговоров: {now.talks}", f"Calls: {now.calls}"))

    # The end

    async def _outlast_leases(self) -> None:
        for kill in self._ground.kills:
            await asyncio.sleep(max(0.0, (_over(kill) - utc_now()).total_seconds()))

    async def _deliver(self) -> None:
        """No more calls, and what they left for the CRM goes there."""
        for slug in (one.slug for one in await self._ground.storage.queue.campaigns()):
            await self._ground.storage.campaigns.set_state(slug, CampaignState.PAUSED)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DELIVERED_S):
                while self._dealer.under_way.calls or await waiting(self._ground.storage.database):
                    await asyncio.sleep(SAMPLE_S)

    async def _read_metrics(self) -> None:
        texts = [text for one in self._ground.stations if (text := await one.node.get("/metrics")) is not None]
        self._trial.late_words = slower_than(texts, "zvonar_recognition_seconds", 1.0)
        self._trial.late_frames = slower_than(texts, "zvonar_frame_lateness_seconds", 0.02)

    async def _drain(self) -> None:
        self._tell(Step("Прошу узлы закончить (SIGTERM)…", "Telling the nodes to finish (SIGTERM)…"))
        nodes = [one.node for one in self._ground.stations]
        alive = [node for node in nodes if node.alive]
        codes = await asyncio.gather(*(node.stop(self._plan.drain_s + 60) for node in alive))
        self._trial.ends = {
            node.name: "killed after the drain" if code is None else f"exit code {code}"
            for node, code in zip(alive, codes, strict=True)
        } | {node.name: "died" for node in nodes if node not in alive}

    async def _count(self) -> None:
        trial, ground = self._trial, self._ground
        trial.evidence = await collect(ground.storage.database)
        for station in ground.stations:
            station.tail.read()
        journals = [station.tail.entries for station in ground.stations]
        trial.rings = sum(len(rings_of(journal)) for journal in journals)
        trial.answers = sum(ring.answered for journal in journals for ring in rings_of(journal))
        trial.checks = audit(trial.evidence, journals, ground.kills)
        trial.checks.append(await delivered_once(ground.storage.database, ground.crm.portal))
        trial.checks.append(await asked_once(ground.storage.database, ground.asked))
        trial.checks = [self._without_stalls(check) for check in trial.checks]
        trial.checks += [_recovered(trial.blows), _unharmed(trial.blows), _survived(trial.ends)]

    def _without_stalls(self, check: Check) -> Check:
        """What happened from when the machine stood still until all leases of that time are over is set apart."""
        after = timedelta(seconds=self._plan.lease_s + self._plan.ring_timeout_s + 10)
        spans = [(one.until - timedelta(seconds=one.seconds), one.until + after) for one in self._trial.stalls]
        excused = [one for one in check.breaches if one.at and any(a <= one.at <= b for a, b in spans)]
        self._trial.excused += excused
        return replace(check, breaches=tuple(one for one in check.breaches if one not in excused))


def _recovered(blows: Sequence[Blow]) -> Check:
    breaches = [
        Breach(f"{blow.kind.name} on {blow.node or 'all nodes'}: {blow.detail}", blow.at)
        for blow in blows
        if blow.recovered_s is None
    ]
    if not blows:
        breaches.append(Breach("no fault could be dealt"))
    return Check(
        "recovered",
        "Сбоев, после которых служба не вернулась сама",
        "Faults after which the service did not come back by itself",
        len(blows),
        tuple(breaches),
    )


def _unharmed(blows: Sequence[Blow]) -> Check:
    return Check(
        "unharmed",
        "Ответов на негодный ввод и всплеск заявок, каких быть не должно",
        "Answers to malformed input and to a burst that must not be",
        sum(blow.kind.name in {"bad_webhook", "burst"} for blow in blows),
        tuple(Breach(f"{blow.kind.name}: {what}", blow.at) for blow in blows for what in blow.wrong),
    )


def _survived(ends: dict[str, str]) -> Check:
    return Check(
        "nodes_survived",
        "Узлов, которые не пережили чужих сбоев или не остановились чисто",
        "Nodes that did not survive the others' faults, or did not stop in order",
        len(ends),
        tuple(Breach(f"{name}: {end}") for name, end in ends.items() if end != "exit code 0"),
    )


__all__ = ["CONTROL", "KINDS", "Blow", "Plan", "Trial", "run_trial"]
