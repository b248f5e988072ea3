"""Leaky buckets for other people's limits."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from robot.crm.throttle import MemoryThrottle, turn

pytestmark = pytest.mark.unit

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def loop_clock() -> datetime:
    return NOON + timedelta(seconds=asyncio.get_running_loop().time())


@pytest.mark.looptime
async def test_a_burst_is_had_at_once_and_then_an_even_pace() -> None:
    throttle = MemoryThrottle(loop_clock)
    began_s = asyncio.get_running_loop().time()
    had: list[float] = []

    async def one() -> None:
        await throttle.take("portal", per_s=2, burst=3)
        had.append(round(asyncio.get_running_loop().time() - began_s, 3))

    await asyncio.gather(*(one() for _ in range(6)))
    assert had == [0, 0, 0, 0.5, 1.0, 1.5]


@pytest.mark.looptime
async def test_what_was_not_used_comes_back_up_to_the_burst_and_accounts_are_apart() -> None:
    throttle = MemoryThrottle(loop_clock)
    for _ in range(3):
        await throttle.take("a", per_s=1, burst=3)
    await asyncio.sleep(100)
    began_s = asyncio.get_running_loop().time()
    for _ in range(3):
        await throttle.take("a", per_s=1, burst=3)
        await throttle.take("b", per_s=1, burst=3)
    assert asyncio.get_running_loop().time() == began_s
    await throttle.take("a", per_s=1, burst=3)
    assert asyncio.get_running_loop().time() - began_s == pytest.approx(1)


def test_never_more_than_the_limit_in_any_second() -> None:
    """Seven a second, whoever asks when."""
    empty_at, now, turns = None, NOON, []
    for number in range(200):
        now += timedelta(milliseconds=(number * 37) % 90)
        empty_at, wait = turn(empty_at, now, per_s=7, burst=1)
        turns.append(now + wait)
    assert turns == sorted(turns)
    assert all(later - first > timedelta(seconds=0.99) for first, later in zip(turns, turns[7:], strict=False))
