"""The wall clock, for those who compose the application. Everything else is given the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

FOLLOWED = timedelta(seconds=2)
"""A wall clock that is set by no more than this is followed: so do leap seconds and daemons that keep it right."""
AT_ONCE_S = 0.25
"""Clocks that are read one after the other within this are read at one moment."""


def wall_now() -> datetime:
    return datetime.now(UTC)


def _steady_s() -> float:
    """Goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class SteadyClock:
    """The wall clock as it was, gone on with by the machine's steady one. When somebody sets the wall clock, leases of
    other nodes would all seem over (or never over), and calling hours begin at night: a process that lives goes on by
    its own time instead, and `off` tells how far the wall clock has gone away from it."""

    def __init__(self, wall: Callable[[], datetime] = wall_now, steady_s: Callable[[], float] = _steady_s) -> None:
        self._wall = wall
        self._steady_s = steady_s
        self._anchor: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        return self._read()[0]

    @property
    def off(self) -> timedelta:
        """How far ahead of this clock the wall clock is; zero while it is followed."""
        return self._read()[1]

    def _both(self) -> tuple[datetime, float]:
        """At one moment: what passes between the two, on a machine that stands still there, would count for good."""
        while True:
            before_s, wall, steady_s = self._steady_s(), self._wall(), self._steady_s()
            if steady_s - before_s < AT_ONCE_S:
                return wall, steady_s

    def _read(self) -> tuple[datetime, timedelta]:
        wall, steady_s = self._both()
        at, since_s = self._anchor or (wall, steady_s)
        mine = at + timedelta(seconds=steady_s - since_s)
        away = wall - mine
        if abs(away) > FOLLOWED:
            return mine, away
        self._anchor = wall, steady_s
        return wall, timedelta()


utc_now = SteadyClock()
"""Of this process."""
