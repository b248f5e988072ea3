"""`telephony.clock.ticks` by callback: the same deadlines, without a task for each of a hundred calls.

Deadlines of all calls lie on one grid, so that a wake-up of the loop serves all calls of its beat, not one of them.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from telephony.audio import FRAME_S
from telephony.clock import MAX_BURST, Tick

GRID_S = FRAME_S / 4
"""Four groups: the last call of one waits for the frames of fifteen others when sixty are on."""


class Pacer:
    """Calls `on_tick` every 20 ms, until stopped; the first time at the next beat of the grid, within 5 ms."""

    def __init__(self, on_tick: Callable[[Tick], None]) -> None:
        self._on_tick = on_tick
        self._loop = asyncio.get_running_loop()
        self._start_s = math.ceil(self._loop.time() / GRID_S) * GRID_S
        self._count = 0
        self._timer: asyncio.Handle | None = self._loop.call_at(self._start_s, self._beat)

    def stop(self) -> None:
        """No tick follows. Idempotent."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _beat(self) -> None:
        now_s = self._loop.time()
        late_s = max(0.0, now_s - self._start_s - self._count * FRAME_S)
        skipped = max(0, int(late_s / FRAME_S) - MAX_BURST)
        self._count += 1 + skipped
        self._timer = self._loop.call_at(self._start_s + self._count * FRAME_S, self._beat)
        self._on_tick(Tick(now_s, late_s, skipped))
