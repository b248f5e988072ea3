"""An event loop whose time jumps: while there is something to do it stands still, then it is the next timer's.

Either everything is done in the loop's own thread (the store in memory is) and nobody waits for another one; or who
waits for another program says so (`outside`), and the clock stands still meanwhile.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

PATIENCE_S = 0.02
"""Of the machine's time. Whoever is waited for may itself wait for a timer of this loop (to try again, say): when
nothing comes for so long, so much passes on the virtual clock, too."""


class _Jumps(selectors.SelectSelector):
    """Does not wait for input: lets the clock pass instead, unless somebody is outside."""

    def __init__(self) -> None:
        super().__init__()
        self.at_s = 0.0
        self.outside = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready:
            return ready
        if self.outside and timeout != 0:
            patience_s = PATIENCE_S if timeout is None else min(timeout, PATIENCE_S)
            ready = super().select(patience_s)
            if not ready:
                self.at_s += patience_s
            return ready
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

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Another program is waited for within: no virtual time passes by that."""
        self._jumps.outside += 1
        try:
            yield
        finally:
            self._jumps.outside -= 1


def clock_from(start: datetime) -> datetime:
    """The running loop's time as a moment of the day that began at `start`."""
    return start + timedelta(seconds=asyncio.get_running_loop().time())
