"""Rollups against a count by hand, after any moves in any order. A subclass gives the `store` fixture."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from robot.analytics.dropoff import count
from robot.analytics.report import total
from robot.analytics.report_ports import Attempts, Cut
from robot.analytics.tally import KEYS, MEASURES, QUALIFIED, WAITS_S, Rollup
from robot.domain.calls import CallResult, Turn, TurnEnding
from robot.domain.outcomes import REFUSALS, Outcome
from robot.storage import tables as t
from robot.storage.call_records import turn_of
from robot.storage.errors import SlotNotHeld
from robot.storage.rebuild import rebuild
from robot.storage.reception import Desk
from robot.storage.store import Storage
from robot.storage.tables_reports import ROLLUPS
from tests.conftest import THOROUGH
from tests.contracts.storage_contract import LEASE, NOW, Scene, phone

PHRASES = ("greeting", "offer", "book", "objections.price", "")
KINDS = ("answer", "objection", "objection", "objection", "hard_rule", "")
INTENTS = ("yes", "price", "no \x00", "")
ENDINGS = (*TurnEnding, None, TurnEnding.ANSWERED, TurnEnding.ANSWERED, TurnEnding.ANSWERED)
ENDS = (*Outcome, Outcome.REFUSED, Outcome.REFUSED, Outcome.MEETING_BOOKED, Outcome.MEETING_BOOKED)
Kept = dict[tuple[Rollup, tuple[Any, ...]], tuple[int, ...]]


class RollupsContract:
    @pytest.mark.parametrize("seed", range(2 if not THOROUGH else 20))
    async def test_any_moves_in_any_order_are_counted_as_by_hand(self, store: Storage, seed: int) -> None:
        day = await Day.set(store, Random(seed))
        for step in range(90):
            await day.move()
            if step % 30 == 29:
                assert await kept(store) == await by_hand(store)
        assert day.did >= {"dial", "ring_in", "say", "end", "end_again", "lose", "late_word", "fail"}
        assert sum(key[0] is Rollup.OBJECTIONS for key in await kept(store)) > 0
        before = await kept(store)
        await rebuild(store.database)
        assert await kept(store) == before

    async def test_what_was_miscounted_is_counted_anew(self, store: Storage) -> None:
        day = await Day.set(store, Random(9))
        for _ in range(30):
            await day.move()
        right = await kept(store)

        async def spoil(connection: Any) -> None:
            await connection.execute(sa.delete(t.report_phrases).where(t.report_phrases.c.phrase == "offer"))
            await connection.execute(sa.update(t.report_hours).values(calls=t.report_hours.c.calls + 3))
            stray = dict.fromkeys((*KEYS[Rollup.LEADS], *MEASURES[Rollup.LEADS]), 1)
            values = {**stray, "day": NOW.date() - timedelta(days=400), "channel": "nowhere", "campaign_id": 77}
            await connection.execute(sa.insert(t.report_leads).values(values))

        await store.database.write(spoil)
        assert await kept(store) != right
        await rebuild(store.database)
        assert await kept(store) == right

    async def test_what_is_read_is_what_is_kept_whether_by_days_or_by_months(self, store: Storage) -> None:
        day = await Day.set(store, Random(4))
        for _ in range(50):
            await day.move()
        rows = await kept(store)
        last = max(key[3] for rollup, key in rows if rollup is Rollup.PHRASES)
        by_days = Cut(NOW.date(), last, "cold_call")
        by_months = Cut(date(2026, 9, 5), last.replace(day=28) + timedelta(days=40), "cold_call")
        for read in (store.script_rollups.phrases, store.script_rollups.edges, store.script_rollups.objections):
            assert await read(by_days) == await read(by_months) != []
        mine = {key[-1] for rollup, key in rows if rollup is Rollup.PHRASES and key[:2] == ("cold_call", "")}
        assert {one.counts.phrase for one in await store.script_rollups.phrases(by_days)} == mine
        every = Cut(NOW.date(), by_months.until)
        attempts = store.attempt_rollups
        whole = total_of(rows, Rollup.OUTCOMES)
        for sums in (await attempts.outcomes(every), await attempts.days(every)):
            assert total(sums) == whole
        assert total(await attempts.spoken(every)).talked == whole.talked
        week, hours = await attempts.week(every), await attempts.hours(every)
        assert total(week) == total(hours)
        assert {(one.weekday, one.hour) for one in week} == {(one.day.weekday(), one.hour) for one in hours}
        assert sum(one.received for one in await store.lead_rollups.channels(every)) > 0
        arms = [sums[0] for (rollup, key), sums in rows.items() if rollup is Rollup.ARMS and key[0] == "cold_call"]
        assert sum(one.calls for one in await store.script_rollups.arms(by_days)) == sum(arms)
        nobody = Cut(NOW.date(), last, "cold_call", campaigns=[10**9])
        assert [await store.script_rollups.edges(nobody), await attempts.week(nobody)] == [[], []]


def total_of(rows: Kept, wanted: Rollup) -> Attempts:
    return sum((Attempts(*sums) for (rollup, _), sums in rows.items() if rollup is wanted), Attempts())


class ConcurrentRollupsContract:
    """Of stores that admit several writers."""

    async def test_many_at_once_neither_lose_nor_wait_in_a_circle(self, store: Storage) -> None:
        first = await Day.set(store, Random(1), leads=40)
        days = [first, *(Day(first.scene, Random(seed), node=f"n{seed}") for seed in range(2, 6))]
        for day in days[1:]:
            day.open, day.ended = first.open, first.ended  # they write of each other's calls

        async def work(day: Day) -> None:
            for _ in range(25):
                await day.move()

        counting = asyncio.create_task(rebuild(store.database))
        await asyncio.gather(*map(work, days))
        await counting
        assert await kept(store) == await by_hand(store)


class Day:
    """A store in which things happen at random."""

    def __init__(self, scene: Scene, random: Random, node: str = "a") -> None:
        self.scene, self.store, self.random, self.node = scene, scene.store, random, node
        self.now = NOW
        self.open: list[UUID] = []
        self.ended: list[tuple[UUID, CallResult]] = []
        self.did: set[str] = set()

    @classmethod
    async def set(cls, store: Storage, random: Random, leads: int = 25) -> Day:
        scene = await Scene.set(store, leads=leads, quota=1000)
        return cls(scene, random)

    async def move(self) -> None:
        moves = [self.dial, self.ring_in, self.lose, self.fail]
        if self.open:
            moves += [self.say] * 12 + [self.answer, self.end, self.end]
        if self.ended:
            moves += [self.end_again, self.late_word, self.late_turn]
        move = self.random.choice(moves)
        self.did.add(move.__name__)
        await move()

    async def dial(self) -> None:
        for one in await self.scene.claim(2, now=self.now, node=self.node):
            attempt_id = await self.scene.begin(one, now=self.now, node=self.node)
            if attempt_id is not None:
                self.open.append(attempt_id)

    async def ring_in(self) -> None:
        call_id = uuid4()
        reception = self.store.reception(Desk(self.node, LEASE, strangers="cold"))
        caller = phone(self.random.randint(0, 60))
        if await reception.arrived(caller, "", call_id=call_id, now=self.now) is not None:
            self.open.append(call_id)

    async def answer(self) -> None:
        await self.store.calls.answered(self.random.choice(self.open), at=self.now)

    async def say(self) -> None:
        await self.store.calls.turn(self.random.choice(self.open), self.turn())

    async def late_turn(self) -> None:
        await self.store.calls.turn(self.random.choice(self.ended)[0], self.turn())

    def turn(self) -> Turn:
        one = self.random
        return Turn(
            one.randint(0, 6),
            one.choice(PHRASES),
            visit=one.randint(1, 2),
            variant=one.choice(("", "", "a", "b")),
            ending=one.choice(ENDINGS),
            interrupted=one.random() < 0.3,
            went_to=one.choice(PHRASES),
            kind=one.choice(KINDS),
            intent=one.choice(INTENTS),
        )

    async def end(self) -> None:
        attempt_id = self.open.pop(self.random.randrange(len(self.open)))
        outcome = self.random.choice(ENDS)
        slot = None
        if outcome is Outcome.MEETING_BOOKED:
            slots = await self.scene.slots(attempt_id)
            slot = slots[0] if slots and await self.store.calendar.hold(attempt_id, slots[0], now=self.now) else None
            outcome = outcome if slot else Outcome.CALLBACK_SCHEDULED
        result = CallResult(
            outcome,
            self.now + timedelta(seconds=self.random.randint(0, 90)),
            reason=self.random.choice(("", "price", "no \x00time")),
            answered_at=self.random.choice((None, self.now)),
            counts=self.random.random() < 0.9,
            meeting=slot,
            script_version=self.random.choice(("v1", "v2")),
        )
        await self.store.attempts.finish(attempt_id, result, retry_at=self.random.choice((None, self.now)))
        self.ended.append((attempt_id, result))

    async def end_again(self) -> None:
        attempt_id, result = self.random.choice(self.ended)
        await self.store.attempts.finish(attempt_id, result, retry_at=None)

    async def lose(self) -> None:
        """The node is silent for long; whoever comes next closes its calls. Sometimes it is a day later."""
        self.now += self.random.choice((LEASE * 2, LEASE * 2, timedelta(hours=5), timedelta(days=1)))
        await self.scene.claim(1, now=self.now, node="other")

    async def late_word(self) -> None:
        """A call that was taken for cut off, and had booked."""
        attempt_id = self.random.choice([*self.open, *(one for one, _ in self.ended)])
        slots = await self.scene.slots()
        result = CallResult(Outcome.MEETING_BOOKED, self.now, meeting=slots[0], script_version="v2")
        with suppress(SlotNotHeld):
            await self.store.attempts.finish(attempt_id, result, retry_at=None)

    async def fail(self) -> None:
        """A transaction that breaks off half way leaves nothing behind."""
        before = await kept(self.store)

        async def work(connection: Any) -> None:
            for table in ROLLUPS.values():
                await connection.execute(sa.delete(table))
            raise SlotNotHeld("no")

        with pytest.raises(SlotNotHeld):
            await self.store.database.write(work)
        if self.node == "a" and self.store.database.dialect == "sqlite":
            assert await kept(self.store) == before


async def kept(store: Storage) -> Kept:
    """Rows of all rollups that are not empty."""
    found: Kept = {}
    async with store.database.read() as connection:
        for rollup, table in ROLLUPS.items():
            for row in await connection.execute(sa.select(table)):
                values = row._mapping
                sums = tuple(values[name] for name in MEASURES[rollup])
                if any(sums):
                    found[rollup, tuple(values[name] for name in KEYS[rollup])] = sums
    return found


async def by_hand(store: Storage) -> Kept:
    """All that should be in them, from attempts, tasks and turns, in another way than the product goes."""
    async with store.database.read() as connection:
        attempts = (await connection.execute(sa.select(t.attempts).order_by(t.attempts.c.started_at))).all()
        tasks = (await connection.execute(sa.select(t.tasks))).all()
        turns: dict[UUID, list[Turn]] = defaultdict(list)
        for row in await connection.execute(sa.select(t.turns).order_by(t.turns.c.number)):
            turns[row.attempt_id].append(turn_of(row))
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    _count_phrases(found, attempts, turns)
    for call in attempts:
        said = [turn for turn in turns[call.id] if turn.phrase]
        ours = call.direction == "out" and call.counts
        measures = {
            "calls": 1,
            "dials": ours,
            "answered": call.answered_at is not None or call.goal_reached,
            "talked": bool(said),
            "engaged": TurnEnding.ANSWERED in {turn.ending for turn in said},
            "goal": call.goal_reached,
        }
        how = (call.direction, call.outcome or "", call.reason)
        of = (call.script_name, call.day, call.campaign_id, call.script_version, *how)
        found[Rollup.OUTCOMES, of].update(measures)
        found[Rollup.HOURS, (call.campaign_id, call.day, _hour(call), call.direction)].update(measures)
        of_call = (call.script_name, call.day, call.campaign_id, call.script_version)
        for heard in {(turn.phrase, turn.variant) for turn in said if turn.variant}:
            found[Rollup.ARMS, (*of_call, *heard)].update(calls=1, goal=call.goal_reached)
        for arm in _arms(said):
            for grain, day in _grains(call):
                under = (call.script_name, arm, grain, day, call.campaign_id, call.script_version)
                for phrase in {turn.phrase for turn in said}:
                    found[Rollup.PHRASES, (*under, phrase)]["goal"] += call.goal_reached
                _count_edges(found, under, call, said)
                _count_objections(found, under, call, said)
    for task in tasks:
        _count_lead(found, task, [call for call in attempts if call.task_id == task.id])
    return {
        (rollup, key): tuple(int(sums[name]) for name in MEASURES[rollup])
        for (rollup, key), sums in found.items()
        if any(sums.values())
    }


def _count_phrases(found: Any, attempts: Any, turns: Any) -> None:
    """By the definition's own counting."""
    groups: dict[Any, list[Any]] = defaultdict(list)
    for call in attempts:
        for arm in _arms(turns[call.id]):
            for grain, day in _grains(call):
                of = (call.script_name, arm, grain, day, call.campaign_id, call.script_version)
                groups[of].append((Outcome(call.outcome) if call.outcome else None, turns[call.id]))
    for of, calls in groups.items():
        for counts in count(calls):
            names = [name for name in MEASURES[Rollup.PHRASES] if name != "goal"]
            found[Rollup.PHRASES, (*of, counts.phrase)].update({name: getattr(counts, name) for name in names})


