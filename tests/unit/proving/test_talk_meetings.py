"""Gaps at the ears of simulated people, and what comes of their calls."""

from datetime import UTC, datetime
from math import inf
from uuid import uuid4

import pytest

from robot.calls.events import CallEnded
from robot.domain.calls import CallResult, CallTask, ClaimedTask, TaskState
from robot.domain.campaigns import Campaign
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from robot.proving.talks.meetings import Count, person_gaps
from robot.proving.talks.notes import Heard

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
Stretches = list[tuple[float, float]]


@pytest.mark.parametrize(
    ("robot", "person", "gaps"),
    [
        ([(1.0, 3.0), (5.2, 6.0)], [(3.5, 4.9)], [0.3]),
        ([(1.0, 3.0), (5.2, 6.0)], [(3.5, 4.0), (4.3, 5.0)], [0.2]),  # the last of his words
        ([(1.0, 2.0), (2.1, 3.0)], [(1.5, 1.7)], []),  # between two words of the robot's
        ([(1.0, 3.0), (5.2, 6.0)], [], []),  # it asks again: nothing was said
        ([(1.0, 3.0), (5.2, 6.0)], [(3.5, 5.6)], []),  # it began before he was done
        ([(1.0, 3.0), (9.2, 10.0)], [(3.5, 4.0)], []),  # too late for an answer
        ([(1.0, 3.0), (5.2, inf)], [(2.5, 4.9)], [0.3]),  # he spoke into its phrase
    ],
)
def test_a_gap_is_from_a_persons_last_sound_to_the_robots_next(
    robot: Stretches, person: Stretches, gaps: list[float]
) -> None:
    assert person_gaps(Heard("+7", sounds=robot, voice=person)) == pytest.approx(gaps)


def ended(outcome: Outcome, *, answered: bool) -> CallEnded:
    task = CallTask(1, 1, 1, TaskState.CLAIMED, NOW)
    claimed = ClaimedTask(task, Lead(1, "+74950990000"), Campaign(1, "c", "c", "cold_call"))
    return CallEnded(uuid4(), claimed, CallResult(outcome, NOW, answered_at=NOW if answered else None))


def test_calls_are_counted_until_the_time_is_over() -> None:
    count = Count()
    for outcome, answered in ((Outcome.REFUSED, True), (Outcome.BUSY, False), (Outcome.REFUSED, True)):
        count.observe(ended(outcome, answered=answered))
    count.open = False
    count.observe(ended(Outcome.REFUSED, answered=True))
    report = count.report(60.0, [])
    assert report["calls_per_hour"] == 180
    assert report["answered_share"] == pytest.approx(0.6667)
    assert report["meetings_per_hour"] == 0
    assert report["outcomes"] == {"refused": 2, "busy": 1}
