"""A call in words, for people who read it in their CRM. Plain text with hostile pieces in it: a connector escapes it
for the place it is put into. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from robot.crm.report import CallReport, Said
from robot.crm.stages import TaskKind, Text, task_text
from robot.domain.outcomes import Outcome
from robot.domain.people import lead_fields
from robot.domain.zones import zone_info
from robot.i18n import tr

MOST_TRANSCRIPT = 30_000
"""Characters: a talk of half an hour."""
MOST_VALUE = 500

OUTCOMES: Mapping[Outcome, Text] = {
    Outcome.MEETING_BOOKED: Text("встреча назначена", "meeting booked"),
    Outcome.CALLBACK_SCHEDULED: Text("просит перезвонить", "asked to be called back"),
    Outcome.INFO_REQUESTED: Text("просит прислать материалы", "wants information"),
    Outcome.AGREED: Text("договорились", "agreed"),
    Outcome.REFUSED: Text("отказ", "refused"),
    Outcome.NOT_DECISION_MAKER: Text("не тот, кто решает", "not the decision maker"),
    Outcome.OPTED_OUT: Text("просит больше не звонить", "asked not to be called again"),
    Outcome.WRONG_NUMBER: Text("неверный номер", "wrong number"),
    Outcome.TRANSFERRED: Text("соединён с менеджером", "transferred to a manager"),
    Outcome.VOICEMAIL: Text("автоответчик", "voicemail"),
    Outcome.NO_ANSWER: Text("не берёт трубку", "no answer"),
    Outcome.BUSY: Text("занято", "busy"),
    Outcome.FAILED: Text("не дозвонились", "not reached"),
    Outcome.INTERRUPTED: Text("сбой робота", "the robot's fault"),
}


def local(moment: datetime, timezone: str) -> str:
    """12.03.2026 15:00."""
    return f"{moment.astimezone(zone_info(timezone)):%d.%m.%Y %H:%M}"


def lead_title(report: CallReport) -> str:
    """What a new lead is called: the company or the person; never empty."""
    who = report.lead.company.strip() or report.lead.name.strip() or report.lead.phone
    return f"{who} — {report.campaign_title or report.campaign}"


def heading(report: CallReport) -> str:
    """One line: what kind of call, and what it came to."""
    outcome = OUTCOMES[report.outcome]
    if report.corrects is not None:
        return tr(f"Итог звонка исправил человек: {outcome.ru}", f"Outcome corrected by a person: {outcome.en}")
    if report.inbound:
        return tr(f"Входящий звонок роботу: {outcome.ru}", f"Call to the robot: {outcome.en}")
    return tr(f"Звонок робота: {outcome.ru}", f"Call by the robot: {outcome.en}")


def facts(report: CallReport, timezone: str) -> Sequence[tuple[str, str]]:
    """Name and value of everything worth a line, in order."""
    seconds = report.talked_s
    rows = [
        (tr("Кампания", "Campaign"), report.campaign_title or report.campaign),
        (tr("Когда", "When"), local(report.started_at, timezone)),
        (tr("Разговор", "Talk"), f"{seconds // 60}:{seconds % 60:02d}"),
        (tr("Причина", "Reason"), report.reason),
    ]
    if report.meeting is not None:
        when = local(report.meeting.slot.starts_at, timezone)
        rows += [
            (tr("Встреча", "Meeting"), f"{when}, {report.meeting.manager}"),
            (tr("Где", "Place"), report.meeting.place),
        ]
    if report.callback_at is not None:
        rows.append((tr("Робот перезвонит", "The robot calls back"), local(report.callback_at, timezone)))
    rows += lead_fields(report.collected).items()
    rows += [(tr("Заметка", "Note"), wish.params.get("text", "")) for wish in report.wishes if wish.name == "add_note"]
    return [(name, value.strip()[:MOST_VALUE]) for name, value in rows if value.strip()]


def task_line(kind: str, report: CallReport) -> str:
    """What the manager's task says."""
    known = kind in set(TaskKind)
    text = task_text(
        TaskKind(kind) if known else TaskKind.FOLLOW_UP, name=report.lead.name, company=report.lead.company
    )
    return tr(text.ru, text.en)


def transcript(said: Sequence[Said]) -> Sequence[str]:
    """One line an utterance, with its time. What does not fit is left out, and that is told."""
    lines: list[str] = []
    length = 0
    for one in said:
        who = tr("Клиент", "Client") if one.by_client else tr("Робот", "Robot")
        line = f"{one.from_ms // 60_000}:{one.from_ms // 1000 % 60:02d} {who}: {one.text.strip()}"
        length += len(line)
        if length > MOST_TRANSCRIPT:
            lines.append(tr("… дальше — в записи", "… the rest is in the recording"))
            break
        lines.append(line)
    return lines