def _grains(call: Any) -> list[tuple[str, date]]:
    return [("d", call.day), ("m", call.day.replace(day=1))]


def _arms(said: list[Turn]) -> set[str]:
    return {"", *(f"{turn.phrase}:{turn.variant}" for turn in said if turn.phrase and turn.variant)}


def _count_edges(found: Any, under: Any, call: Any, said: list[Turn]) -> None:
    next_of = {turn.number: after for turn, after in pairwise(said)}
    seen = set()
    for turn in said:
        after = next_of.get(turn.number)
        to = "" if after is None else after.phrase
        if (after is None and call.outcome is None) or to == turn.phrase or (turn.phrase, to) in seen:
            continue
        seen.add((turn.phrase, to))
        found[Rollup.EDGES, (*under, turn.phrase, to, *_why(turn))]["calls"] += 1
    gone = set()
    for turn in said:
        if turn.went_to and turn.went_to != turn.phrase and (turn.phrase, turn.went_to) not in gone:
            gone.add((turn.phrase, turn.went_to))
            found[Rollup.EDGES, (*under, turn.phrase, turn.went_to, *_why(turn))]["went_on"] += 1


def _why(turn: Turn) -> tuple[str, str]:
    match turn.ending:
        case TurnEnding.ANSWERED | TurnEnding.SILENT | TurnEnding.NOT_UNDERSTOOD:
            return turn.kind or turn.ending.value, turn.intent
        case None:
            return "spoken", ""
    return turn.ending.value, ""


