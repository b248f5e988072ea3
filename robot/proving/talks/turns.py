"""`zvonar bench turn`: every sentence said to the robot by a client who measures, on his side of the line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from robot.domain.clock import utc_now
from robot.proving.talks.plan import Call, turn_calls
from robot.proving.talks.report import Measured, as_row, figures
from robot.proving.talks.robot import ZONE, Account, MeasuredRobot, NoSlots, Parts, Unkept
from robot.proving.talks.speech import Sentence
from robot.proving.talks.stage import Ground, LineName, Progress, Stage, measuring_stage, scratch
from robot.proving.talks.verdicts import TurnVerdict, judge
from robot.speech.base import Recognizer
from robot.speech.phrases import PhraseCache
from scripts_dialog import Script, Understanding
from telephony.simulated.measuring_part import Kind

SEED = 5


@dataclass(frozen=True, slots=True)
class Order:
    """calls: at once. rounds: how often all is said. keep: where the clients' notes and recordings are copied to."""

    line: LineName
    calls: int = 4
    rounds: int = 1
    keep: Path | None = None


@dataclass(frozen=True, slots=True)
class Report:
    figures: dict[str, object]
    rows: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Speakers:
    """What is said: sentences and murmurs by the clients; by the robot with these."""

    sentences: Sequence[Sentence]
    murmurs: Sequence[Sentence]
    recognizer: Recognizer
    phrases: PhraseCache


Done = Callable[[int, int], None]
"""Told how many calls are over, of how many."""


async def measure(order: Order, speakers: Speakers, asterisk: Path, progress: Progress, done: Done) -> Report:
    """Raises ProvingError, LabError, SpeechError when it cannot be run."""
    random = Random(SEED)
    rounds: list[list[Call]] = []
    for _ in range(order.rounds):
        said_before = sum(map(len, rounds))
        rounds.append(turn_calls(speakers.sentences, speakers.murmurs, random, first=said_before))
    calls = [call for one in rounds for call in one]
    account = Account()
    async with scratch() as home:
        ground = Ground(order.line, home, asterisk, account.frame, progress)
        async with measuring_stage(ground, calls) as stage:
            parts = Parts(stage.line, speakers.recognizer, speakers.phrases, stage.tell)
            robot = MeasuredRobot(
                parts,
                account,
                home / "recordings",
                calls=Unkept(),
                calendar=NoSlots(),
                at_once=order.calls,
            )
            published = await robot.publish()
            await _hold(robot, calls, order.calls, done)
            if order.keep is not None:
                await asyncio.to_thread(stage.keep, order.keep)
            measured = [_measured(one, stage, account, speakers, published.engine.script) for one in rounds]
    return _report(order, speakers, measured, account, published.understanding)


async def _hold(robot: MeasuredRobot, calls: Sequence[Call], at_once: int, done: Done) -> None:
    """All of them, so many at a time."""
    slots = asyncio.Semaphore(at_once)
    over = 0

    async def one(call: Call) -> None:
        nonlocal over
        async with slots:
            await robot.call(call)
        over += 1
        done(over, len(calls))

    async with asyncio.TaskGroup() as group:
        for call in calls:
            group.create_task(one(call))


def _measured(calls: Sequence[Call], stage: Stage, account: Account, speakers: Speakers, script: Script) -> Measured:
    heard = stage.heard()
    sentences = {one.id: one for one in (*speakers.sentences, *speakers.murmurs)}
    re_asks = frozenset(script.defaults.silence.say or ()) if script.defaults.silence else frozenset()
    verdicts: list[TurnVerdict] = []
    planned = 0
    for call in calls:
        planned += sum(one.kind is not Kind.OPENING for one in call.utterances)
        if call.number in heard:
            turns = account.turns.get(call.number, ())
            verdicts += judge(heard[call.number], call.room, sentences, turns, re_asks)
    return Measured(verdicts, planned - len(verdicts))


def _report(
    order: Order,
    speakers: Speakers,
    measured: Sequence[Measured],
    account: Account,
    understanding: Understanding,
) -> Report:
    now = _client_now()
    found = figures(measured, account.lateness, now, understanding.implied)
    found |= {"line": order.line.value, "recognizer": speakers.recognizer.name, "calls_at_once": order.calls}
    rows = [as_row(verdict, now, understanding.implied) for one in measured for verdict in one.verdicts]
    return Report(found, rows)


def _client_now() -> datetime:
    return utc_now().astimezone(ZoneInfo(ZONE))
