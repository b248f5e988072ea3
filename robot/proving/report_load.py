"""A year of calls, made up fast: one day of talks is drawn by lot, and the others are copies of it inside the database.

Ids are in the order of their days: filled by random ones, a tree of ten million would be read from the disk for every
row. Reports read none of these rows; the rollups are counted from them by the product's own `rebuild`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.calls import TaskState, Turn, TurnEnding
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.store import Storage

SCRIPT = "cold_call"
VERSIONS = ("4f1d0b7c2a9e8365", "9c27e6d1530fb84a")
CAMPAIGNS = ("bench-north", "bench-centre", "bench-south")
PHRASES = tuple(f"phrase_{number:02}" for number in range(20))
OBJECTIONS = ("expensive", "no_time", "send_it_by_mail", "who_told_you", "we_have_one")
VARIED = (2, 5)
"""Phrases that are said in two variants."""
REASONS = ("no_need", "price", "has_supplier", "")
CHANNELS = ("list", "webhook", "yandex", "crm")
DAYS = 365
TURNS_A_CALL = 5.2
"""A little less than the talks below come to: so many turns are asked for, and not fewer are there."""
CHUNK = 2000
E = TurnEnding

Filled = Callable[[int], None]
"""Told how many turns there are so far."""


@dataclass(slots=True)
class _Talk:
    turns: list[Turn] = field(default_factory=list)
    outcome: Outcome = Outcome.CALLBACK_SCHEDULED
    reason: str = ""


async def fill(storage: Storage, turns: int, today: date, filled: Filled) -> int:
    """At least so many turns, where there are thousands, on the days up to today. Returns how many there are."""
    calls = math.ceil(turns / DAYS / TURNS_A_CALL / len(CAMPAIGNS))
    first = today - timedelta(days=DAYS - 1)
    number = 0
    for slug in CAMPAIGNS:
        campaign = await storage.campaigns.ensure(Campaign(0, slug, slug, SCRIPT, quota=12, window=ALWAYS))
        await storage.managers.ensure(f"bench {slug}", WorkingHours(), campaigns=[campaign.id])
        rows = _Day(campaign, first, Random(slug), number)
        await storage.database.write(lambda connection, rows=rows: rows.write(connection, calls))  # type: ignore[misc]
        number += calls
    for day in range(1, DAYS):
        await storage.database.write(lambda connection, day=day: _copy(connection, first, day))  # type: ignore[misc]
        filled(turns * (day + 1) // DAYS)
    async with storage.database.read() as connection:
        return int((await connection.execute(sa.select(sa.func.count()).select_from(t.turns))).scalar_one())


@dataclass(frozen=True, slots=True)
class _Day:
    """One campaign's first day. number: of its first lead."""

    campaign: Campaign
    day: date
    random: Random
    number: int

    async def write(self, connection: AsyncConnection, calls: int) -> None:
        lane = {"campaign_id": self.campaign.id, "priority": 0, "band": 0, "zones": "Europe/Moscow"}
        (lane_id,) = (await connection.execute(sa.insert(t.lanes).values(lane))).inserted_primary_key or (0,)
        for start in range(0, calls, CHUNK):
            rows = list(self._rows(range(start, min(start + CHUNK, calls)), lane_id))
            await connection.execute(sa.insert(t.leads), [lead for lead, _, _, _ in rows])
            await connection.execute(sa.insert(t.tasks), [task for _, task, _, _ in rows])
            await connection.execute(sa.insert(t.attempts), [call for _, _, call, _ in rows])
            said: list[dict[str, Any]] = [
                {"attempt_id": call["id"], **asdict(turn)} for _, _, call, talk in rows for turn in talk.turns
            ]
            await connection.execute(sa.insert(t.turns), said)

    def _rows(self, numbers: range, lane_id: int) -> Iterator[tuple[Any, Any, Any, _Talk]]:
        noon = datetime.combine(self.day, time(9), tzinfo=UTC)
        for number in numbers:
            lead_id = self.number + number + 1
            talk = _talk(self.random)
            answered = noon + timedelta(seconds=9) if talk.turns else None
            ids = {"campaign_id": self.campaign.id, "lead_id": lead_id}
            lead = {"id": lead_id, "phone": f"+7910{lead_id:07}", "name": "", "company": "", "city": "",
                    "timezone": "Europe/Moscow", "stage": "new", "fields": {}, "created_at": noon}  # fmt: skip
            task = {"id": lead_id, **ids, "lane_id": lane_id, "state": TaskState.DONE, "outcome": talk.outcome,
                    "due_at": noon, "attempts": 1, "channel": self.random.choice(CHANNELS), "came_on": self.day,
                    "came_at": noon}  # fmt: skip
            call: dict[str, Any] = {"id": UUID(int=lead_id), **ids, "task_id": lead_id, "node": "bench",
                    "day": self.day, "started_at": noon, "answered_at": answered,
                    "ended_at": noon + timedelta(minutes=2),
                    "outcome": talk.outcome, "reason": talk.reason, "script_name": SCRIPT,
                    "script_version": VERSIONS[0], "hour": self.random.randint(9, 19), "collected": {}, "waited_s": 40,
                    "goal_reached": talk.outcome is Outcome.MEETING_BOOKED}  # fmt: skip
            yield lead, task, call, talk


