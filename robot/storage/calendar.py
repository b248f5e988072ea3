"""The managers' calendar: slots nobody has, and the slot each call holds while it is promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.campaigns import Campaign
from robot.domain.meetings import Slot, free_slots
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.quotas import booked
from robot.storage.rows import campaign_of, manager_of, slot_of


class SqlCalendar:
    """Calendar of robot.calls.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def free_slots(
        self, campaign: Campaign, *, after: datetime, before: datetime, duration: timedelta, now: datetime
    ) -> Sequence[Slot]:
        managers = (
            sa.select(t.managers)
            .join(t.campaign_managers, t.campaign_managers.c.manager_id == t.managers.c.id)
            .where(t.campaign_managers.c.campaign_id == campaign.id)
        )
        async with self._database.read() as connection:
            fresh = sa.select(t.campaigns).where(t.campaigns.c.id == campaign.id)
            row = (await connection.execute(fresh)).one_or_none()
            if row is None or await _full(connection, campaign_of(row), now):
                return []
            hours = {row.id: manager_of(row).hours for row in await connection.execute(managers)}
            taken = sa.select(t.slots).where(
                t.slots.c.manager_id.in_(hours), t.slots.c.starts_at < before, t.slots.c.ends_at > after
            )
            busy = [slot_of(row) for row in await connection.execute(taken)]
        return free_slots(hours, busy, after=after, before=before, duration=duration)

    async def hold(self, attempt_id: UUID, slot: Slot, *, now: datetime) -> bool:
        if not now <= slot.starts_at < slot.ends_at:
            return False
        return await self._database.write(partial(_hold, attempt_id=attempt_id, slot=slot, now=now))

    async def release(self, attempt_id: UUID) -> None:
        booked_already = sa.exists().where(t.meetings.c.slot_id == t.slots.c.id).correlate(t.slots)
        statement = sa.delete(t.slots).where(t.slots.c.attempt_id == attempt_id, ~booked_already)
        await self._database.write(lambda connection: connection.execute(statement))


async def _hold(connection: AsyncConnection, *, attempt_id: UUID, slot: Slot, now: datetime) -> bool:
    """Campaign and manager are locked before anything is counted: two nodes cannot both find the last place free."""
    query = (
        sa.select(t.campaigns)
        .join(t.attempts, t.attempts.c.campaign_id == t.campaigns.c.id)
        .where(t.attempts.c.id == attempt_id)
        .with_for_update(key_share=True, of=t.campaigns)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None or not await _goes_on(connection, attempt_id):
        return False
    campaign = campaign_of(row)
    mine = t.slots.c.attempt_id == attempt_id
    held = (await connection.execute(sa.select(t.slots).where(mine))).one_or_none()
    moved = held is not None and held.day == campaign.day(now)
    if not moved and await _full(connection, campaign, now):
        return False
    return await take(connection, campaign.id, attempt_id, slot, day=campaign.day(now))


async def take(connection: AsyncConnection, campaign_id: int, attempt_id: UUID, slot: Slot, *, day: date) -> bool:
    """Give the attempt this slot instead of what it holds, counted on the campaign's `day`; False, and nothing changed,
    when somebody else has that time or the manager does not meet this campaign's clients. Locks the manager."""
    mine = t.slots.c.attempt_id == attempt_id
    if not await _meets(connection, campaign_id, slot.manager_id):
        return False
    overlapping = sa.select(t.slots.c.id).where(
        t.slots.c.manager_id == slot.manager_id,
        ~mine,
        t.slots.c.starts_at < slot.ends_at,
        t.slots.c.ends_at > slot.starts_at,
    )
    if (await connection.execute(overlapping.limit(1))).first() is not None:
        return False
    await connection.execute(sa.delete(t.slots).where(mine))
    await connection.execute(
        sa.insert(t.slots).values(
            manager_id=slot.manager_id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            campaign_id=campaign_id,
            day=day,
            attempt_id=attempt_id,
        )
    )
    return True


async def _full(connection: AsyncConnection, campaign: Campaign, now: datetime) -> bool:
    """A hard quota is met: nothing more may be promised today."""
    return campaign.hard_quota and await booked(connection, campaign, campaign.day(now)) >= (campaign.quota or 0)


async def _goes_on(connection: AsyncConnection, attempt_id: UUID) -> bool:
    query = sa.select(t.attempts.c.ended_at).where(t.attempts.c.id == attempt_id).with_for_update(key_share=True)
    return (await connection.execute(query)).scalar_one() is None


async def _meets(connection: AsyncConnection, campaign_id: int, manager_id: int) -> bool:
    """Whether the manager meets this campaign's clients; locks him."""
    query = (
        sa.select(t.managers.c.id)
        .join(t.campaign_managers, t.campaign_managers.c.manager_id == t.managers.c.id)
        .where(t.campaign_managers.c.campaign_id == campaign_id, t.managers.c.id == manager_id)
        .with_for_update(key_share=True, of=t.managers)
    )
    return (await connection.execute(query)).one_or_none() is not None
