"""What an outcome does to the card."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from robot.crm.stages import STAGE_TITLES, Stage, TaskKind, stage_after, task_after, task_text
from robot.domain.calls import CallResult
from robot.domain.meetings import Slot
from robot.domain.outcomes import UNANSWERED, Outcome

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SLOT = Slot(1, NOW + timedelta(hours=3), NOW + timedelta(hours=4))


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("stage", [*Stage, "своя стадия"])
def test_stages_go_where_the_client_went(outcome: Outcome, stage: str) -> None:
    after = stage_after(outcome, stage)
    if outcome in UNANSWERED or stage == Stage.DO_NOT_CALL:
        assert after == stage
    elif stage == Stage.MEETING:
        assert after == (Stage.DO_NOT_CALL if outcome is Outcome.OPTED_OUT else Stage.MEETING)
    assert after == stage or after in STAGE_TITLES


def test_the_manager_gets_a_task_where_a_person_is_needed() -> None:
    due = {}
    for outcome in Outcome:
        meeting = SLOT if outcome is Outcome.MEETING_BOOKED else None
        if (task := task_after(CallResult(outcome, NOW, meeting=meeting))) is not None:
            due[outcome] = task
    assert due == {
        Outcome.MEETING_BOOKED: (TaskKind.MEETING, SLOT.starts_at),
        Outcome.INFO_REQUESTED: (TaskKind.SEND_INFO, NOW + timedelta(hours=1)),
        Outcome.TRANSFERRED: (TaskKind.FOLLOW_UP, NOW + timedelta(days=1)),
    }


@pytest.mark.parametrize("kind", list(TaskKind))
def test_tasks_are_written_in_both_languages_and_survive_a_nameless_lead(kind: TaskKind) -> None:
    text = task_text(kind, name="Иван", company="Ромашка")
    assert "Иван, Ромашка" in text.ru
    assert "Иван, Ромашка" in text.en
    assert "без имени" in task_text(kind, name="", company="").ru


def test_a_meeting_and_its_slot_come_together() -> None:
    for outcome, meeting in ((Outcome.MEETING_BOOKED, None), (Outcome.REFUSED, SLOT)):
        with pytest.raises(ValueError, match="slot"):
            CallResult(outcome, NOW, meeting=meeting)
