"""How often one number may be dialed, over all campaigns, and how long a refusal is respected. Pure.

No Russian law counts the sales calls of a company to a person; the figures are the product's manners, near what
230-FZ (article 7) permits to collectors of debts: once a day, twice a week of *conversations*. Here every dial that
made the phone ring counts, answered or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from robot.domain.outcomes import REFUSALS, Outcome
from robot.domain.priorities import urgent

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ContactPolicy:
    """At most `per_day` dials in any 24 hours, `per_week` in any seven times 24 hours, `ever` at all. After a refusal
    nobody of the company calls for `refusal_pause`. A limit below one permits nothing: wrong configuration means no
    calls. Calls the client asked for are exempt: `asked_for`."""

    per_day: int = 3
    per_week: int = 6
    ever: int = 15
    refusal_pause: timedelta = timedelta(days=90)

    def allowed_from(self, dials: Sequence[datetime], now: datetime) -> datetime | None:
        """When the number may be dialed: an aware `now` if at once, else the first moment after it; None: never again.

        dials: aware starts, in any order, of the outgoing attempts that reached the network or are still open, in all
        campaigns. A start later than `now` (another node's clock runs ahead) counts like any other.
        """
        if min(self.per_day, self.per_week, self.ever) < 1 or len(dials) >= self.ever:
            return None
        latest = sorted(dials, reverse=True)
        allowed = now
        for most, span in ((self.per_day, DAY), (self.per_week, WEEK)):
            if len(latest) >= most:
                # The dial that must leave the span before another one fits into it.
                allowed = max(allowed, latest[most - 1] + span)
        return allowed

    def cool_until(self, outcome: Outcome, ended_at: datetime) -> datetime | None:
        """Until when nobody may dial the number after this outcome; None when it is no refusal."""
        return ended_at + self.refusal_pause if outcome in REFUSALS else None


def asked_for(priority: int) -> bool:
    """Whether the client asked for this call (a promised callback, a new request): it is free of the caps and of the
    pause after a refusal. Stop list, hours, toll guard and spend ceiling hold for it as for any other."""
    return urgent(priority)
