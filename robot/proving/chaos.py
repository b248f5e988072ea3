"""Nodes at work, and one fault after the other: what `zvonar chaos` does, in order."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from robot.domain.clock import utc_now
from robot.proving.audit import Check, Kill, audit, rings_of
from robot.proving.errors import ProvingError
from robot.proving.evidence import Evidence, UnderWay, collect, under_way
from robot.proving.figures import Share, slower_than
from robot.proving.scene import Crowd, settle
from robot.proving.stage import Installed, Progress, Stage, set_up
from robot.storage.errors import StorageError
from robot.storage.store import Storage, open_storage
from telephony.lab import lab as stand
from telephony.lab.processes import Daemon
from telephony.lab.settings import Step

READY_S = 120.0
FULL = 0.96
"""So much of the lines in use is full work."""

SAMPLE_S = 0.5
NOTHING = UnderWay(0, 0)
NO_SHARE = Share(0, 0.0)

FAULTS = ("kill", "postgres", "asterisk", "ami")


@dataclass(frozen=True, slots=True)
class Plan:
    """calls: under way on all nodes together. faults: those of FAULTS, in this order. pause_s: of work after each.
    recognizer: "" for the best installed."""

    nodes: int = 3
    calls: int = 50
    hard_quota: int = 6
    faults: tuple[str, ...] = FAULTS
    pause_s: float = 20.0
    fill_s: float = 60.0
    ring_timeout_s: float = 15.0
    lease_s: float = 30.0
    drain_s: float = 45.0
    recognizer: str = ""

    def __post_init__(self) -> None:
        if unknown := set(self.faults) - set(FAULTS):
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")

    def quick(self) -> Plan:
        """The same with short ringing, leases and drain: what a test has time for."""
        return replace(self, ring_timeout_s=7.0, lease_s=18.0, drain_s=15.0)

    def channels(self, node: int) -> int:
        """Of the node with this number, from 0."""
        return self.calls // self.nodes + (node < self.calls % self.nodes)

    @property
    def crowd(self) -> Crowd:
        minutes = 3 + len(self.faults)
        return Crowd(self.calls * 5 * minutes, self.calls * 2, self.hard_quota, listening=10 * self.hard_quota)


@dataclass(frozen=True, slots=True)
class Blow:
    """A fault that was dealt. before: calls under way in that moment."""

    name: str
    at: datetime
    before: UnderWay
    detail: str


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
    ends: dict[str, str] = field(default_factory=dict)
    """How each node ended that was told to."""
    late_words: Share = NO_SHARE
    """Utterances whose words took longer than a second."""
    late_frames: Share = NO_SHARE
    """Frames of audio that left later than the next one was due."""

    @property
    def ok(self) -> bool:
        return all(not check.broken for check in self.checks)


async def run_trial(plan: Plan, installed: Installed, progress: Progress, *, keep: Path | None = None) -> Trial:
    """keep: for copies of logs and journals. Raises ProvingError, LabError, StorageError when it could not be run."""
    trial = Trial(plan)
    began_s = time.monotonic()
    environment = _environment(plan)
    async with (
        set_up(installed, nodes=plan.nodes, environment=environment, progress=progress, keep=keep) as stage,
        open_storage(stage.cluster.address) as storage,
    ):
        await settle(storage, plan.crowd, now=utc_now())
        await _Course(plan, stage, storage, trial, progress).run()
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
    """One trial on its stage."""

    def __init__(self, plan: Plan, stage: Stage, storage: Storage, trial: Trial, progress: Progress) -> None:
        self._plan = plan
        self._stage = stage
        self._storage = storage
        self._trial = trial
        self._tell = progress
        self._now = NOTHING
        self._kills: list[Kill] = []

    async def run(self) -> None:
        watching = asyncio.create_task(self._watch())
        try:
            self._tell(Step("Запускаю узлы…", "Starting the nodes…"))
            for number, node in enumerate(self._stage.nodes):
                await node.start(ZVONAR_DIALER__CHANNELS=str(self._plan.channels(number)))
            await asyncio.gather(*(node.ready(READY_S) for node in self._stage.nodes))
            await self._fill()
            for name in self._plan.faults:
                await self._deal(name)
                await asyncio.sleep(self._plan.pause_s)
                await self._bring_back()
            await self._outlast_leases()
            await self._read_metrics()
            await self._drain()
        finally:
            watching.cancel()
            await asyncio.wait([watching])
        await self._count()

    async def _watch(self) -> None:
        while True:
            with contextlib.suppress(StorageError):
                self._now = now = await under_way(self._storage.database)
                most = self._trial.most
                self._trial.most = UnderWay(max(most.calls, now.calls), max(most.talks, now.talks))
            await asyncio.sleep(SAMPLE_S)

    async def _fill(self) -> None:
        """Until the lines are in use."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._plan.fill_s):
                while self._now.calls < FULL * self._plan.calls:
                    await asyncio.sleep(SAMPLE_S)
        self._tell(Step(f"Звонков идёт: {self._now.calls}, разговоров: {self._now.talks}", f"Calls: {self._now.calls}"))

    # The faults

    async def _deal(self, name: str) -> None:
        faults: dict[str, Callable[[], Awaitable[str]]] = {
            "kill": self._kill_node,
            "postgres": self._restart_postgres,
            "asterisk": self._restart_asterisk,
            "ami": self._cut_ami,
        }
        at, before = utc_now(), self._now
        detail = await faults[name]()
        self._trial.blows.append(Blow(name, at, before, detail))
        self._tell(Step(f"{at:%H:%M:%S}  {name}: {detail}", f"{at:%H:%M:%S}  {name}: {detail}"))

    async def _kill_node(self) -> str:
        node = self._stage.nodes[-1]
        await node.kill()
        self._kills.append(Kill(node.name, utc_now(), timedelta(seconds=self._plan.lease_s)))
        return f"kill -9 {node.name}"

    async def _restart_postgres(self) -> str:
        began_s = time.monotonic()
        await self._stage.cluster.stop()
        await asyncio.sleep(2.0)  # the nodes are to notice
        await self._stage.cluster.start()
        return f"stopped at once, away for {time.monotonic() - began_s:.1f} s"

    async def _restart_asterisk(self) -> str:
        lab = self._stage.nodes[0].lab
        process = Daemon("pbx", lab.directory).process
        if process is None:
            raise ProvingError("the Asterisk to be restarted does not run")
        began_s = time.monotonic()
        process.kill()
        await stand.up(lab, lambda _step: None)
        return f"kill -9 of the PBX of {self._stage.nodes[0].name}, back after {time.monotonic() - began_s:.1f} s"

    async def _cut_ami(self) -> str:
        number = min(1, len(self._stage.nodes) - 1)
        cable = self._stage.cables[number]
        before = cable.cuts
        await cable.cut(for_s=3.0)
        return f"{self._stage.nodes[number].name}: {cable.cuts - before} connection cut, 3 s without a new one"

    async def _bring_back(self) -> None:
        """Killed nodes whose work others have taken over by now: as after a repair."""
        for kill in self._kills:
            node = next(one for one in self._stage.nodes if one.name == kill.node)
            if not node.alive and utc_now() > _over(kill):
                await node.start(ZVONAR_DIALER__CHANNELS=str(self._plan.channels(self._stage.nodes.index(node))))
                self._tell(Step(f"{node.name} снова запущен", f"{node.name} is started again"))

    # The end

    async def _outlast_leases(self) -> None:
        for kill in self._kills:
            await asyncio.sleep(max(0.0, (_over(kill) - utc_now()).total_seconds()))

    async def _read_metrics(self) -> None:
        texts = [text for node in self._stage.nodes if (text := await node.get("/metrics")) is not None]
        self._trial.late_words = slower_than(texts, "zvonar_recognition_seconds", 1.0)
        self._trial.late_frames = slower_than(texts, "zvonar_frame_lateness_seconds", 0.02)

    async def _drain(self) -> None:
        self._tell(Step("Прошу узлы закончить (SIGTERM)…", "Telling the nodes to finish (SIGTERM)…"))
        alive = [node for node in self._stage.nodes if node.alive]
        codes = await asyncio.gather(*(node.stop(self._plan.drain_s + 30) for node in alive))
        self._trial.ends = {
            node.name: "killed after the drain" if code is None else f"exit code {code}"
            for node, code in zip(alive, codes, strict=True)
        }
        for node in self._stage.nodes:
            if node not in alive and all(kill.node != node.name for kill in self._kills):  # unasked
                self._trial.ends[node.name] = "died"

    async def _count(self) -> None:
        trial = self._trial
        trial.evidence = await collect(self._storage.database)
        journals = self._stage.journal()
        trial.rings = sum(len(rings_of(journal)) for journal in journals)
        trial.answers = sum(ring.answered for journal in journals for ring in rings_of(journal))
        trial.checks = audit(trial.evidence, journals, self._kills)
        bad = tuple(f"{name}: {end}" for name, end in trial.ends.items() if end != "exit code 0")
        trial.checks.append(
            Check(
                "nodes_survived",
                "Узлов, которые не пережили чужих сбоев или не остановились чисто",
                "Nodes that did not survive the others' faults, or did not stop in order",
                len(trial.ends),
                bad,
            )
        )
