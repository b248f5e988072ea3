"""The clock of a line: ticks at absolute deadlines on the event loop's time, so that it never drifts.

Works alike in real time and on a virtual clock. A tick that comes late is made up for by the next ones, but never by
more than `MAX_BURST` at once: what a stalled process missed beyond that is lost, as it is on a real wire, because a
longer burst would overrun the far end's jitter buffer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from telephony.audio import FRAME_S

MAX_BURST = 2


@dataclass(frozen=True, slots=True)
class Tick:
    """at_s: the loop's time now. late_s: how long after its deadline it came (0 or more). skipped: the ticks lost
    before this one because the process was stalled."""

    at_s: float
    late_s: float
    skipped: int = 0


async def ticks(period_s: float = FRAME_S) -> AsyncIterator[Tick]:
    """Tick at once and then every `period_s` seconds, for ever."""
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    count = 0
    while True:
        due_s = start_s + count * period_s
        await asyncio.sleep(max(0.0, due_s - loop.time()))
        now_s = loop.time()
        late_s = max(0.0, now_s - due_s)
        skipped = max(0, int(late_s / period_s) - MAX_BURST)
        yield Tick(now_s, late_s, skipped)
        count += 1 + skipped
