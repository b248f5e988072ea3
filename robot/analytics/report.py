"""Reports put together from the sums of rollups. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

from robot.analytics.dropoff import SMALL, wilson
from robot.analytics.experiments import Arm
from robot.analytics.report_ports import ArmSums, Attempts, EdgeSums, HourSums, OutcomeSums
from robot.analytics.wear import Point
from robot.domain.outcomes import REFUSALS, UNANSWERED

NOTHING = Attempts()


@dataclass(frozen=True, slots=True)
class Share:
    """hits of trials, with the bounds of its doubt; small: of too few trials to say much."""

    hits: int
    trials: int
    share: float
    low: float
    high: float
    small: bool

    @classmethod
    def of(cls, hits: int, trials: int) -> Share:
        hits = min(hits, trials)
        low, high = wilson(hits, trials)
        return cls(hits, trials, hits / trials if trials else 0.0, low, high, trials < SMALL)


@dataclass(frozen=True, slots=True)
class Edge:
    """answers: kind, intent and calls of each, most frequent first."""

    phrase: str
    to: str
    calls: int
    answers: Sequence[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A version in a period. talks: calls in which a phrase was said."""

    version: str
    first_day: date
    last_day: date
    talks: int
    goal: int


@dataclass(frozen=True, slots=True)
class Hour:
    """weekday: Monday is 0. Of our dials."""

    weekday: int
    hour: int
    attempts: Attempts


def edges(sums: Iterable[EdgeSums]) -> Sequence[Edge]:
    """By phrase, then the most frequent first."""
    ways: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for one in sums:
        if one.calls:
            ways.setdefault((one.phrase, one.to), []).append((one.kind, one.intent, one.calls))
    found = [
        Edge(phrase, to, sum(calls for _, _, calls in answers), sorted(answers, key=lambda way: (-way[2], way)))
        for (phrase, to), answers in ways.items()
    ]
    return sorted(found, key=lambda edge: (edge.phrase, -edge.calls, edge.to))


def total(rows: Iterable[OutcomeSums] | Iterable[HourSums]) -> Attempts:
    return reduce(lambda sums, row: sums + row.attempts, rows, NOTHING)


def versions(rows: Iterable[OutcomeSums]) -> Sequence[Spoken]:
    """Those in which anything was said; the one spoken last first."""
    found: dict[str, Spoken] = {}
    for row in rows:
        if row.attempts.talked:
            old = found.get(row.version, Spoken(row.version, row.day, row.day, 0, 0))
            found[row.version] = Spoken(
                row.version,
                min(old.first_day, row.day),
                max(old.last_day, row.day),
                old.talks + row.attempts.talked,
                old.goal + row.attempts.goal,
            )
    return sorted(found.values(), key=lambda one: (-one.last_day.toordinal(), -one.first_day.toordinal(), one.version))


def version_arms(spoken: Iterable[Spoken]) -> Sequence[Arm]:
    """Versions that calls have ended with, as arms: the goal is reached in talks."""
    return [Arm(one.version, one.talks, min(one.goal, one.talks)) for one in spoken if one.version]


def variant_arms(sums: Iterable[ArmSums]) -> Mapping[str, Sequence[Arm]]:
    """The variants of each phrase that has several."""
    calls: dict[tuple[str, str], tuple[int, int]] = {}
    for one in sums:
        before = calls.get((one.phrase, one.variant), (0, 0))
        calls[one.phrase, one.variant] = (before[0] + one.calls, before[1] + one.goal)
    found: dict[str, list[Arm]] = {}
    for (phrase, variant), (heard, goal) in sorted(calls.items()):
        found.setdefault(phrase, []).append(Arm(variant, heard, goal))
    return {phrase: arms for phrase, arms in found.items() if len(arms) > 1}


def reasons(rows: Iterable[OutcomeSums]) -> Sequence[tuple[str, str, int]]:
    """Outcome, reason and calls of those who refused; most frequent first."""
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.outcome in REFUSALS:
            found[row.outcome, row.reason] = found.get((row.outcome, row.reason), 0) + row.attempts.calls
    return sorted(((*why, calls) for why, calls in found.items()), key=lambda one: (-one[2], one))


def ends(rows: Iterable[OutcomeSums]) -> Sequence[tuple[str, int]]:
    """How talks ended: outcomes of those who were spoken to; most frequent first."""
    found: dict[str, int] = {}
    for row in rows:
        if row.attempts.talked and row.outcome and row.outcome not in UNANSWERED:
            found[row.outcome] = found.get(row.outcome, 0) + row.attempts.talked
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def by_day(rows: Iterable[OutcomeSums]) -> Sequence[Point]:
    found: dict[date, Attempts] = {}
    for row in rows:
        found[row.day] = found.get(row.day, NOTHING) + row.attempts
    return [Point(day, found[day].talked, min(found[day].goal, found[day].talked)) for day in sorted(found)]


def by_hour(rows: Iterable[HourSums]) -> Sequence[Hour]:
    """Of the week."""
    found: dict[tuple[int, int], Attempts] = {}
    for row in rows:
        when = (row.day.weekday(), row.hour)
        found[when] = found.get(when, NOTHING) + row.attempts
    return [Hour(*when, found[when]) for when in sorted(found)]


def best_hours(hours: Iterable[Hour], most: int = 3) -> Sequence[Hour]:
    """In which a dial reaches the goal most often: by the lower bound, and of hours with enough dials only."""
    enough = [one for one in hours if one.attempts.dials >= SMALL and one.attempts.goal]
    return sorted(enough, key=lambda one: -Share.of(one.attempts.goal, one.attempts.dials).low)[:most]
