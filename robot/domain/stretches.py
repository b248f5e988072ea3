"""Parts of a day on somebody's clock. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

WEEKDAYS = range(7)
"""Monday = 0."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Part of a day on the client's clock: from `opens` to before `closes`; `time.max` closes at midnight. One that
    closes earlier than it opens lasts past midnight and belongs to the day it opened; one that closes as it opens is
    no time at all. Raises ValueError for a time that names a zone: whose clock it is, the client tells."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens.tzinfo is not None or self.closes.tzinfo is not None:
            raise ValueError("calling hours are told on the client's own clock, without a zone")

    @property
    def past_midnight(self) -> bool:
        return self.closes < self.opens

    def holds(self, clock: time) -> bool:
        """Whether it is open at this time of the day it opened."""
        return self.opens <= clock and (self.past_midnight or clock < self.closes or self.closes == time.max)

    def holds_over(self, clock: time) -> bool:
        """Whether it is still open at this time of the day after."""
        return self.past_midnight and clock < self.closes
