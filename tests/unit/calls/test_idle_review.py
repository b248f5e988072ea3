"""Reviewing while nobody is called: begins when it is quiet, and makes way at once."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from robot.calls.idle_review import IdleReview

pytestmark = pytest.mark.unit

WITHIN_S = 30.0
MARK = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).open('a').write('x'); time.sleep(float(sys.argv[2]))"


def command(file: Path, seconds: float = 0) -> tuple[str, ...]:
    return sys.executable, "-c", MARK, str(file), str(seconds)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not happened():
            await asyncio.sleep(0.01)


async def stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait([task])


async def test_it_runs_again_and_again_while_it_is_quiet(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    reviewing = asyncio.create_task(IdleReview(lambda: False, command=command(ran), quiet_s=0.0, pause_s=0.0).run())
    await until(lambda: ran.exists() and ran.stat().st_size >= 2)
    await stop(reviewing)
    assert reviewing.cancelled()


async def test_calls_end_a_review_that_would_take_long_and_none_begins_during_them(tmp_path: Path) -> None:
    ran, busy = tmp_path / "ran", False
    review = IdleReview(lambda: busy, command=command(ran, 1000), quiet_s=0.0, pause_s=0.0)
    reviewing = asyncio.create_task(review.run())
    await until(ran.exists)
    busy = True
    await until(lambda: len(asyncio.all_tasks()) == 2)  # the process was waited for: only this test and `run` are left
    assert ran.stat().st_size == 1
    await stop(reviewing)


async def test_stopping_the_service_ends_the_review(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    review = IdleReview(lambda: False, command=command(ran, 1000), quiet_s=0.0, pause_s=0.0)
    reviewing = asyncio.create_task(review.run())
    await until(ran.exists)
    async with asyncio.timeout(WITHIN_S):
        await stop(reviewing)


@pytest.mark.looptime
@pytest.mark.parametrize(("calm_s", "reviews"), [(90, False), (150, True)])
async def test_a_pause_between_rounds_of_dialing_is_no_idleness(calm_s: int, reviews: bool) -> None:
    loop = asyncio.get_running_loop()
    review = IdleReview(lambda: loop.time() % calm_s < 10, command=("/no/such/program",), quiet_s=120.0)
    with capture_logs() as told:
        reviewing = asyncio.create_task(review.run())
        await asyncio.sleep(5000)
    assert not reviewing.done(), "a review that cannot begin does not stop the service"
    assert bool(told) is reviews
    await stop(reviewing)
