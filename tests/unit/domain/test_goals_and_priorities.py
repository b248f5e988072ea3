"""What a quota counts, and what goes before what."""

from datetime import UTC, datetime, timedelta

import pytest

from robot.domain.calls import CallResult
from robot.domain.campaigns import Campaign, CampaignState
from robot.domain.goals import Goal, reached
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.domain.priorities import (
    PRIORITY_CALLBACK,
    PRIORITY_COLD,
    PRIORITY_FOLLOW_UP,
    PRIORITY_REMINDER,
    PRIORITY_REQUEST,
    PRIORITY_REVIVAL,
    deadline,
    urgent,
)

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SLOT = Slot(1, NOW, NOW + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("outcome", "qualified", "goals"),
    [
        (Outcome.MEETING_BOOKED, "", set(Goal)),
        (Outcome.AGREED, "", {Goal.AGREED}),
        (Outcome.INFO_REQUESTED, "yes", {Goal.QUALIFIED}),
        (Outcome.INFO_REQUESTED, "no", set()),
        (Outcome.AGREED, "yes", {Goal.AGREED, Goal.QUALIFIED}),
        (Outcome.REFUSED, "", set()),
        (Outcome.TRANSFERRED, "", set()),
    ],
)
def test_a_goal_is_reached_by_its_own_results_and_by_a_meeting(
    outcome: Outcome, qualified: str, goals: set[Goal]
) -> None:
    meeting = SLOT if outcome is Outcome.MEETING_BOOKED else None
    result = CallResult(outcome, NOW, meeting=meeting, collected={"lead.qualified": qualified} if qualified else {})

    assert {goal for goal in Goal if reached(goal, result)} == goals


def test_promises_go_first_and_have_deadlines() -> None:
    rising = [
        PRIORITY_COLD,
        PRIORITY_REVIVAL,
        PRIORITY_FOLLOW_UP,
        PRIORITY_REMINDER,
        PRIORITY_CALLBACK,
        PRIORITY_REQUEST,
    ]
    assert rising == sorted(rising)
    assert [urgent(one) for one in rising] == [False] * 4 + [True] * 2
    assert deadline(PRIORITY_REQUEST, NOW) == NOW + timedelta(seconds=60)
    assert deadline(PRIORITY_CALLBACK, NOW) == NOW + timedelta(minutes=2)
    assert deadline(PRIORITY_REMINDER, NOW) is None


@pytest.mark.parametrize(("state", "active"), [("running", True), ("paused", False), ("stopped", False)])
def test_only_a_running_campaign_dials(state: str, active: bool) -> None:
    assert Campaign(1, "c", "", "", state=CampaignState(state)).active is active
