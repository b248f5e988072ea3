"""The managers' calendar, read for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from robot.domain.meeting_book import BookedMeeting, Week
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import slot_of


class SqlMeetingBook:
    """MeetingBook of robot.web.meeting_ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def week(self, *, after: datetime, before: datetime) -> Week:
        async with self._database.read() as connection:
            booked = [_meeting(row) for row in await connection.execute(_meetings(after, before))]
            offered = await connection.execute(
                sa.select(t.slots.c.manager_id, t.slots.c.starts_at, t.slots.c.ends_at)
                .join_from(t.slots, t.meetings, t.meetings.c.slot_id == t.slots.c.id, isouter=True)
                .where(*_lasts(t.slots, after, before), t.meetings.c.id.is_(None))
                .order_by(t.slots.c.starts_at, t.slots.c.manager_id)
            )
            elsewhere = await connection.execute(
                sa.select(t.busy_times.c.manager_id, t.busy_times.c.starts_at, t.busy_times.c.ends_at)
                .where(*_lasts(t.busy_times, after, before))
                .order_by(t.busy_times.c.starts_at, t.busy_times.c.manager_id)
            )
            return Week(booked, [slot_of(row) for row in offered], [slot_of(row) for row in elsewhere])


def _lasts(table: sa.Table, after: datetime, before: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.starts_at < before, table.c.ends_at > after


def _meetings(after: datetime, before: datetime) -> sa.Select[*tuple[Any, ...]]:
    meeting, slot, lead = t.meetings.c, t.slots.c, t.leads.c
    moved = sa.exists().where(t.moved_meetings.c.moved_by == meeting.attempt_id)
    return (
        sa.select(
            meeting.id,
            meeting.lead_id,
            meeting.attempt_id,
            meeting.booked_at,
            slot.manager_id,
            slot.starts_at,
            slot.ends_at,
            lead.name,
            lead.company,
            t.campaigns.c.title,
            moved.label("moved"),
        )
        .join_from(t.meetings, t.slots, slot.id == meeting.slot_id)
        .join(t.leads, lead.id == meeting.lead_id)
        .join(t.campaigns, t.campaigns.c.id == meeting.campaign_id)
        .where(*_lasts(t.slots, after, before))
        .order_by(slot.starts_at, meeting.id)
    )


def _meeting(row: Any) -> BookedMeeting:
    return BookedMeeting(
        row.id,
        slot_of(row),
        row.lead_id,
        row.name,
        row.company,
        row.title,
        row.attempt_id,
        row.booked_at,
        bool(row.moved),
    )
