"""The loop whose time jumps."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from robot.simulation.clock import VirtualLoop, clock_from

pytestmark = pytest.mark.unit

START = datetime(2026, 11, 23, 21, tzinfo=UTC)


def test_a_day_of_sleeps_in_their_order_takes_no_time() -> None:
    woken: list[str] = []

    async def sleeper(name: str, hours: int) -> None:
        await asyncio.sleep(hours * 3600)
        woken.append(name)

    async def night() -> datetime:
        await asyncio.gather(sleeper("late", 23), sleeper("early", 5))
        return clock_from(START)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(night()) - START == timedelta(hours=23)
    assert woken == ["early", "late"]


def test_time_stands_still_while_something_is_done() -> None:
    async def work() -> float:
        for _ in range(1000):
            await asyncio.sleep(0)
        return asyncio.get_running_loop().time()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(work()) == 0


def test_a_loop_that_would_wait_for_ever_says_so() -> None:
    loop = VirtualLoop()
    task = loop.create_task(asyncio.Event().wait())
    with pytest.raises(RuntimeError, match="never end"):
        loop.run_until_complete(task)
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()
