"""The thread of the audio goes first while calls are on, and only then; garbage stops it for no longer than a frame."""

import gc
import os
import sys
import threading
from collections import deque
from collections.abc import Iterator

import pytest

from robot.steady import going_first, keep_steady

pytestmark = pytest.mark.unit

LOADED, CALLS, UNDER_WAY = 600_000, 200_000, 2_000


def _may_go_first() -> bool:
    with going_first() as first:
        return first


def test_it_goes_first_for_as_long_as_is_asked_where_that_is_allowed() -> None:
    before = os.sched_getscheduler(0)
    with going_first() as first:
        during = os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK
    assert during == (os.SCHED_RR if first else before)
    assert os.sched_getscheduler(0) == before


@pytest.mark.skipif(not _may_go_first(), reason="this system lets nobody go first: it takes root or a limit on rtprio")
def test_threads_started_meanwhile_do_not_inherit_it() -> None:
    found: list[int] = []
    with going_first():
        thread = threading.Thread(target=lambda: found.append(os.sched_getscheduler(0)))
        thread.start()
        thread.join()
    assert found == [os.SCHED_OTHER]


class Ring:
    """What refers to itself, as a task and its exception do: only a collection frees it."""

    alive = 0

    def __init__(self) -> None:
        self.itself = self
        Ring.alive += 1

    def __del__(self) -> None:
        Ring.alive -= 1


@pytest.fixture
def thawed() -> Iterator[None]:
    interval = sys.getswitchinterval()
    yield
    gc.unfreeze()
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("thawed")
def test_what_calls_leave_behind_does_not_wait_for_the_models_to_be_outgrown() -> None:
    models = [[number] for number in range(LOADED)]
    keep_steady()
    assert gc.get_freeze_count() >= len(models)

    under_way: deque[Ring] = deque(maxlen=UNDER_WAY)
    most = 0
    for _ in range(CALLS):
        under_way.append(Ring())
        most = max(most, Ring.alive)
    assert most < 50_000, "rings that waited for a collection"
