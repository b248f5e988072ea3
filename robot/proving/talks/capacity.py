"""`zvonar bench capacity`: more and more talks at once, until the robot answers too late or its audio does.

The clients talk without end, as people do. What is written of a call is written to a real store, as of any call.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

from robot.crm.base import NewLead
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.clock import utc_now
from robot.domain.goals import Goal
from robot.proving.talks.cpu import Load, Profile, load, rss_mb, spent
from robot.proving.talks.plan import FAREWELLS, TALKING, Call, Room, Utterance, number_of, room_of
from robot.proving.talks.report import Figures, percentiles, share
from robot.proving.talks.robot import ZONE, Account, MeasuredRobot, Parts, facts
from robot.proving.talks.speech import Sentence
from robot.proving.talks.stage import Ground, LineName, Progress, Stage, measuring_stage, scratch
from robot.proving.talks.turns import Speakers
from robot.proving.talks.verdicts import ANSWERS_WITHIN_S, TurnVerdict, judge
from robot.speech.load import load_of
from robot.storage.store import Storage, open_storage
from telephony.lab import lab as stand
from telephony.simulated.measuring_part import Kind

STEPS = (10, 20, 40, 60, 80, 100, 120, 150, 200)
GAP_P95_MS = 800
LATENESS_P99_MS = 20
ROOMS = (Room.OPEN, Room.YES_NO, Room.OPEN, Room.TIME)
"""What the calls are about, in turns."""
SPARE = 3
"""Numbers for each place: a talk that ends is followed by another one."""
STARTS_PER_S = 5.0
NODE = "bench"
LEASE = timedelta(hours=6)
SEED = 7


@dataclass(frozen=True, slots=True)
class Order:
    """most, least: calls at once. seconds: measured on each step, after settle_s of the same calls. whole: every step,
    past the bounds too."""

    line: LineName
    most: int = 100
    seconds: float = 40.0
    settle_s: float = 8.0
    least: int = STEPS[0]
    whole: bool = False

    @property
    def steps(self) -> list[int]:
        between = [calls for calls in STEPS if self.least < calls < self.most]
        return sorted({min(self.least, self.most), *between, self.most})


@dataclass(frozen=True, slots=True)
class Step:
    calls: int
    gap_ms: Figures
    lateness_ms: Figures
    load: Load
    rss_mb: float
    turns: int
    missed_turn_share: float | None
    talking: float
    recognizer_busy: float

    @property
    def ok(self) -> bool:
        gap, lateness = self.gap_ms["p95"], self.lateness_ms["p99"]
        return gap is not None and lateness is not None and gap <= GAP_P95_MS and lateness <= LATENESS_P99_MS

    def as_json(self) -> dict[str, object]:
        return {
            "calls": self.calls,
            "gap_ms": self.gap_ms,
            "lateness_ms": self.lateness_ms,
            "cpu_cores": round(self.load.cores, 2),
            "rss_mb": round(self.rss_mb, 1),
            "turns": self.turns,
            "missed_turn_share": self.missed_turn_share,
            "talking": round(self.talking, 1),
            "recognizer_busy": round(self.recognizer_busy, 2),
            "cpu_by_process": {name: round(cores, 3) for name, cores in self.load.processes.items()},
            "cpu_per_call_by_part": {
                name: round(cores / self.calls, 5) for name, cores in sorted(self.load.parts.items())
            },
            "ok": self.ok,
        }


@dataclass(slots=True)
class Report:
    line: str
    recognizer: str
    steps: list[Step] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return {
            "max_calls": max((step.calls for step in self.steps if step.ok), default=0),
            "steps": [step.as_json() for step in self.steps],
            "mb_per_call": self.mb_per_call,
            "line": self.line,
            "recognizer": self.recognizer,
            "bounds": {"gap_p95_ms": GAP_P95_MS, "lateness_p99_ms": LATENESS_P99_MS},
        }

    @property
    def mb_per_call(self) -> float | None:
        """Memory of a further call, from the first step to the last."""
        if len(self.steps) < 2:
            return None
        first, last = self.steps[0], self.steps[-1]
        return round((last.rss_mb - first.rss_mb) / (last.calls - first.calls), 2)


async def measure(
    order: Order, speakers: Speakers, asterisk: Path, progress: Progress, done: Callable[[Step], None]
) -> Report:
    """Raises ProvingError, LabError, SpeechError, StorageError when it cannot be run."""
    calls = talking_calls(speakers.sentences, SPARE * order.most, Random(SEED))
    account = Account()
    async with scratch() as home, open_storage(f"sqlite+aiosqlite:///{home / 'zvonar.db'}") as storage:
        await _settle(storage, calls)
        ground = Ground(order.line, home, asterisk, account.frame, progress)
        async with measuring_stage(ground, calls) as stage:
            robot = MeasuredRobot(
                Parts(stage.line, speakers.recognizer, speakers.phrases, stage.tell),
                account,
                home / "recordings",
                calls=storage.calls,
                calendar=storage.calendar,
                at_once=order.most,
                script=TALKING,
            )
            await robot.publish()
            crowd = _Crowd(robot, storage, calls)
            report = Report(order.line.value, speakers.recognizer.name)
            trial = _Trial(order, speakers, stage, account, crowd)
            with Profile() as profile:
                try:
                    for step in order.steps:
                        report.steps.append(await trial.step(step, profile))
                        done(report.steps[-1])
                        if not (report.steps[-1].ok or order.whole):
                            break
                finally:
                    await crowd.disperse()
    return report


def talking_calls(sentences: Sequence[Sentence], count: int, random: Random) -> list[Call]:
    """People who never come to an end, each with sentences of one room in an order of his own."""
    rooms = {
        room: [one for one in sentences if room_of(one.label) is room and one.label not in FAREWELLS] for room in Room
    }
    used = [room for room in ROOMS if rooms[room]] or [Room.OPEN]
    calls = []
    for index in range(count):
        room = used[index % len(used)]
        said = random.sample(rooms[room], len(rooms[room]))
        calls.append(Call(number_of(index), room, tuple(Utterance(one, Kind.ANSWER) for one in said), again=True))
    return calls


async def _settle(storage: Storage, calls: Sequence[Call]) -> None:
    for room in {call.room for call in calls}:
        campaign = await storage.campaigns.ensure(
            Campaign(
                0,
                f"bench-{room.value.replace('_', '-')}",
                "bench",
                str(TALKING),
                window=ALWAYS,
                goal=Goal.AGREED,
                facts=facts(room),
            )
        )
        await storage.campaigns.set_quota(campaign.slug, len(calls))
        people = [NewLead(call.number, timezone=ZONE) for call in calls if call.room is room]
        await storage.leads.add(campaign.id, people, now=utc_now())


class _Crowd:
    """Keeps so many talks going as are wanted."""

    def __init__(self, robot: MeasuredRobot, storage: Storage, calls: Sequence[Call]) -> None:
        self._robot = robot
        self._storage = storage
        self._calls = {call.number: call for call in calls}
        self._rooms = [room for room in ROOMS if any(call.room is room for call in calls)]
        self._places: list[asyncio.Task[None]] = []
        self.talking = 0

    async def grow(self, to: int) -> None:
        while len(self._places) < to:
            room = self._rooms[len(self._places) % len(self._rooms)]
            self._places.append(asyncio.create_task(self._talk(room), name=f"place {len(self._places)}"))
            await asyncio.sleep(1 / STARTS_PER_S)

    def check(self) -> None:
        """Raises what has ended a place."""
        for place in self._places:
            if place.done():
                place.result()

    async def disperse(self) -> None:
        for place in self._places:
            place.cancel()
        await asyncio.gather(*self._places, return_exceptions=True)

    async def _talk(self, room: Room) -> None:
        """One call after the other."""
        store = self._storage
        campaign = await store.campaigns.get(f"bench-{room.value.replace('_', '-')}")
        while claimed := await store.queue.claim(campaign, limit=1, now=utc_now(), node=NODE, lease=LEASE):
            attempt_id = uuid4()
            if await store.attempts.begin(claimed[0], attempt_id=attempt_id, node=NODE, now=utc_now()) is None:
                continue
            self.talking += 1
            try:
                result = await self._robot.call(self._calls[claimed[0].lead.phone], claimed[0], attempt_id)
            finally:
                self.talking -= 1
            await store.attempts.finish(attempt_id, result, retry_at=None)


class _Trial:
    def __init__(self, order: Order, speakers: Speakers, stage: Stage, account: Account, crowd: _Crowd) -> None:
        self._order = order
        self._sentences = {one.id: one for one in speakers.sentences}
        self._recognizer = speakers.recognizer
        self._stage = stage
        self._account = account
        self._crowd = crowd

    async def step(self, calls: int, profile: Profile) -> Step:
        await self._crowd.grow(calls)
        await asyncio.sleep(self._order.settle_s)
        pids = await self._pids()
        frames = len(self._account.lateness)
        before, began_s = spent(profile, pids), time.monotonic()
        talking, busy = await self._watch(began_s + self._order.seconds)
        after, ended_s = spent(profile, pids), time.monotonic()
        self._crowd.check()
        lateness = percentiles((1000 * late_s for late_s in self._account.lateness[frames:]), digits=2)
        memory = rss_mb(pids.values())
        verdicts = await asyncio.to_thread(self._verdicts, began_s, ended_s)
        return Step(
            calls,
            percentiles(1000 * one.gap_s for one in verdicts if one.gap_s is not None),
            lateness,
            load(before, after, ended_s - began_s),
            memory,
            len(verdicts),
            share(one.missed for one in verdicts),
            talking,
            busy,
        )

    async def _watch(self, until_s: float) -> tuple[float, float]:
        """How many talked until then, and which share of its time the recognizer worked, as it tells the dialer; both
        on average."""
        seen = []
        while time.monotonic() < until_s:
            seen.append((self._crowd.talking, load_of(self._recognizer).busy))
            await asyncio.sleep(0.5)
        talking, busy = zip(*seen, strict=True) if seen else ((0,), (0.0,))
        return sum(talking) / len(talking), sum(busy) / len(busy)

    async def _pids(self) -> dict[str, int]:
        if self._stage.lab is None:
            return {}
        names = {"pbx": "asterisk", "telco": "asterisk_telco", "subscribers": "clients"}
        return {names[name]: pid for name, pid in (await stand.status(self._stage.lab)).pids.items()}

    def _verdicts(self, from_s: float, to_s: float) -> list[TurnVerdict]:
        """Of all answers in that time to which the robot's came, or did not, in that time."""
        found: list[TurnVerdict] = []
        for heard in self._stage.heard().values():
            heard.said = [one for one in heard.said if from_s <= one.to_s < to_s - ANSWERS_WITHIN_S]
            found += judge(heard, Room.OPEN, self._sentences, ())  # what was understood is not asked for here
        return [one for one in found if not one.overlapped]
