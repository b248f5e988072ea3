"""Reviewing while nobody is called: begins when it is quiet, and makes way at once."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from robot.calls.events import CallEnded, Dialing
from robot.calls.idle_review import IdleReview
from robot.domain.calls import CallResult, CallTask, ClaimedTask, TaskState
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from tests.conftest import HANGS_S

pytestmark = pytest.mark.unit

MARK = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).open('a').write('x'); time.sleep(float(sys.argv[2]))"
TASK = ClaimedTask(CallTask(1, 1, 1, TaskState.CLAIMED, utc_now()), Lead(1, "+74950990001"), Campaign(1, "c", "c", "s"))


def command(file: Path, seconds: float = 0) -> tuple[str, ...]:
    return sys.executable, "-c", MARK, str(file), str(seconds)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(HANGS_S):
        while not happened():
            await asyncio.sleep(0.01)


def rounds(ran: Path) -> int:
    """How many reviews got as far as their mark: a file that is there but empty belongs to one that has just begun."""
    return ran.stat().st_size if ran.exists() else 0


async def stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait([task])


def begins(review: IdleReview) -> UUID:
    attempt_id = uuid4()
    review(Dialing(attempt_id, TASK))
    return attempt_id


def ends(review: IdleReview, attempt_id: UUID) -> None:
    review(CallEnded(attempt_id, TASK, CallResult(Outcome.NO_ANSWER, utc_now())))


async def test_it_runs_again_and_again_while_it_is_quiet(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    reviewing = asyncio.create_task(IdleReview(command=command(ran), quiet_s=0.0, pause_s=0.0).run())
    await until(lambda: rounds(ran) >= 2)
    await stop(reviewing)
    assert reviewing.cancelled()


async def test_a_call_ends_a_review_that_would_take_long_and_none_begins_during_one(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    review = IdleReview(command=command(ran, 1000), quiet_s=0.0, pause_s=0.0)
    reviewing = asyncio.create_task(review.run())
    await until(lambda: rounds(ran) == 1)
    first, second = begins(review), begins(review)
    await until(lambda: len(asyncio.all_tasks()) == 2)  # the process was waited for: only this test and `run` are left
    ends(review, first)
    for _ in range(100):
        await asyncio.sleep(0)
    assert rounds(ran) == 1
    ends(review, second)
    await until(lambda: rounds(ran) == 2)
    await stop(reviewing)


async def test_stopping_the_service_ends_the_review(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    review = IdleReview(command=command(ran, 1000), quiet_s=0.0, pause_s=0.0)
    reviewing = asyncio.create_task(review.run())
    await until(lambda: rounds(ran) == 1)
    async with asyncio.timeout(HANGS_S):
        await stop(reviewing)


@pytest.mark.looptime
@pytest.mark.parametrize(("calm_s", "reviews"), [(90, False), (150, True)])
async def test_a_pause_between_rounds_of_dialing_is_no_idleness(calm_s: int, reviews: bool) -> None:
    review = IdleReview(command=("/no/such/program",), quiet_s=120.0)
    with capture_logs() as told:
        reviewing = asyncio.create_task(review.run())
        for _ in range(30):
            attempt_id = begins(review)
            await asyncio.sleep(10)
            ends(review, attempt_id)
            await asyncio.sleep(calm_s)
    assert not reviewing.done(), "a review that cannot begin does not stop the service"
    assert bool(told) is reviews
    await stop(reviewing)
