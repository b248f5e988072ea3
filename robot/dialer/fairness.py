"""How campaigns share the channels of a node. Pure.

Channels go one by one to the campaign that lags most behind its promise, measured against those it has already: the
highest averages method. So over time every campaign holds channels in proportion to what it still owes per hour left,
and none is starved by another's longer list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from robot.domain.campaigns import QuotaState
from robot.domain.priorities import PRIORITY_REMINDER

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign that wants calls. wants: as paced for it alone; has: its calls under way on this node."""

    campaign_id: int
    quota: QuotaState
    wants: int
    has: int = 0
    time_left: timedelta | None = None
    priority: int = 0

    @property
    def pressure(self) -> float:
        """Share of the promise still owed, per hour left to keep it; 0 when it is kept."""
        if self.quota.target <= 0:
            return 0.0
        left = LONGEST if self.time_left is None else min(max(self.time_left, SHORTEST), LONGEST)
        return self.quota.remaining / self.quota.target / (left / timedelta(hours=1))


def order(standings: Sequence[Standing]) -> Sequence[Standing]:
    """Those whose calls have an hour of their own (reminders) first, then who lags most for what he has."""
    return sorted(standings, key=lambda one: (-_tier(one), -_average(one, 0), one.campaign_id))


def share(standings: Sequence[Standing], room: int) -> Mapping[int, int]:
    """Of `room` channels, how many each campaign gets; by campaign id, at most what it wants."""
    given = {one.campaign_id: 0 for one in standings}
    for _ in range(max(0, room)):
        wanting = [one for one in standings if given[one.campaign_id] < one.wants]
        if not wanting:
            break
        given[
            max(
                wanting, key=lambda one: (_tier(one), _average(one, given[one.campaign_id]), -one.campaign_id)
            ).campaign_id
        ] += 1
    return given


def _tier(one: Standing) -> bool:
    return one.priority >= PRIORITY_REMINDER


def _average(one: Standing, given: int) -> float:
    return one.pressure / (one.has + given + 1)
