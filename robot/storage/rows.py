"""Rows as values of the domain, and the few statements every adapter needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.calls import CallTask, TaskState
from robot.domain.campaigns import CallingWindow, Campaign, CampaignState
from robot.domain.choosing import ManagerBy, parse_order
from robot.domain.goals import Goal
from robot.domain.meetings import Meeting, Slot, WorkingHours
from robot.domain.people import Lead, Manager, Profile
from robot.domain.rest_days import DaysOff
from robot.storage import tables as t

T = TypeVar("T")

CHUNK = 500
"""Values in one IN list: far below every limit on bound parameters."""


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def insert(connection: AsyncConnection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT: both dialects have the clause, in the same words."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def campaign_of(row: Any) -> Campaign:
    return Campaign(
        id=row.id,
        slug=row.slug,
        title=row.title,
        script=row.script,
        timezone=row.timezone,
        quota=row.quota,
        hard_quota=row.hard_quota,
        goal=Goal(row.goal),
        state=CampaignState(row.state),
        window=window_of(row.hours),
        meeting_minutes=row.meeting_minutes,
        max_attempts=row.max_attempts,
        advertising=row.advertising,
        priority=row.priority,
        inbound_script=row.inbound_script,
        managers_by=order_of(row.managers_by),
        facts=row.facts,
    )


@lru_cache(maxsize=256)
def window_of(text: str) -> CallingWindow:
    """Hours that cannot be read allow no calls."""
    try:
        return CallingWindow.parse(text)
    except ValueError:
        return CallingWindow({})


@lru_cache(maxsize=256)
def order_of(text: str) -> tuple[ManagerBy, ...]:
    """Words of a newer version are no preference here."""
    try:
        return parse_order(text)
    except ValueError:
        return ()


def lead_of(row: Any) -> Lead:
    return Lead(row.id, row.phone, row.name, row.company, row.city, row.timezone, row.stage, row.fields)


def manager_of(row: Any) -> Manager:
    hours = WorkingHours(
        row.timezone,
        row.opens,
        row.closes,
        row.weekdays,
        timedelta(minutes=row.buffer_minutes),
        row.country,
        days_off_of(row.days_off),
    )
    return Manager(row.id, row.name, hours, Profile(row.email, row.place, row.regions, row.skills, row.calendar))


@lru_cache(maxsize=256)
def days_off_of(text: str) -> DaysOff:
    """Days that cannot be read are none: the store writes none such."""
    try:
        return DaysOff.parse(text)
    except ValueError:
        return DaysOff()


def task_of(row: Any) -> CallTask:
    """From a row of tasks joined with its lane."""
    return CallTask(
        id=row.id,
        campaign_id=row.campaign_id,
        lead_id=row.lead_id,
        state=TaskState(row.state),
        due_at=row.due_at,
        priority=row.priority,
        attempts=row.attempts,
        deadline_at=row.deadline_at,
        script=row.script,
    )


def slot_of(row: Any) -> Slot:
    return Slot(row.manager_id, row.starts_at, row.ends_at)


MEETINGS = (
    sa.select(
        t.meetings.c.id,
        t.meetings.c.lead_id,
        t.meetings.c.attempt_id,
        t.slots.c.manager_id,
        t.slots.c.starts_at,
        t.slots.c.ends_at,
        t.managers.c.name.label("manager_name"),
        t.leads.c.name.label("lead_name"),
        t.leads.c.company,
    )
    .join_from(t.meetings, t.slots, t.slots.c.id == t.meetings.c.slot_id)
    .join(t.managers, t.managers.c.id == t.slots.c.manager_id)
    .join(t.leads, t.leads.c.id == t.meetings.c.lead_id)
    .order_by(t.slots.c.starts_at, t.meetings.c.id)
)


def meeting_of(row: Any) -> Meeting:
    """From a row of MEETINGS."""
    return Meeting(row.id, slot_of(row), row.manager_name, row.lead_id, row.lead_name, row.company, row.attempt_id)


def under_way() -> sa.Exists:
    """Whether the task of the enclosing statement has an attempt that has not ended."""
    return sa.exists().where(t.attempts.c.task_id == t.tasks.c.id, t.attempts.c.ended_at.is_(None)).correlate(t.tasks)


def spoken() -> sa.Label[str]:
    """The script of a call, as `script`: its task's own, or the campaign's."""
    return sa.func.coalesce(sa.func.nullif(t.tasks.c.script, ""), t.campaigns.c.script).label("script")


BANDS = 10
"""Scores 0-9, 10-19, ... 90 and more: a lead is called before all leads of lower bands of its campaign and priority."""


def band_of(score: int) -> int:
    return min(max(score // BANDS, 0), BANDS - 1)


async def lane_of(
    connection: AsyncConnection, campaign_id: int, priority: int, zones: Sequence[str], *, band: int = 0
) -> int:
    """The id of the lane for these hours, this urgency and this promise, made when it is not there."""
    lane = {"campaign_id": campaign_id, "priority": priority, "band": band, "zones": ",".join(sorted(zones))}
    query = sa.select(t.lanes.c.id).filter_by(**lane)
    found = (await connection.execute(query)).scalar_one_or_none()
    if found is None:
        await connection.execute(insert(connection, t.lanes).values(lane).on_conflict_do_nothing())
        found = (await connection.execute(query)).scalar_one()
    return int(found)
