"""`zvonar bench soak`: talks that follow one another for as long as is wanted, and what the robot takes up meanwhile.

The clients hang up when they have said all, and the next ones are dialed. What is written of a call is written to a
real store; what this measurement notes for itself is emptied at every sample, or it would be the growth it looks for.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from robot.crm.base import NewLead
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.clock import utc_now
from robot.domain.goals import Goal
from robot.proving.talks.capacity import ROOMS, talking_calls
from robot.proving.talks.cpu import descendants
from robot.proving.talks.growth import Growth, by_minute, growth
from robot.proving.talks.plan import PER_CALL, SCRIPT, Call, Room
from robot.proving.talks.report import Figures, percentiles, share
from robot.proving.talks.robot import ZONE, Account, MeasuredRobot, Parts, facts
from robot.proving.talks.stage import Ground, LineName, Progress, Stage, measuring_stage, scratch
from robot.proving.talks.turns import Speakers
from robot.proving.talks.verdicts import judge
from robot.storage.store import Storage, open_storage
from telephony.lab import lab as stand

SHORTEST_TALK_S = 8.0
MOST_PEOPLE = 9999
EVERY_S = 10.0
WARM_UP = 0.2
"""Of the time: caches fill, and what grows then does not go on growing."""
STARTS_PER_S = 5.0
NODE = "soak"
LEASE = timedelta(hours=24)
SEED = 11
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True, slots=True)
class Order:
    """calls: at once."""

    line: LineName
    minutes: float
    calls: int

    @property
    def people(self) -> int:
        """Enough for every place; after some hours of many calls all have been talked with, and it ends."""
        places = max(self.calls, len(ROOMS))
        return min(MOST_PEOPLE, round(places * (2 + 60 * self.minutes / SHORTEST_TALK_S)))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a process holds."""

    rss_mb: float = 0.0
    open_files: int = 0
    threads: int = 0

    def __add__(self, other: Taken) -> Taken:
        return Taken(self.rss_mb + other.rss_mb, self.open_files + other.open_files, self.threads + other.threads)


def taken(pid: int) -> Taken:
    """Nothing by who has gone."""
    home = Path(f"/proc/{pid}")
    try:
        pages = int((home / "statm").read_text().split()[1])
        files, threads = (sum(1 for _ in (home / name).iterdir()) for name in ("fd", "task"))
        return Taken(pages * _PAGE_MB, files, threads)
    except OSError:
        return Taken()


@dataclass(frozen=True, slots=True)
class Sample:
    """at_s: since the talks began. workers: the processes that the robot has started, the recognizer's first of all.
    calls: over so far."""

    at_s: float
    robot: Taken
    workers: Taken
    tasks: int
    calls: int
    talking: int
    lateness_ms: Figures

    @property
    def values(self) -> dict[str, float]:
        both = self.robot + self.workers
        return {
            "rss_mb": both.rss_mb,
            "robot_rss_mb": self.robot.rss_mb,
            "workers_rss_mb": self.workers.rss_mb,
            "open_files": both.open_files,
            "threads": both.threads,
            "tasks": self.tasks,
        }


