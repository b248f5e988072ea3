"""Reports put together from the sums of rollups. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from robot.analytics.dropoff import SMALL, wilson
from robot.analytics.experiments import Arm
from robot.analytics.report_ports import (
    ArmSums,
    Attempts,
    DaySums,
    EdgeSums,
    HourSums,
    OutcomeSums,
    SpokenSums,
    WeekSums,
)
from robot.analytics.wear import Point
from robot.domain.outcomes import REFUSALS, UNANSWERED
from robot.i18n import tr

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


def percent(share: float) -> str:
    """16,9 % in Russian, 16.9% in English."""
    return tr(f"{100 * share:.1f}\u00a0%".replace(".", ","), f"{share:.1%}")


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


def total(rows: Iterable[OutcomeSums | DaySums | HourSums | SpokenSums | WeekSums]) -> Attempts:
    return reduce(lambda sums, row: sums + row.attempts, rows, NOTHING)


def version_arms(spoken: Iterable[SpokenSums]) -> Sequence[Arm]:
    """Versions that calls have ended with, as arms: the goal is reached in talks."""
    return [
        Arm(one.version, one.attempts.talked, min(one.attempts.goal, one.attempts.talked))
        for one in spoken
        if one.version
    ]


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


def points(days: Iterable[DaySums]) -> Sequence[Point]:
    return [Point(one.day, one.attempts.talked, min(one.attempts.goal, one.attempts.talked)) for one in days]


def best_hours(hours: Iterable[WeekSums], most: int = 3) -> Sequence[WeekSums]:
    """In which a dial reaches the goal most often: by the lower bound, and of hours with enough dials only."""
    enough = [one for one in hours if one.attempts.dials >= SMALL and one.attempts.goal]
    return sorted(enough, key=lambda one: -Share.of(one.attempts.goal, one.attempts.dials).low)[:most]
