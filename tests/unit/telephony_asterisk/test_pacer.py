"""The pacer keeps the deadlines of `telephony.clock`, late or not."""

from __future__ import annotations

import asyncio

import pytest

from telephony.asterisk.pacer import GRID_S, Pacer
from telephony.clock import MAX_BURST, Tick

pytestmark = [pytest.mark.unit, pytest.mark.looptime]


async def run_for(seconds: float) -> None:
    await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=seconds)


@pytest.mark.parametrize("begins_s", [0.0, 0.0013, 1.0171])
async def test_it_ticks_within_5_ms_and_by_the_clock_until_stopped(begins_s: float) -> None:
    await run_for(begins_s)
    seen: list[Tick] = []
    began_s = asyncio.get_running_loop().time()
    pacer = Pacer(seen.append)
    await run_for(9.999)
    pacer.stop()
    pacer.stop()
    await run_for(1.0)
    start_s = seen[0].at_s
    assert -1e-6 <= start_s - began_s <= GRID_S + 1e-6
    assert [tick.at_s - start_s for tick in seen] == pytest.approx([0.02 * n for n in range(500)], abs=1e-6)
    assert all(tick.late_s < 1e-6 and not tick.skipped for tick in seen)


async def test_calls_that_begin_within_one_beat_of_the_grid_tick_together() -> None:
    """So one wake-up of the loop serves them all."""
    seen: list[list[Tick]] = [[], [], []]
    await run_for(0.0001)
    pacers = []
    for ticks in seen:
        pacers.append(Pacer(ticks.append))
        await run_for(0.001)
    await run_for(1.0)
    for pacer in pacers:
        pacer.stop()
    times = [[tick.at_s for tick in ticks] for ticks in seen]
    assert len(times[0]) > 45
    assert times[1] == pytest.approx(times[0], abs=1e-6)
    assert times[2] == pytest.approx(times[0], abs=1e-6)


@pytest.mark.parametrize(("stall_s", "skipped"), [(0.03, 0), (0.05, 0), (0.5, 25 - MAX_BURST), (10.0, 500 - MAX_BURST)])
async def test_after_a_stall_it_catches_up_by_a_couple_of_frames_and_skips_the_rest(
    stall_s: float, skipped: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    real, ahead_s = loop.time, 0.0
    monkeypatch.setattr(loop, "time", lambda: real() + ahead_s)
    start_s, seen = loop.time(), list[Tick]()

    def on_tick(tick: Tick) -> None:
        nonlocal ahead_s
        seen.append(tick)
        if len(seen) == 10:
            ahead_s = stall_s  # the process stood still for so long within this tick

    pacer = Pacer(on_tick)
    while len(seen) < 10 + 2 * (MAX_BURST + 3):
        await run_for(0.02)
    pacer.stop()
    assert sum(tick.skipped for tick in seen) == pytest.approx(skipped, abs=2)
    resumed_s = start_s + 9 * 0.02 + stall_s
    at_once = sum(resumed_s - 1e-6 <= tick.at_s < resumed_s + 0.019 for tick in seen)
    assert at_once <= MAX_BURST + 2, "no burst overruns the far end"
    assert seen[-1].late_s < 0.02, "and then it is in time again"
