"""The managers' calendar: slots nobody has, those each client is offered, and the one each call holds while it is
promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.campaigns import Campaign
from robot.domain.choosing import preferred
from robot.domain.meetings import Slot, free_slots
from robot.domain.people import Manager
from robot.storage import tables as t
from robot.storage.diaries import diaries, managers_of, near
from robot.storage.engine import Database
from robot.storage.moving import counts_for, to_come
from robot.storage.quotas import booked
from robot.storage.room import alone, enough_for_all
from robot.storage.rows import campaign_of, lead_of, manager_of, slot_of
from robot.storage.tables_calls import HELD, OFFERED


class SqlCalendar:
    """Calendar of robot.calls.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def free_slots(
        self,
        campaign: Campaign,
        *,
        after: datetime,
        before: datetime,
        duration: timedelta,
        now: datetime,
        attempt_id: UUID | None = None,
    ) -> Sequence[Slot]:
        async with self._database.read() as connection:
            fresh = sa.select(t.campaigns).where(t.campaigns.c.id == campaign.id)
            row = (await connection.execute(fresh)).one_or_none()
            if row is None or await _full(connection, campaign_of(row), now, attempt_id):
                return []
            managers = await managers_of(connection, campaign.id)
            groups = await _preferred(connection, campaign_of(row), managers, attempt_id)
            has = await diaries(connection, managers, after=after, before=before, now=now, attempt_id=attempt_id)
        return free_slots(has, after=after, before=before, duration=duration, preferred=groups)

    async def offer(self, attempt_id: UUID, slots: Sequence[Slot], *, now: datetime) -> Sequence[Slot]:
        return await self._database.write(partial(_offer, attempt_id=attempt_id, slots=slots, now=now))

    async def hold(self, attempt_id: UUID, slot: Slot, *, now: datetime) -> bool:
        if not now <= slot.starts_at < slot.ends_at:
            return False
        return await self._database.write(partial(_hold, attempt_id=attempt_id, slot=slot, now=now))

    async def release(self, attempt_id: UUID) -> None:
        booked_already = sa.exists().where(t.meetings.c.slot_id == t.slots.c.id).correlate(t.slots)
        statement = sa.delete(t.slots).where(t.slots.c.attempt_id == attempt_id, ~booked_already)
        await self._database.write(lambda connection: connection.execute(statement))


async def _preferred(
    connection: AsyncConnection, campaign: Campaign, managers: Sequence[Manager], attempt_id: UUID | None
) -> Sequence[Sequence[int]]:
    if attempt_id is None or not campaign.managers_by:
        return ()
    query = sa.select(t.leads).join(t.attempts, t.attempts.c.lead_id == t.leads.c.id)
    row = (await connection.execute(query.where(t.attempts.c.id == attempt_id))).one_or_none()
    return () if row is None else preferred(managers, lead_of(row), campaign.managers_by)


