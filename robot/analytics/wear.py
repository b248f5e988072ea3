"""Whether a script wears out: whether fewer talks reach the goal than some while ago. Pure.

The last RECENT days with talks are held against the days before them, BASE at most: a test of two proportions with the
pooled variance (D. G. Altman, "Practical Statistics for Medical Research", 1991, section 10.6). The script is said to
wear when both sides have LEAST_TALKS talks at least, the share fell by a fifth of itself or more, and such a fall comes
by chance in fewer than 1 case of 100. One of 100, not of 20: the question is asked anew every day, and an alarm that is
wrong twice a quarter is not read in the third.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from robot.analytics.dropoff import wilson

RECENT = 7
BASE = 28
LEAST_TALKS = 50
LEAST_FALL = 0.2
CHANCE = 0.01


@dataclass(frozen=True, slots=True)
class Point:
    """A day, or the week that begins on it: talks and those of them that reached the goal."""

    day: date
    talks: int
    goal: int

    @property
    def share(self) -> float:
        return self.goal / self.talks if self.talks else 0.0


@dataclass(frozen=True, slots=True)
class Wear:
    """before, now: shares that reached the goal, of so many talks; since: the first of the recent days. chance: of such
    a fall when nothing has changed."""

    worn: bool
    since: date
    before: float
    before_talks: int
    now: float
    now_talks: int
    chance: float


def wear(days: Sequence[Point]) -> Wear | None:
    """days: in order, without gaps filled in; those without talks count for nothing. None: too few talks to say."""
    spoken = [day for day in days if day.talks]
    recent, base = spoken[-RECENT:], spoken[-RECENT - BASE : -RECENT]
    now, now_hits = sum(day.talks for day in recent), sum(day.goal for day in recent)
    before, before_hits = sum(day.talks for day in base), sum(day.goal for day in base)
    if min(now, before) < LEAST_TALKS:
        return None
    was, has = before_hits / before, now_hits / now
    chance = _by_chance(before_hits, before, now_hits, now)
    worn = chance < CHANCE and has <= was * (1 - LEAST_FALL)
    return Wear(worn, recent[0].day, was, before, has, now, chance)


def weeks(days: Sequence[Point]) -> Sequence[Point]:
    """The same, week by week from Monday on."""
    found: dict[date, Point] = {}
    for one in days:
        monday = date.fromordinal(one.day.toordinal() - one.day.weekday())
        before = found.get(monday, Point(monday, 0, 0))
        found[monday] = Point(monday, before.talks + one.talks, before.goal + one.goal)
    return [found[monday] for monday in sorted(found)]


def bounds(point: Point) -> tuple[float, float]:
    return wilson(point.goal, point.talks)


def _by_chance(hits: int, trials: int, fewer: int, later: int) -> float:
    """One-sided: that the later share is as low as this, or lower."""
    pooled = (hits + fewer) / (trials + later)
    error = math.sqrt(pooled * (1 - pooled) * (1 / trials + 1 / later))
    if not error:
        return 1.0
    z = (hits / trials - fewer / later) / error
    return 0.5 * math.erfc(z / math.sqrt(2))
