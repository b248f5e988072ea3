"""The line's clock, on a virtual loop whose time the test may let slip."""

from __future__ import annotations

import asyncio

import pytest

from telephony.clock import MAX_BURST, ticks

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime(noop_cycles=0)]


async def test_ticks_keep_absolute_deadlines() -> None:
    times = []
    async for tick in ticks():
        times.append(tick.at_s)
        if len(times) == 3001:
            break
    assert times[-1] - times[0] == pytest.approx(60.0, abs=1e-3)


async def test_a_short_delay_is_made_up_for() -> None:
    seen = []
    async for tick in ticks():
        seen.append(tick)
        if len(seen) == 10:
            await asyncio.sleep(0.05)
        if len(seen) == 20:
            break
    assert seen[19].at_s - seen[0].at_s == pytest.approx(19 * 0.02, abs=1e-4)
    assert seen[10].late_s == pytest.approx(0.03, abs=1e-4)
    assert all(tick.skipped == 0 for tick in seen)


async def test_a_stall_is_told_and_never_becomes_a_burst() -> None:
    seen = []
    async for tick in ticks():
        seen.append(tick)
        if len(seen) == 10:
            await asyncio.sleep(1.0)
        if len(seen) == 30:
            break
    together = [tick for tick in seen[10:] if tick.at_s - seen[10].at_s < 0.001]
    assert len(together) <= MAX_BURST + 1
    assert sum(tick.skipped for tick in seen) == pytest.approx(47, abs=1)
    assert seen[29].late_s < 0.001
    assert (seen[29].at_s - seen[0].at_s) / 0.02 == pytest.approx(29 + sum(tick.skipped for tick in seen), abs=0.1)
