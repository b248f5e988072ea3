"""Words that two packages share without importing each other stay the same words."""

import pytest

from robot.domain.outcomes import Outcome
from scripts_dialog.outcomes import Outcome as ScriptOutcome

pytestmark = pytest.mark.unit


def test_a_script_can_end_in_exactly_the_outcomes_that_are_stored() -> None:
    assert {outcome.value for outcome in ScriptOutcome} == {outcome.value for outcome in Outcome}
