"""Rows of the outbox for reading, and the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from robot.crm.outbox_desk import Entry
from robot.crm.outbox_ports import Kind, Problem, State
from robot.crm.remedies import remedy_of
from robot.i18n import tr

STYLES = {State.WAITING: "yellow", State.PARKED: "red", State.DELIVERED: "green", State.DROPPED: "dim"}
SHORT_ID = 8


def entries_table(entries: Sequence[Entry]) -> Table:
    table = Table()
    table.add_column("№", justify="right", no_wrap=True)
    for title in (tr("С", "Since"), tr("Куда", "To"), tr("Что", "What"), tr("Звонок", "Call"), tr("Лид", "Lead")):
        table.add_column(title, no_wrap=True)
    table.add_column(tr("Состояние", "State"))
    table.add_column(tr("Попыток", "Tries"), justify="right")
    table.add_column(tr("Причина и что делать", "Reason and remedy"))
    for one in entries:
        table.add_row(
            str(one.id),
            f"{one.created_at.astimezone():%d.%m %H:%M}",
            Text(one.target),
            _kind(one.kind),
            str(one.attempt_id)[:SHORT_ID] if one.attempt_id else "—",
            str(one.lead_id),
            Text(_state(one), STYLES[one.state]),
            str(one.tries),
            Text(_problem(one.problem)),
        )
    return table


def entry_json(one: Entry) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "target": one.target,
        "kind": one.kind,
        "lead_id": one.lead_id,
        "call": str(one.attempt_id) if one.attempt_id else None,
        "state": one.state,
        "under_way": one.under_way,
        "tries": one.tries,
        "created_at": one.created_at.isoformat(),
        "next_try_at": one.due_at.isoformat() if one.state is State.WAITING else None,
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        "done": list(one.done),
        "problem": {"code": one.problem.code, "text": one.problem.text, "remedy": remedy_of(one.problem)}
        if one.problem
        else None,
    }


def _kind(kind: str) -> str:
    return {
        Kind.CALL.value: tr("звонок", "call"),
        Kind.INVITATION.value: tr("приглашение", "invitation"),
        Kind.DOCUMENT.value: tr("документ", "document"),
        Kind.MESSAGE.value: tr("сообщение", "message"),
        Kind.REPLY.value: tr("ответ роботу CRM", "reply to the CRM's robot"),
    }.get(kind, kind)


def _state(one: Entry) -> str:
    match one.state:
        case State.WAITING if one.under_way:
            return tr("доставляется", "under way")
        case State.WAITING:
            return tr("ждёт до", "waits until") + f" {one.due_at.astimezone():%d.%m %H:%M}"
        case State.PARKED:
            return tr("решает человек", "parked")
        case State.DELIVERED:
            return tr("доставлено", "delivered")
        case State.DROPPED:
            return tr("отменено", "dropped")


def _problem(problem: Problem | None) -> str:
    if problem is None:
        return ""
    remedy = remedy_of(problem)
    return f"{problem.text} [{problem.code}]" + (f" → {remedy}" if remedy else "")
