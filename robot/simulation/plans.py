"""What is planned for the simulated day: campaigns, lists, requests that will arrive, numbers that will be stopped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from robot.domain.goals import Goal
from robot.domain.priorities import PRIORITY_CALLBACK, PRIORITY_COLD, PRIORITY_REMINDER
from robot.domain.priorities import PRIORITY_REQUEST as REQUEST
from robot.domain.priorities import PRIORITY_REVIVAL as OLD
from robot.simulation.people import people
from robot.simulation.records import Client, Inputs, Plan, Queued, Request, Stop

START = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
"""Tuesday, 24 November 2026, midnight in Moscow."""

WORKING, DAILY = range(5), range(7)
SECONDS = 86_400

COLD, REVIVAL, REMINDERS, REQUESTS, CALLBACKS = 0.62, 0.2, 0.08, 0.06, 0.04
"""Parts of the leads."""

COLD_BOOKS, REVIVAL_BOOKS = 0.055, 0.05
"""Meetings wanted for each lead of the list: few enough for it to give them, many enough to take hours."""

TWICE = 0.1
"""Part of the clients of old who are on the cold list, too."""
KNOWN_ASKS = 0.3
"""Part of the requests that come from people of the cold list."""
STOPPED_BEFORE, STOPPED_TODAY, PATTERNS = 0.01, 0.01, 0.0015


def inputs(leads: int, seed: int) -> Inputs:
    """A day with so many people. The same seed gives the same day."""
    rng = Random(seed)
    everybody = list(people(leads, rng, now=START))
    lists = _shared_out(everybody)
    queued = [Queued(slug, one.phone, START) for slug in ("cold", "revival") for one in lists[slug]]
    queued += [Queued("cold", one.phone, START) for one in lists["revival"] if rng.random() < TWICE]
    queued += [Queued("reminders", one.phone, _at_work(rng)) for one in lists["reminders"]]
    queued += [Queued("callbacks", one.phone, _at_work(rng), promised=True) for one in lists["callbacks"]]
    known = rng.sample(lists["cold"], min(len(lists["cold"]), len(lists["requests"])))
    requests = [
        Request(
            START + timedelta(seconds=rng.randrange(SECONDS)),
            "requests",
            (other if rng.random() < KNOWN_ASKS else one).phone,
        )
        for one, other in zip(lists["requests"], known, strict=True)
    ]
    return Inputs(
        start=START,
        clients={one.phone: one for one in everybody},
        plans=_plans({slug: len(people_) for slug, people_ in lists.items()}),
        queued=queued,
        requests=sorted(requests, key=lambda one: one.at),
        stops=_stops(everybody, rng),
    )


def _plans(sizes: dict[str, int]) -> Sequence[Plan]:
    """Hard quotas where meetings are sold; where clients wait for a call, no quota keeps it from them."""
    meeting, cold, revival = Goal.MEETING, sizes["cold"], sizes["revival"]
    return (
        Plan("cold", "Холодные звонки", meeting, _part(cold, COLD_BOOKS), True, 9, 20, WORKING, PRIORITY_COLD, True),
        Plan("revival", "Старые клиенты", meeting, _part(revival, REVIVAL_BOOKS), True, 10, 19, WORKING, OLD),
        Plan("reminders", "Напоминания", Goal.AGREED, sizes["reminders"] + 1, False, 9, 21, DAILY, PRIORITY_REMINDER),
        Plan("requests", "Новые заявки", meeting, 2 * sizes["requests"] + 1, False, 8, 22, DAILY, REQUEST),
        Plan("callbacks", "Обещанные звонки", meeting, sizes["callbacks"] + 1, False, 9, 20, DAILY, PRIORITY_CALLBACK),
    )  # fmt: skip


def _part(number: int, share: float) -> int:
    return max(1, round(number * share))


def _shared_out(everybody: Sequence[Client]) -> dict[str, Sequence[Client]]:
    shares = {"cold": COLD, "revival": REVIVAL, "reminders": REMINDERS, "requests": REQUESTS, "callbacks": CALLBACKS}
    lists: dict[str, Sequence[Client]] = {}
    begin = 0
    for slug, share in shares.items():
        end = begin + max(1, round(len(everybody) * share))
        lists[slug], begin = everybody[begin:end], end
    return lists


def _at_work(rng: Random) -> datetime:
    """Between 10 and 18 in Moscow, by the minute."""
    return START + timedelta(minutes=rng.randrange(10 * 60, 18 * 60))


def _stops(everybody: Sequence[Client], rng: Random) -> Sequence[Stop]:
    """Numbers known before, numbers that come by day, and patterns of ten numbers each, half of either kind."""
    stops = [Stop(START, one.phone) for one in rng.sample(everybody, _part(len(everybody), STOPPED_BEFORE))]
    stops += [
        Stop(START + timedelta(seconds=rng.randrange(SECONDS)), one.phone)
        for one in rng.sample(everybody, _part(len(everybody), STOPPED_TODAY))
    ]
    for n, one in enumerate(rng.sample(everybody, 1 + _part(len(everybody), PATTERNS))):
        at = START + timedelta(hours=9 + n) if n % 2 else START
        stops.append(Stop(at, one.phone[:-1] + "?"))
    return sorted(stops, key=lambda stop: stop.at)