@dataclass(slots=True)
class Report:
    """gap_ms: of the whole time, as the clients heard it."""

    line: str
    recognizer: str
    calls_at_once: int
    samples: list[Sample] = field(default_factory=list)
    gap_ms: Figures = field(default_factory=dict)
    missed_turn_share: float | None = None

    def growths(self) -> dict[str, Growth | None]:
        """Of each value an hour, without the warm-up."""
        last_s = self.samples[-1].at_s if self.samples else 0.0
        settled = [one for one in self.samples if one.at_s >= WARM_UP * last_s]
        names = settled[0].values if settled else ()
        return {name: growth(*by_minute([(one.at_s, one.values[name]) for one in settled])) for name in names}

    def as_json(self) -> dict[str, Any]:
        last = self.samples[-1] if self.samples else None
        return {
            "line": self.line,
            "recognizer": self.recognizer,
            "calls_at_once": self.calls_at_once,
            "minutes": 0 if last is None else round(last.at_s / 60, 2),
            "calls": 0 if last is None else last.calls,
            "gap_ms": self.gap_ms,
            "missed_turn_share": self.missed_turn_share,
            "growth_per_hour": {name: one and one.as_json() for name, one in self.growths().items()},
            "per_minute": self.per_minute(),
        }

    def per_minute(self) -> list[dict[str, Any]]:
        """The last sample of each."""
        minutes = {int(one.at_s // 60): one for one in self.samples}
        return [
            {
                "minute": minute,
                "calls": one.calls,
                "talking": one.talking,
                **{name: round(value, 1) for name, value in one.values.items()},
                "lateness_p99_ms": one.lateness_ms["p99"],
            }
            for minute, one in minutes.items()
        ]


async def measure(
    order: Order, speakers: Speakers, asterisk: Path, progress: Progress, done: Callable[[Sample], None]
) -> Report:
    """Raises ProvingError, LabError, SpeechError, StorageError when it cannot be run."""
    calls = [
        replace(call, again=False, utterances=call.utterances[:PER_CALL])
        for call in talking_calls(speakers.sentences, order.people, Random(SEED))
    ]
    account = Account()
    async with scratch() as home, open_storage(f"sqlite+aiosqlite:///{home / 'zvonar.db'}") as storage:
        slugs = await _settle(storage, calls)
        async with measuring_stage(Ground(order.line, home, asterisk, account.frame, progress), calls) as stage:
            robot = MeasuredRobot(
                Parts(stage.line, speakers.recognizer, speakers.phrases, stage.tell),
                account,
                home / "recordings",
                calls=storage.calls,
                calendar=storage.calendar,
                at_once=order.calls,
            )
            await robot.publish()
            places = _Places(robot, storage, {call.number: call for call in calls}, slugs)
            report = Report(order.line.value, speakers.recognizer.name, order.calls)
            others = await _others(stage)
            await _watch(order, places, lambda at_s: _sample(at_s, others, account, places), report, done)
            gaps = await asyncio.to_thread(_verdicts, stage, speakers)
            report.gap_ms = percentiles(1000 * gap_s for gap_s, _ in gaps if gap_s is not None)
            report.missed_turn_share = share(missed for _, missed in gaps)
    return report


async def _watch(
    order: Order,
    places: _Places,
    sample: Callable[[float], Sample],
    report: Report,
    done: Callable[[Sample], None],
) -> None:
    """Until the time is over, and the places are empty again."""
    try:
        await places.fill(order.calls)
        began_s = time.monotonic()
        while True:
            at_s = time.monotonic() - began_s
            places.check()
            report.samples.append(sample(at_s))
            done(report.samples[-1])
            if at_s >= 60 * order.minutes or places.deserted:
                break
            await asyncio.sleep(max(0.0, min(EVERY_S, 60 * order.minutes - at_s)))
    finally:
        await places.empty()


def _sample(at_s: float, others: Sequence[int], account: Account, places: _Places) -> Sample:
    lateness = percentiles((1000 * late_s for late_s in account.lateness), digits=2)
    del account.lateness[:]
    account.turns.clear()
    account.results.clear()
    workers = sum((taken(pid) for pid in descendants(os.getpid(), others)), Taken())
    tasks = len(asyncio.all_tasks())
    return Sample(at_s, taken(os.getpid()), workers, tasks, places.over, places.talking, lateness)


async def _others(stage: Stage) -> list[int]:
    """Processes of the lab: not the robot's."""
    return [] if stage.lab is None else list((await stand.status(stage.lab)).pids.values())


def _verdicts(stage: Stage, speakers: Speakers) -> list[tuple[float | None, bool]]:
    """Gap in seconds, and whether the answer was missed."""
    sentences = {one.id: one for one in speakers.sentences}
    return [
        (one.gap_s, one.missed)
        for heard in stage.heard().values()
        for one in judge(heard, Room.OPEN, sentences, ())  # what was understood is not asked for here
        if not one.overlapped
    ]


async def _settle(storage: Storage, calls: Sequence[Call]) -> list[str]:
    """The people of each room as a campaign; the short name of each call's, in their order."""
    names = {room: f"soak-{room.value.replace('_', '-')}" for room in dict.fromkeys(call.room for call in calls)}
    for room, slug in names.items():
        campaign = await storage.campaigns.ensure(
            Campaign(0, slug, "soak", str(SCRIPT), window=ALWAYS, goal=Goal.AGREED, facts=facts(room))
        )
        await storage.campaigns.set_quota(campaign.slug, len(calls))
        people = [NewLead(call.number, timezone=ZONE) for call in calls if call.room is room]
        await storage.leads.add(campaign.id, people, now=utc_now())
    return [names[call.room] for call in calls]


class _Places:
    """So many talks at once, one after the other on each. over: how many have ended."""

    def __init__(self, robot: MeasuredRobot, storage: Storage, calls: Mapping[str, Call], slugs: Sequence[str]) -> None:
        self._robot = robot
        self._storage = storage
        self._calls = calls
        self._slugs = slugs
        self._places: list[asyncio.Task[None]] = []
        self.talking = 0
        self.over = 0

    async def fill(self, count: int) -> None:
        for number in range(count):
            slug = self._slugs[number % len(self._slugs)]
            self._places.append(asyncio.create_task(self._talk(slug), name=f"place {number}"))
            await asyncio.sleep(1 / STARTS_PER_S)

    def check(self) -> None:
        """Raises what has ended a place."""
        for place in self._places:
            if place.done():
                place.result()

    @property
    def deserted(self) -> bool:
        """Nobody is left to be called from one of them."""
        return any(place.done() for place in self._places)

    async def empty(self) -> None:
        for place in self._places:
            place.cancel()
        await asyncio.gather(*self._places, return_exceptions=True)

    async def _talk(self, slug: str) -> None:
        store = self._storage
        campaign = await store.campaigns.get(slug)
        while claimed := await store.queue.claim(campaign, limit=1, now=utc_now(), node=NODE, lease=LEASE):
            attempt_id = uuid4()
            if await store.attempts.begin(claimed[0], attempt_id=attempt_id, node=NODE, now=utc_now()) is None:
                continue
            self.talking += 1
            try:
                result = await self._robot.call(self._calls[claimed[0].lead.phone], claimed[0], attempt_id)
            finally:
                self.talking -= 1
                self.over += 1
            await store.attempts.finish(attempt_id, result, retry_at=None)
