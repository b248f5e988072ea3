"""What a campaign's dials come to: measured where there are enough, taken from typical figures where there are not.

A share is measured when it was tried at least SMALL times and happened at all. Otherwise the typical figure is mixed in
as if it had been seen in WEIGHT trials, and the plan says so. Ranges are Wilson intervals of what was really counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from robot.analytics.dropoff import SMALL, wilson
from robot.analytics.errors import InvalidPlan

TYPICAL_ANSWERED = 0.4
"""Share of dials that are picked up. This and the next three are assumptions for a campaign without calls of its own;
they are shown as such."""
TYPICAL_BOOKED = 0.08
"""Share of answered calls that book."""
TYPICAL_RING_S = 20.0
TYPICAL_TALK_S = 75.0

LEAST_SUPPOSED = 0.001

WEIGHT = 10
"""Trials a typical figure is worth beside few measured ones."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts of ended dials that reached the network.

    answered: picked up, by a person or a machine. booked: reached the campaign's goal. line_s: seconds that lines were
    taken, ringing and talk. talk_s: seconds from answer to end. finished: leads of whom nothing more is to be dialed,
    and finished_dials the dials they took. Raises ValueError on counts that contradict each other."""

    dials: int = 0
    answered: int = 0
    booked: int = 0
    line_s: float = 0.0
    talk_s: float = 0.0
    finished: int = 0
    finished_dials: int = 0

    def __post_init__(self) -> None:
        times = 0 <= self.talk_s <= self.line_s + 1e-6 and math.isfinite(self.line_s)
        if not (0 <= self.booked <= self.answered <= self.dials and times and self.finished >= 0):
            raise ValueError(f"contradictory counts: {self}")

    @property
    def small(self) -> bool:
        """Too few answered calls to say much."""
        return self.answered < SMALL


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure to reckon with. In 95 cases of 100 the true one lies between `low` and `high`, as far as was counted.
    measured: no typical figure is in it."""

    value: float
    low: float
    high: float
    measured: bool


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is tried out in place of the figures: answered per dial, booked per answered call; None: as they are. Raises
    InvalidPlan."""

    answered: float | None = None
    booked: float | None = None

    def __post_init__(self) -> None:
        if not all(one is None or LEAST_SUPPOSED <= one <= 1 for one in (self.answered, self.booked)):
            raise InvalidPlan(
                f"доля — от {LEAST_SUPPOSED} до 1, например 0.4", f"a share is from {LEAST_SUPPOSED} to 1, like 0.4"
            )


NOTHING_SUPPOSED = Supposed()


@dataclass(frozen=True, slots=True)
class Expected:
    """What a dial is expected to cost and bring. answered: per dial; booked: per answered call; booked_per_dial: both
    together. seconds: of a line, per dial. dials_per_lead: until the lead is done with."""

    answered: Estimate
    booked: Estimate
    booked_per_dial: Estimate
    seconds: float
    seconds_measured: bool
    dials_per_lead: float
    dials_per_lead_measured: bool


def share(hits: int, trials: int, typical: float) -> Estimate:
    low, high = wilson(hits, trials)
    if trials >= SMALL and hits > 0:
        return Estimate(hits / trials, low, high, measured=True)
    value = (hits + WEIGHT * typical) / (trials + WEIGHT)
    return Estimate(value, min(low, value), max(high, value), measured=False)


def expected(rates: Rates, *, max_attempts: int, supposed: Supposed = NOTHING_SUPPOSED) -> Expected:
    """max_attempts: dials to a lead that never answers."""
    answered = _taken(supposed.answered, share(rates.answered, rates.dials, TYPICAL_ANSWERED))
    booked = _taken(supposed.booked, share(rates.booked, rates.answered, TYPICAL_BOOKED))
    both = answered.value * booked.value
    low, high = wilson(rates.booked, rates.dials)
    if supposed != NOTHING_SUPPOSED:  # the bounds of what was counted say nothing of what is supposed
        low, high = answered.low * booked.low, answered.high * booked.high
    seconds_measured = rates.dials >= SMALL and rates.line_s > 0
    finished_measured = rates.finished >= SMALL
    return Expected(
        answered,
        booked,
        Estimate(both, min(low, both), max(high, both), answered.measured and booked.measured),
        rates.line_s / rates.dials if seconds_measured else TYPICAL_RING_S + answered.value * TYPICAL_TALK_S,
        seconds_measured,
        max(1.0, rates.finished_dials / rates.finished) if finished_measured else _ladder(answered.value, max_attempts),
        finished_measured,
    )


def _taken(supposed: float | None, counted: Estimate) -> Estimate:
    return counted if supposed is None else Estimate(supposed, supposed, supposed, measured=False)


def _ladder(answered: float, max_attempts: int) -> float:
    """Dials a lead takes when it is dialed again until it answers or the attempts are used up."""
    return sum((1 - answered) ** number for number in range(max(1, max_attempts)))