def _count_objections(found: Any, under: Any, call: Any, said: list[Turn]) -> None:
    answered = [turn for turn in said if turn.ending is TurnEnding.ANSWERED]
    asked = [turn for turn in said if turn.ending not in (None, TurnEnding.SPOKEN, TurnEnding.CUT_OFF)]
    refused = call.outcome in REFUSALS
    final = asked[-1] if refused and asked and asked[-1].ending is TurnEnding.ANSWERED else None
    raised: dict[str, int] = {}
    for turn in answered:
        if turn.kind == "objection":
            raised.setdefault(turn.intent, turn.number)
    for intent, number in raised.items():
        ups = (TurnEnding.HUNG_UP_DURING, TurnEnding.HUNG_UP_AFTER)
        others = [turn for turn in answered if turn.kind != "objection" and turn is not final]
        found[Rollup.OBJECTIONS, (*under, intent)].update(
            raised=1,
            returned=any(turn.number > number for turn in others),
            hung_up=any(turn.number > number and turn.ending in ups for turn in said),
            refused=refused,
            goal=call.goal_reached,
        )


def _hour(call: Any) -> int:
    started: datetime = call.started_at
    return (started + timedelta(hours=3)).hour  # Moscow


def _count_lead(found: Any, task: Any, calls: list[Any]) -> None:
    sums = found[Rollup.LEADS, (task.campaign_id, task.came_on, task.channel)]
    sums["received"] += 1
    if not calls:
        return
    waited = max(0, int((calls[0].started_at - task.came_at).total_seconds()))
    names = [name for name in MEASURES[Rollup.LEADS] if name.startswith("within")]
    sums.update(called=1, waited=1, waited_s=waited)
    sums.update({name: int(waited <= bound) for name, bound in zip(names, WAITS_S, strict=True)})
    sums["qualified"] += any(call.goal_reached or call.outcome in QUALIFIED for call in calls)
    sums["goal"] += any(call.goal_reached for call in calls)
