"""An event loop whose time jumps: while there is something to do it stands still, then it is the next timer's.

Everything must be done in the loop's own thread (the store in memory is): nobody waits here for another one.
"""

from __future__ import annotations

import asyncio
import selectors
from datetime import datetime, timedelta


class _Jumps(selectors.SelectSelector):
    """Does not wait for input: lets the clock pass instead."""

    def __init__(self) -> None:
        super().__init__()
        self.at_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("no timer is set and nothing is to be done: the simulated day would never end")
            self.at_s += max(0.0, timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Begins at second 0."""

    def __init__(self) -> None:
        self._jumps = _Jumps()
        super().__init__(self._jumps)

    def time(self) -> float:
        return self._jumps.at_s


def clock_from(start: datetime) -> datetime:
    """The running loop's time as a moment of the day that began at `start`."""
    return start + timedelta(seconds=asyncio.get_running_loop().time())
