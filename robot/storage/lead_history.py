"""All that ever happened to a lead, out of every table that knows something of him."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.lead_desk import HistoryLine, Kind
from robot.domain.stops import StopPattern
from robot.storage import tables as t

_a, _k, _m = t.attempts.c, t.tasks.c, t.meetings.c
_TITLE = t.campaigns.c.title.label("campaign_title")


async def history_of(connection: AsyncConnection, lead_id: int, most: int) -> Sequence[HistoryLine]:
    """The latest first; of each kind at most so many. Nothing for a lead that is not there."""
    lead = (await connection.execute(sa.select(t.leads).where(t.leads.c.id == lead_id))).one_or_none()
    if lead is None:
        return []
    lines = [HistoryLine(lead.created_at, Kind.CAME)]
    for query, line_of in _SOURCES:
        wanted = query(lead_id).limit(most)
        lines += [line_of(row) for row in await connection.execute(wanted)]
    lines += [line async for line in _consents(connection, lead_id, most)]
    lines += [line async for line in _stops(connection, lead.phone)]
    order = list(Kind)
    return sorted(lines, key=lambda line: (line.at, order.index(line.kind)), reverse=True)


def _tasks(lead_id: int) -> sa.Select[Any]:
    return (
        sa.select(t.tasks, _TITLE, t.leads.c.created_at.label("known_at"))
        .join_from(t.tasks, t.campaigns, t.campaigns.c.id == _k.campaign_id)
        .join(t.leads, t.leads.c.id == _k.lead_id)
        .where(_k.lead_id == lead_id)
        .order_by(_k.id.desc())
    )


def _task(row: Any) -> HistoryLine:
    return HistoryLine(
        at=row.came_at or row.known_at,
        kind=Kind.TASK,
        code=row.source,
        state=row.state,
        title=row.campaign_title,
        text=row.reason,
        then=row.due_at if row.outcome is None else None,
    )


def _calls(lead_id: int) -> sa.Select[Any]:
    return (
        sa.select(t.attempts, _TITLE)
        .join_from(t.attempts, t.campaigns, t.campaigns.c.id == _a.campaign_id)
        .where(_a.lead_id == lead_id)
        .order_by(_a.started_at.desc(), _a.id)
    )


def _call(row: Any) -> HistoryLine:
    talked = row.ended_at - row.answered_at if row.ended_at and row.answered_at else None
    return HistoryLine(
        at=row.started_at,
        kind=Kind.CALL,
        code=row.outcome or "",
        state=row.direction,
        title=row.campaign_title,
        text=row.reason,
        call=row.id,
        then=row.callback_at,
        length_ms=None if talked is None else round(talked.total_seconds() * 1000),
    )


def _meetings(lead_id: int) -> sa.Select[Any]:
    return (
        sa.select(t.meetings, t.slots.c.starts_at, t.managers.c.name.label("manager"))
        .join_from(t.meetings, t.slots, t.slots.c.id == _m.slot_id)
        .join(t.managers, t.managers.c.id == t.slots.c.manager_id)
        .where(_m.lead_id == lead_id)
        .order_by(_m.booked_at.desc())
    )


def _meeting(row: Any) -> HistoryLine:
    return HistoryLine(row.booked_at, Kind.MEETING, title=row.manager, call=row.attempt_id, then=row.starts_at)


def _manager_tasks(lead_id: int) -> sa.Select[Any]:
    tasks = t.manager_tasks
    return (
        sa.select(tasks, t.managers.c.name.label("manager"), sa.func.coalesce(_a.ended_at, _a.started_at).label("at"))
        .join_from(tasks, t.attempts, _a.id == tasks.c.attempt_id)
        .join(t.managers, t.managers.c.id == tasks.c.manager_id, isouter=True)
        .where(tasks.c.lead_id == lead_id)
        .order_by(tasks.c.id.desc())
    )


def _manager_task(row: Any) -> HistoryLine:
    state = "open" if row.done_at is None else "done"
    return HistoryLine(
        row.at, Kind.MANAGER_TASK, row.kind, state, row.manager or "", call=row.attempt_id, then=row.due_at
    )


def _sent(lead_id: int) -> sa.Select[Any]:
    return sa.select(t.sent).where(t.sent.c.lead_id == lead_id).order_by(t.sent.c.at.desc())


def _message(row: Any) -> HistoryLine:
    return HistoryLine(row.at, Kind.SENT, row.channel, row.state, row.title, row.problem, call=row.attempt_id)


def _outbox(lead_id: int) -> sa.Select[Any]:
    return sa.select(t.outbox).where(t.outbox.c.lead_id == lead_id).order_by(t.outbox.c.id.desc())


def _delivery(row: Any) -> HistoryLine:
    return HistoryLine(
        row.created_at, Kind.DELIVERY, row.kind, row.state, row.target, row.problem_code, call=row.attempt_id
    )


def _happenings(lead_id: int) -> sa.Select[Any]:
    return sa.select(t.happenings).where(t.happenings.c.lead_id == lead_id).order_by(t.happenings.c.id.desc())


def _happening(row: Any) -> HistoryLine:
    return HistoryLine(row.at, Kind.HAPPENING, row.kind, row.fate, row.source, row.stage, who=row.trigger)


_SOURCES: Sequence[tuple[Callable[[int], sa.Select[Any]], Callable[[Any], HistoryLine]]] = (
    (_tasks, _task),
    (_calls, _call),
    (_meetings, _meeting),
    (_manager_tasks, _manager_task),
    (_sent, _message),
    (_outbox, _delivery),
    (_happenings, _happening),
)


async def _consents(connection: AsyncConnection, lead_id: int, most: int) -> AsyncIterator[HistoryLine]:
    query = sa.select(t.consents).where(t.consents.c.lead_id == lead_id).order_by(t.consents.c.id.desc()).limit(most)
    for row in await connection.execute(query):
        yield HistoryLine(row.given_at, Kind.CONSENT, title=row.source, text=row.text)
        if row.revoked_at is not None:
            yield HistoryLine(row.revoked_at, Kind.REVOKED, title=row.source)


async def _stops(connection: AsyncConnection, phone: str) -> AsyncIterator[HistoryLine]:
    """By number, and by patterns that mean it; and what was taken off the list."""
    numbers = await connection.execute(sa.select(t.stop_list).where(t.stop_list.c.phone == phone))
    for row in numbers:
        yield HistoryLine(row.since, Kind.STOPPED, text=row.reason)
    for row in await connection.execute(sa.select(t.stop_patterns)):
        if StopPattern(row.pattern).matches(phone):
            yield HistoryLine(row.since, Kind.STOPPED, title=row.pattern, text=row.reason)
    for row in await connection.execute(sa.select(t.stop_removals)):
        if row.entry == phone or StopPattern(row.entry).matches(phone):
            pattern = "" if row.entry == phone else row.entry
            yield HistoryLine(row.removed_at, Kind.UNSTOPPED, title=pattern, text=row.reason, who=row.removed_by)
