"""Which of several variants or versions does better, and how sure that is. Pure but for a fixed chance.

Of an arm with `hits` in `calls`, the true share has the distribution Beta(1 + hits, 1 + calls - hits): what a flat
beginning and so many calls leave of it. The probability of being the best, and the expected loss of choosing an arm
(how many shares of a point are lost on average, should another one be better), are taken over draws from these:
C. Stucchio, "Bayesian A/B Testing at VWO" (2015), who also stops by the loss, not by the probability: an arm is chosen
when choosing it loses at most THRESHOLD on average. One may look at it every day, unlike at a test of significance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from robot.analytics.dropoff import SMALL, wilson

DRAWS = 40_000
"""The error of a probability is under 0.003, of a loss far below THRESHOLD."""
THRESHOLD = 0.0025
"""A quarter of a point of conversion is a loss nobody feels: at 100 answered calls a day, a meeting in four days."""


class Advice(StrEnum):
    WAIT = "wait"
    """Too few calls to say."""
    KEEP_TESTING = "keep_testing"
    CHOOSE = "choose"


@dataclass(frozen=True, slots=True)
class Arm:
    """name: a variant, or a version. hits of calls reached the goal. Raises ValueError on more hits than calls."""

    name: str
    calls: int
    hits: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.calls:
            raise ValueError(f"{self.hits} of {self.calls} is no share")


@dataclass(frozen=True, slots=True)
class Standing:
    """best: probability that the arm is the best. loss: expected, of choosing it. low, high: Wilson's interval."""

    arm: Arm
    share: float
    low: float
    high: float
    best: float
    loss: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Standings in the order of the arms given. winner: the arm whose choice loses least, "" where there is none."""

    standings: Sequence[Standing]
    advice: Advice
    winner: str


def decide(arms: Sequence[Arm]) -> Decision:
    """The same arms give the same decision. Fewer than two leave nothing to decide."""
    if not arms:
        return Decision((), Advice.WAIT, "")
    draws = _draws(arms)
    tops = draws.max(axis=0)
    best = np.bincount(draws.argmax(axis=0), minlength=len(arms)) / draws.shape[1]
    losses = (tops - draws).mean(axis=1)
    standings = tuple(
        _standing(arm, float(chance), float(loss)) for arm, chance, loss in zip(arms, best, losses, strict=True)
    )
    leader = min(standings, key=lambda one: (one.loss, -one.best, one.arm.name))
    if len(arms) < 2 or min(arm.calls for arm in arms) < SMALL:
        return Decision(standings, Advice.WAIT, "")
    sure = leader.loss <= THRESHOLD
    return Decision(standings, Advice.CHOOSE if sure else Advice.KEEP_TESTING, leader.arm.name if sure else "")


def _draws(arms: Sequence[Arm]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    chance = np.random.default_rng(20_261_122)
    hits = np.array([[1 + arm.hits] for arm in arms], dtype=np.float64)
    misses = np.array([[1 + arm.calls - arm.hits] for arm in arms], dtype=np.float64)
    return chance.beta(hits, misses, size=(len(arms), DRAWS))


def _standing(arm: Arm, best: float, loss: float) -> Standing:
    low, high = wilson(arm.hits, arm.calls)
    return Standing(arm, arm.hits / arm.calls if arm.calls else 0.0, low, high, best, loss)
