"""The circuit breaker: when half of the dials fail by a fault of ours, a campaign pauses instead of burning its list.

Pure: time is an argument. CLOSED (dial) -> OPEN (a pause, each time twice as long) -> PROBING (one dial) -> CLOSED or
OPEN.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from robot.domain.calls import CallResult
from robot.domain.outcomes import Outcome
from robot.domain.rules import HOURS

WINDOW = timedelta(minutes=2)
LAST = 20
FEWEST = 6
SHARE = 0.5
PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
THROUGH = timedelta(seconds=15)
"""Congestion and a dead trunk show within seconds: a probe that has run so long has come through."""

ON_PURPOSE = frozenset(
    {"cancelled", "dialer_stopped", "campaign_stopped", "lease_lost", "node_restarted", "node_lost", HOURS}
)
"""Reasons of calls that were ended by decision, or with their node: they tell nothing of the line."""


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    PROBING = "probing"


def verdict(result: CallResult) -> bool | None:
    """Whether a call came through as far as it was up to us; None when it tells nothing."""
    if result.outcome is Outcome.INTERRUPTED:
        return None if result.reason in ON_PURPOSE else False
    return result.counts or result.outcome is not Outcome.FAILED


@dataclass(slots=True)
class Breaker:
    """Of one campaign on one node."""

    _ended: deque[tuple[datetime, bool]] = field(default_factory=lambda: deque(maxlen=LAST))
    _opened_at: datetime | None = None
    _pause: timedelta = PAUSE
    _probe_at: datetime | None = None

    def state(self, now: datetime) -> BreakerState:
        if self._opened_at is None:
            return BreakerState.CLOSED
        if now < self._opened_at + self._pause:
            return BreakerState.OPEN
        if self._probe_at is not None and now >= self._probe_at + THROUGH:
            self._close()
            return BreakerState.CLOSED
        return BreakerState.PROBING

    def allowed(self, now: datetime) -> int | None:
        """Dials that may start now; None for any number."""
        match self.state(now):
            case BreakerState.CLOSED:
                return None
            case BreakerState.OPEN:
                return 0
            case BreakerState.PROBING:
                return 0 if self._probe_at is not None else 1

    def started(self, now: datetime) -> None:
        """A dial begins."""
        if self.state(now) is BreakerState.PROBING and self._probe_at is None:
            self._probe_at = now

    def withdrawn(self, began: datetime) -> None:
        """A dial that began then told nothing after all: when it was the probe, another may be tried."""
        if began == self._probe_at:
            self._probe_at = None

    def record(self, ok: bool, now: datetime, *, began: datetime) -> bool:
        """A dial that began then has ended. True when the breaker opens by it."""
        if self.state(now) is BreakerState.CLOSED:
            self._ended.append((now, ok))
            return not ok and self._failing(now) and self._open(now, PAUSE)
        if self._probe_at is None or began < self._probe_at:
            return False  # of the time before: what it tells is known
        if ok:
            self._close()
            return False
        return self._open(now, min(self._pause * 2, LONGEST_PAUSE))

    def _failing(self, now: datetime) -> bool:
        recent = [ok for at, ok in self._ended if at > now - WINDOW]
        return len(recent) >= FEWEST and recent.count(False) >= SHARE * len(recent)

    def _open(self, now: datetime, pause: timedelta) -> bool:
        self._opened_at, self._pause, self._probe_at = now, pause, None
        self._ended.clear()
        return True

    def _close(self) -> None:
        self._opened_at = self._probe_at = None
        self._pause = PAUSE
        self._ended.clear()
