"""What a call changes in any CRM: the stage, and what people have to do. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from robot.crm.call_text import local, task_line
from robot.crm.report import CallReport
from robot.crm.stages import TaskKind, stage_after

WITHIN = timedelta(days=1)
"""A task the script asked for without a time."""


@dataclass(frozen=True, slots=True)
class Todo:
    """A manager's task. manager: "" when it is nobody's in particular. meeting: he is to hold it."""

    title: str
    due_at: datetime
    manager: str = ""
    meeting: bool = False


def stage_to_set(report: CallReport) -> str:
    """Our stage, or the script's word for one; "" when the call changes none: who was not reached stays where the CRM
    has him."""
    if stage_after(report.outcome, ""):
        return report.stage
    return next((wish.params.get("stage", "") for wish in reversed(report.wishes) if wish.name == "set_stage"), "")


def todos(report: CallReport, timezone: str) -> Sequence[Todo]:
    """The call's own task first, then those the script asked for. Times of day are in the title, too: many CRMs show
    the day alone."""
    found = []
    if report.task is not None:
        kind, due_at = report.task
        meeting = kind == TaskKind.MEETING
        manager = report.meeting.manager if report.meeting is not None else ""
        found.append(Todo(f"{task_line(kind, report)} ({local(due_at, timezone)})", due_at, manager, meeting))
    asked = [
        wish.params for wish in report.wishes if wish.name == "create_task" and wish.params.get("title", "").strip()
    ]
    return found + [Todo(params["title"].strip(), _due(params.get("due", ""), report)) for params in asked]


def _due(text: str, report: CallReport) -> datetime:
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return report.ended_at + WITHIN
    return told if told.tzinfo is not None else report.ended_at + WITHIN
