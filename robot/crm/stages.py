"""What an outcome means for the lead's card: its stage, and what a manager has to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from robot.domain.calls import CallResult
from robot.domain.meetings import Meeting
from robot.domain.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Text:
    """One text for people, in both languages of the product."""

    ru: str
    en: str


class Stage(StrEnum):
    """Where a lead stands. Kept as text in storage: other CRMs bring stages of their own."""

    NEW = "new"
    CONTACTED = "contacted"
    CALLBACK = "callback"
    INFO_REQUESTED = "info_requested"
    AGREED = "agreed"
    MEETING = "meeting"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"
    DO_NOT_CALL = "do_not_call"


STAGE_TITLES = {
    Stage.NEW: Text("Новый", "New"),
    Stage.CONTACTED: Text("Есть контакт", "Contacted"),
    Stage.CALLBACK: Text("Перезвонить", "Call back"),
    Stage.INFO_REQUESTED: Text("Ждёт материалы", "Waits for information"),
    Stage.AGREED: Text("Договорились", "Agreed"),
    Stage.MEETING: Text("Встреча назначена", "Meeting booked"),
    Stage.REFUSED: Text("Отказ", "Refused"),
    Stage.WRONG_NUMBER: Text("Неверный номер", "Wrong number"),
    Stage.DO_NOT_CALL: Text("Не звонить", "Do not call"),
}

_STAGE_OF = {
    Outcome.MEETING_BOOKED: Stage.MEETING,
    Outcome.CALLBACK_SCHEDULED: Stage.CALLBACK,
    Outcome.INFO_REQUESTED: Stage.INFO_REQUESTED,
    Outcome.AGREED: Stage.AGREED,
    Outcome.REFUSED: Stage.REFUSED,
    Outcome.NOT_DECISION_MAKER: Stage.CONTACTED,
    Outcome.OPTED_OUT: Stage.DO_NOT_CALL,
    Outcome.WRONG_NUMBER: Stage.WRONG_NUMBER,
    Outcome.TRANSFERRED: Stage.CONTACTED,
}


def stage_after(outcome: Outcome, current: str) -> str:
    """The lead's stage after a call. A call that reached nobody changes nothing; "do not call" is never left by a call;
    a meeting that stands is not undone by a later talk that books none, short of the client's demand."""
    reached = _STAGE_OF.get(outcome)
    if reached is None or current == Stage.DO_NOT_CALL:
        return current
    if current == Stage.MEETING and reached is not Stage.DO_NOT_CALL:
        return current
    return reached


class TaskKind(StrEnum):
    """What a manager has to do after a call."""

    MEETING = "meeting"
    SEND_INFO = "send_info"
    FOLLOW_UP = "follow_up"
    ANOTHER_TIME = "another_time"
    """The client agreed to a meeting whose time somebody else has: a person calls and agrees on another."""


SEND_INFO_WITHIN = timedelta(hours=1)
FOLLOW_UP_WITHIN = timedelta(days=1)
ANOTHER_TIME_WITHIN = timedelta(hours=1)

SLOT_LOST = "slot_lost"
"""Reason of a result whose meeting was agreed, and came to be written when its slot was no longer to be had."""


@dataclass(frozen=True, slots=True)
class ManagerTask:
    """A task on a lead's card. `manager` is None while nobody in particular has it."""

    id: int
    kind: TaskKind
    due_at: datetime
    manager: str | None = None
    done_at: datetime | None = None


def task_after(result: CallResult) -> tuple[TaskKind, datetime] | None:
    """The manager's task an attempt leaves behind, with its due time; None when the robot goes on alone."""
    if result.meeting is not None:
        return TaskKind.MEETING, result.meeting.starts_at
    if result.reason == SLOT_LOST:
        return TaskKind.ANOTHER_TIME, result.ended_at + ANOTHER_TIME_WITHIN
    if result.outcome is Outcome.INFO_REQUESTED:
        return TaskKind.SEND_INFO, result.ended_at + SEND_INFO_WITHIN
    if result.outcome is Outcome.TRANSFERRED:
        return TaskKind.FOLLOW_UP, result.ended_at + FOLLOW_UP_WITHIN
    return None


def task_text(kind: TaskKind, *, name: str, company: str) -> Text:
    """What the task tells the manager. `name` and `company` are the lead's; either may be empty."""
    who = ", ".join(part for part in (name, company) if part)
    ru, en = who or "клиент без имени", who or "a client without a name"
    match kind:
        case TaskKind.MEETING:
            return Text(f"Провести встречу: {ru}", f"Hold the meeting: {en}")
        case TaskKind.SEND_INFO:
            return Text(f"Отправить материалы: {ru}", f"Send information: {en}")
        case TaskKind.FOLLOW_UP:
            return Text(f"Узнать итог разговора: {ru}", f"Follow up on the transferred call: {en}")
        case TaskKind.ANOTHER_TIME:
            return Text(f"Согласовать другое время встречи: {ru}", f"Agree on another time for the meeting: {en}")


def meeting_title(meeting: Meeting) -> Text:
    """The meeting as a line in a calendar."""
    return task_text(TaskKind.MEETING, name=meeting.lead_name, company=meeting.company)
