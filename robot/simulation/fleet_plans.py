"""What a fleet of nodes is given: two campaigns with a hard quota of meetings, one that calls everybody, requests that
come in meanwhile, numbers that are stopped. It begins ten minutes before evening in Kamchatka. Seeded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from robot.domain.goals import Goal
from robot.domain.priorities import PRIORITY_COLD
from robot.domain.priorities import PRIORITY_REQUEST as REQUEST
from robot.simulation.people import people
from robot.simulation.records import Client, Inputs, Plan, Queued, Request, Stop

START = datetime(2026, 11, 24, 7, 55, tzinfo=UTC)
"""Tuesday; at 08:00 it is eight in the evening in Kamchatka, where nobody may be called any more, nor anybody who may
live there."""

MASS, REQUESTS = "mass", "requests"
SELLING = tuple(f"selling-{number}" for number in range(1, 3))
DIALS_A_MEETING = 80
"""People on a list for each meeting that is wanted: some six of a hundred dials come to one."""
NEVER = 10**6


@dataclass(frozen=True, slots=True)
class Fleet:
    """calls: at once, on all nodes together. meetings: the hard quota of each selling campaign. round_s: of the
    dialers; grid_s: calls end on the full of it. Both as large as exactness alone needs make a faster run; small ones
    ask of the database what real nodes do."""

    nodes: int = 20
    calls: int = 5000
    minutes: float = 10.0
    seed: int = 1
    meetings: int = 25
    ceiling_kopecks: int | None = None
    round_s: float = 1.0
    grid_s: float = 1.0

    @property
    def channels(self) -> int:
        """Of each node."""
        return self.calls // self.nodes

    @property
    def requests(self) -> int:
        return max(4, self.calls // 50)

    @property
    def leads(self) -> int:
        """For the mass campaign: more than can be dialed."""
        return round(self.calls * (2.0 + self.minutes * 0.7))


def fleet_inputs(fleet: Fleet) -> Inputs:
    """The same seed gives the same."""
    rng = Random(fleet.seed)
    selling = DIALS_A_MEETING * fleet.meetings
    everybody = list(people(fleet.leads + len(SELLING) * selling + fleet.requests, rng, now=START))
    lists: dict[str, Sequence[Client]] = {MASS: everybody[: fleet.leads]}
    for number, slug in enumerate(SELLING):
        first = fleet.leads + number * selling
        lists[slug] = everybody[first : first + selling]
    asking = everybody[len(everybody) - fleet.requests :]
    span_s = round(fleet.minutes * 60 * 0.8)
    requests = [Request(START + timedelta(seconds=rng.randrange(span_s)), REQUESTS, one.phone) for one in asking]
    return Inputs(
        start=START,
        clients={one.phone: one for one in everybody},
        plans=_plans(fleet),
        queued=[Queued(slug, one.phone, START) for slug, some in lists.items() for one in some],
        requests=sorted(requests, key=lambda one: one.at),
        stops=_stops(lists[MASS], rng, span_s),
    )


def _plans(fleet: Fleet) -> Sequence[Plan]:
    daily = range(7)
    selling = [
        Plan(slug, slug, Goal.MEETING, fleet.meetings, True, 9, 20, daily, PRIORITY_COLD, True) for slug in SELLING
    ]
    return (
        *selling,
        Plan(MASS, MASS, Goal.AGREED, NEVER, False, 9, 20, daily, PRIORITY_COLD),
        Plan(REQUESTS, REQUESTS, Goal.AGREED, NEVER, False, 8, 22, daily, REQUEST),
    )


def _stops(called: Sequence[Client], rng: Random, span_s: int) -> Sequence[Stop]:
    """Half are known before; half come while calls go on, some of them too late."""
    some = rng.sample(called, max(2, len(called) // 100))
    early, late = some[::2], some[1::2]
    stops = [Stop(START, one.phone) for one in early]
    stops += [Stop(START + timedelta(seconds=rng.randrange(1, span_s)), one.phone) for one in late]
    return sorted(stops, key=lambda stop: stop.at)
