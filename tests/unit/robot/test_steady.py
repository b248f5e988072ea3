"""The thread of the audio goes first while calls are on, and only then."""

import os
import threading

import pytest

from robot.steady import going_first

pytestmark = pytest.mark.unit


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
