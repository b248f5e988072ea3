"""When to try again: a delivery that failed, and a target where nothing gets through. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from robot.crm.errors import BadDocument, Limited, Misconfigured, Unauthorized, Unreachable

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_REST = timedelta(minutes=5)
"""Of a target: so soon after its return it is noticed."""

SPREAD = 0.5
"""Up to so much of a pause is left out, by chance: what failed together is not tried again together."""

CONCERN_ALL = frozenset(error.code for error in (Unreachable, Limited, Unauthorized, Misconfigured))
"""Who fails so before anything of his was done finds the target closed to everybody."""

SETTLED_BY_SETTINGS = (Unauthorized.code, Misconfigured.code, BadDocument.code)
"""Tried again when the node starts: what was parked so is parked for settings that may be right by now."""


def pause(failures: int, *, longest: timedelta, chance: float = 0.0, after: timedelta | None = None) -> timedelta:
    """After so many failures in a row (from 1 on): doubled each time. chance: 0..1. after: not sooner, by the other
    side's word."""
    doubled = FIRST_PAUSE * float(2 ** min(failures - 1, 20))
    return max(min(doubled, longest) * (1 - SPREAD * chance), after or timedelta(0))


@dataclass(slots=True)
class Rest:
    """Whether a target is left in peace. While it fails, one delivery at a time finds out whether it is back."""

    failures: int = 0
    until: datetime | None = None

    def slots(self, now: datetime, at_once: int) -> int:
        """How many deliveries may be under way."""
        if self.until is None:
            return at_once
        return int(now >= self.until)

    def failed(self, now: datetime, *, after: timedelta | None, chance: float) -> None:
        """Those that were under way together fail together, and count once."""
        if self.until is None or now >= self.until:
            self.failures += 1
            self.until = now + pause(self.failures, longest=LONGEST_REST, chance=chance, after=after)

    def passed(self) -> bool:
        """Something got through; True when nothing did before."""
        back = self.until is not None
        self.failures, self.until = 0, None
        return back
