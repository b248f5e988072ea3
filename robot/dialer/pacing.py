"""How many calls to start now. Pure: the same facts give the same answer, with a sentence that explains it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from robot.domain.campaigns import QuotaState

PRIOR_BOOKED = 1.0
PRIOR_ATTEMPTS = 5.0
"""Before a campaign has figures of its own, one dial in five is taken to book: cautious, since overshooting the quota
annoys people for nothing, while undershooting costs only seconds."""

RAMP_ATTEMPTS = 10
RAMP_CALLS = 2
"""Until so many dials have told how the day goes, at most so many calls at once per missing meeting."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many to dial, and the facts it follows from. rate: share of ended dials that book, as estimated."""

    dial: int
    quota: QuotaState
    under_way: int
    free: int
    rate: float

    @property
    def ru(self) -> str:
        quota = self.quota
        if quota.met:
            return f"план выполнен: {quota.booked} из {quota.target}, заканчиваем звонков: {self.under_way}"
        return (
            f"набираем {self.dial}: назначено {quota.booked} из {quota.target}, до встречи доходит {self.rate:.0%} "
            f"звонков, сейчас идёт {self.under_way}, свободно линий {self.free}"
        )

    @property
    def en(self) -> str:
        quota = self.quota
        if quota.met:
            return f"quota met: {quota.booked} of {quota.target}, {self.under_way} calls finishing"
        return (
            f"dialing {self.dial}: {quota.booked} of {quota.target} booked, {self.rate:.0%} of ended dials book, "
            f"{self.under_way} under way, room for {self.free}"
        )


def booking_rate(quota: QuotaState, under_way: int) -> float:
    """Share of today's ended dials that booked: the posterior mean under a Beta prior, so a bad start does not explode.
    Calls under way have had no time to book and would make the day look worse than it is."""
    ended = max(0, quota.attempts - under_way)
    return min(1.0, (quota.booked + PRIOR_BOOKED) / (ended + PRIOR_ATTEMPTS))


def pace(quota: QuotaState, *, under_way: int, free: int) -> Pace:
    """Calls to start for one campaign.

    under_way: its calls that have not ended. free: calls that can still be carried (channels, recognition).
    Starts as many as the missing meetings are likely to need, less what is under way for them already.
    """
    rate = booking_rate(quota, under_way)
    needed = 0 if quota.met else math.ceil(quota.remaining / rate)
    if quota.attempts < RAMP_ATTEMPTS:
        needed = min(needed, RAMP_CALLS * quota.remaining)
    dial = max(0, min(needed - under_way, free))
    return Pace(dial, quota, under_way, free, rate)