async def _offer(
    connection: AsyncConnection, *, attempt_id: UUID, slots: Sequence[Slot], now: datetime
) -> Sequence[Slot]:
    """Counted while nobody claims for these managers: of the last slots every call under way is left one."""
    query = (
        sa.select(t.campaigns)
        .join(t.attempts, t.attempts.c.campaign_id == t.campaigns.c.id)
        .where(t.attempts.c.id == attempt_id)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return []
    campaign = campaign_of(row)
    if slots:
        await alone(connection, campaign.id)
    goes_on = await _goes_on(connection, attempt_id)
    mine = sa.and_(t.slots.c.attempt_id == attempt_id, t.slots.c.state == OFFERED)
    await connection.execute(sa.delete(t.slots).where(mine))
    if not goes_on or not slots or await _full(connection, campaign, now, attempt_id):
        return []
    managers = {id_: await _meets(connection, campaign.id, id_) for id_ in sorted({slot.manager_id for slot in slots})}
    kept: list[Slot] = []
    for slot in slots:
        manager = managers[slot.manager_id]
        if manager is None or not now <= slot.starts_at < slot.ends_at:
            continue
        if await _clash(connection, attempt_id, manager, slot):
            continue
        await _insert(connection, campaign.id, attempt_id, slot, day=campaign.day(now), state=OFFERED)
        if kept and not await enough_for_all(connection, campaign, now):
            at = sa.and_(mine, t.slots.c.manager_id == slot.manager_id, t.slots.c.starts_at == slot.starts_at)
            await connection.execute(sa.delete(t.slots).where(at))
            break
        kept.append(slot)
    return kept


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
    if await _full(connection, campaign, now, attempt_id):
        return False
    return await take(connection, campaign.id, attempt_id, slot, day=campaign.day(now))


async def take(
    connection: AsyncConnection, campaign_id: int, attempt_id: UUID, slot: Slot, *, day: date, promised: bool = False
) -> bool:
    """Give the attempt this slot instead of what it holds and is offered, counted on the campaign's `day`, or where the
    meeting counts that it would move; False, and
    nothing changed, when somebody else has that time or the manager does not meet this campaign's clients. promised:
    the client was told so, and only another client's slot prevents it. Locks the manager."""
    manager = await _meets(connection, campaign_id, slot.manager_id)
    if manager is None or await _clash(connection, attempt_id, manager, slot, promised=promised):
        return False
    await connection.execute(sa.delete(t.slots).where(t.slots.c.attempt_id == attempt_id))
    counted_for, on = await counts_for(connection, attempt_id, campaign_id, day)
    await _insert(connection, counted_for, attempt_id, slot, day=on, state=HELD)
    return True


async def _insert(
    connection: AsyncConnection, campaign_id: int, attempt_id: UUID, slot: Slot, *, day: date, state: str
) -> None:
    await connection.execute(
        sa.insert(t.slots).values(
            manager_id=slot.manager_id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            campaign_id=campaign_id,
            day=day,
            attempt_id=attempt_id,
            state=state,
        )
    )


async def _clash(
    connection: AsyncConnection, attempt_id: UUID, manager: Manager, slot: Slot, *, promised: bool = False
) -> bool:
    """Whether the manager has anything then that is not this attempt's. A client's slots may lie beside each other:
    he takes one."""
    ours, elsewhere = t.slots.c, t.busy_times.c
    span = ([manager.id], slot.starts_at, slot.ends_at)
    others = sa.select(ours.manager_id, ours.starts_at, ours.ends_at).where(
        near(t.slots, *span), ours.attempt_id != attempt_id
    )
    has = [slot_of(row) for row in await connection.execute(others)]
    if promised:
        return any(one.starts_at < slot.ends_at and slot.starts_at < one.ends_at for one in has)
    busy = sa.select(elsewhere.manager_id, elsewhere.starts_at, elsewhere.ends_at).where(near(t.busy_times, *span))
    has += [slot_of(row) for row in await connection.execute(busy)]
    return manager.hours.clash(slot.starts_at, slot.ends_at, has)


async def _full(connection: AsyncConnection, campaign: Campaign, now: datetime, attempt_id: UUID | None) -> bool:
    """A hard quota is met: nothing more may be promised today, but another time to who has been promised one, in this
    call or before."""
    day = campaign.day(now)
    if not campaign.hard_quota or await booked(connection, campaign, day) < (campaign.quota or 0):
        return False
    slot = t.slots.c
    mine = sa.exists().where(slot.attempt_id == attempt_id, slot.state == HELD, slot.day == day)
    if attempt_id is None:
        return True
    holds = (await connection.execute(sa.select(mine))).scalar_one()
    return not holds and not await to_come(connection, attempt_id)


async def _goes_on(connection: AsyncConnection, attempt_id: UUID) -> bool:
    query = sa.select(t.attempts.c.ended_at).where(t.attempts.c.id == attempt_id).with_for_update(key_share=True)
    return (await connection.execute(query)).scalar_one() is None


async def _meets(connection: AsyncConnection, campaign_id: int, manager_id: int) -> Manager | None:
    """The manager, if he meets this campaign's clients; locked."""
    query = (
        sa.select(t.managers)
        .join(t.campaign_managers, t.campaign_managers.c.manager_id == t.managers.c.id)
        .where(t.campaign_managers.c.campaign_id == campaign_id, t.managers.c.id == manager_id)
        .with_for_update(key_share=True, of=t.managers)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else manager_of(row)