def _talk(random: Random) -> _Talk:
    talk = _Talk()
    if random.random() < 0.35:
        talk.outcome = Outcome.NO_ANSWER
        return talk
    at = 0
    while at < len(PHRASES):
        ending = random.choices((E.ANSWERED, E.SILENT, E.NOT_UNDERSTOOD, E.HUNG_UP_DURING, E.HUNG_UP_AFTER),
                                (84, 4, 6, 3, 3))[0]  # fmt: skip
        objects = ending is E.ANSWERED and random.random() < 0.1
        intent = random.choice(OBJECTIONS) if objects else random.choice(("yes", "yes", "no", "who"))
        after = at + {"yes": 1, "no": 2, "who": 3}.get(intent, 0)
        goes = ending is E.ANSWERED and not objects
        went_to = PHRASES[after] if goes and after < len(PHRASES) else ""
        _say(talk, random, PHRASES[at], ending, went_to=went_to, intent=intent, objects=objects)
        if objects:
            _say(talk, random, f"objections.{talk.turns[-1].intent}", E.SPOKEN)
        if ending in (E.HUNG_UP_DURING, E.HUNG_UP_AFTER):
            return talk
        if goes and random.random() < 0.06:
            talk.outcome, talk.reason = Outcome.REFUSED, random.choice(REASONS)
            return talk
        at = after if goes else at
    talk.outcome = Outcome.MEETING_BOOKED
    return talk


def _say(
    talk: _Talk,
    random: Random,
    phrase: str,
    ending: TurnEnding,
    *,
    went_to: str = "",
    intent: str = "",
    objects: bool = False,
) -> None:
    varied = phrase in {PHRASES[number] for number in VARIED}
    talk.turns.append(
        Turn(
            len(talk.turns) + 1,
            phrase,
            variant=random.choice("ab") if varied else "",
            said="Подскажите, пожалуйста, кто у вас занимается рекламой на картах?",
            said_to_ms=4200,
            interrupted=random.random() < 0.1,
            heard="да, это я, слушаю вас" if ending is E.ANSWERED else "",
            ending=ending,
            kind="objection" if objects else "answer" if ending is E.ANSWERED else "",
            intent=intent,
            went_to=went_to,
        )
    )


async def _copy(connection: AsyncConnection, first: date, number: int) -> None:
    """The first day's calls once more, so many days later."""
    day = first + timedelta(days=number)
    noon = datetime.combine(day, time(9), tzinfo=UTC)
    a, values = (
        t.attempts.c,
        {
            "id": _id_of(t.attempts.c.id, number, connection.dialect.name),
            "day": sa.literal(day, t.attempts.c.day.type),
            "started_at": sa.literal(noon, t.attempts.c.started_at.type),
            "ended_at": sa.literal(noon + timedelta(minutes=2), t.attempts.c.ended_at.type),
            "script_version": sa.literal(VERSIONS[number * 2 // DAYS], t.attempts.c.script_version.type),
        },
    )
    calls = sa.select(*(values.get(column.name, column) for column in a)).where(a.day == first)
    await connection.execute(sa.insert(t.attempts).from_select(list(a.keys()), calls))
    c = t.turns.c
    attempt_id = _id_of(c.attempt_id, number, connection.dialect.name)
    said = (
        sa.select(attempt_id, *(column for column in c if column.name != "attempt_id"))
        .where(c.attempt_id < _first_of(1))
        .order_by(c.attempt_id, c.number)
    )
    names = ["attempt_id", *(column.name for column in c if column.name != "attempt_id")]
    await connection.execute(sa.insert(t.turns).from_select(names, said))


def _first_of(number: int) -> UUID:
    """Below it are the ids of the days before."""
    return UUID(int=number << 96)


def _id_of(column: sa.Column[Any], number: int, dialect: str) -> sa.ColumnElement[Any]:
    """The id of the copy: the day's number in front."""
    front = f"{number:08x}"
    if dialect == "sqlite":
        return sa.literal(front, sa.String) + sa.func.substr(sa.type_coerce(column, sa.String), 9)
    plain = sa.func.replace(sa.cast(column, sa.String), "-", "")
    return sa.cast(sa.literal(front, sa.String) + sa.func.substr(plain, 9), sa.Uuid)
