"""What a campaign's quota counts."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from robot.domain.outcomes import Outcome

if TYPE_CHECKING:  # a result names its campaign's task, and a campaign its goal
    from robot.domain.calls import CallResult

QUALIFIED_FIELD = "lead.qualified"
"""The variable in which a script writes its verdict: "yes" is a lead worth a manager's time."""


class Goal(StrEnum):
    MEETING = "meeting"
    QUALIFIED = "qualified"
    AGREED = "agreed"
    """What the call was for is agreed: documents confirmed, attendance, a renewal."""


def reached(goal: Goal, result: CallResult) -> bool:
    """Whether this result counts toward a quota of such goals. A meeting is more than either of the others asks."""
    if result.meeting is not None:
        return True
    match goal:
        case Goal.MEETING:
            return False
        case Goal.QUALIFIED:
            return result.collected.get(QUALIFIED_FIELD) == "yes"
        case Goal.AGREED:
            return result.outcome is Outcome.AGREED
