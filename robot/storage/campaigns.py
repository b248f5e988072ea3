"""Campaigns and managers: what the head of sales sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.campaigns import Campaign, CampaignState
from robot.domain.company import speaks_for
from robot.domain.meetings import WorkingHours
from robot.domain.people import Manager, Profile
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.kept_settings import COMPANY, kept
from robot.storage.rows import campaign_of, insert, manager_of
from robot.storage.rules import check_campaign, check_hours, check_quota, unknown_campaign


class SqlCampaigns:
    """Campaigns of robot.crm.base."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure(self, campaign: Campaign) -> Campaign:
        check_campaign(campaign)

        async def work(connection: AsyncConnection) -> Campaign:
            made = await ensured(connection, campaign, renew=True)
            await self._database.tell(connection)
            return made

        return await self._database.write(work)

    async def get(self, slug: str) -> Campaign:
        async with self._database.read() as connection:
            return await _by_slug(connection, slug)

    async def all(self) -> Sequence[Campaign]:
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(t.campaigns).order_by(t.campaigns.c.id))
            return [campaign_of(row) for row in rows]

    async def set_quota(self, slug: str, quota: int, *, hard: bool = False) -> Campaign:
        check_quota(quota)
        return await self._set(slug, quota=quota, hard_quota=hard)

    async def set_state(self, slug: str, state: CampaignState) -> Campaign:
        return await self._set(slug, state=state)

    async def _set(self, slug: str, **values: object) -> Campaign:
        async def work(connection: AsyncConnection) -> Campaign:
            await connection.execute(sa.update(t.campaigns).where(t.campaigns.c.slug == slug).values(**values))
            await self._database.tell(connection)
            return await _by_slug(connection, slug)

        return await self._database.write(work)


async def ensured(connection: AsyncConnection, campaign: Campaign, *, renew: bool = False) -> Campaign:
    """The campaign of this slug as stored, made when it is not there. renew: brought up to date, but for its quota and
    its state."""
    lasting = {
        "title": campaign.title,
        "script": campaign.script,
        "timezone": campaign.timezone,
        "goal": campaign.goal,
        "hours": campaign.window.text,
        "advertising": campaign.advertising,
        "priority": campaign.priority,
        "inbound_script": campaign.inbound_script,
        "managers_by": ",".join(campaign.managers_by),
        "meeting_minutes": campaign.meeting_minutes,
        "max_attempts": campaign.max_attempts,
        "facts": dict(campaign.facts),
    }
    first = {**lasting, "facts": dict(speaks_for(await kept(connection, COMPANY), campaign))}
    statement = insert(connection, t.campaigns).values(
        slug=campaign.slug, quota=campaign.quota, hard_quota=campaign.hard_quota, state=campaign.state, **first
    )
    slug = [t.campaigns.c.slug]
    if renew:
        await connection.execute(statement.on_conflict_do_update(index_elements=slug, set_=lasting))
    else:
        await connection.execute(statement.on_conflict_do_nothing(index_elements=slug))
    return await _by_slug(connection, campaign.slug)


async def _by_slug(connection: AsyncConnection, slug: str) -> Campaign:
    row = (await connection.execute(sa.select(t.campaigns).where(t.campaigns.c.slug == slug))).one_or_none()
    if row is None:
        names = (await connection.execute(sa.select(t.campaigns.c.slug).order_by(t.campaigns.c.slug))).scalars().all()
        raise unknown_campaign(slug, names)
    return campaign_of(row)


class SqlManagers:
    """Managers of robot.crm.base."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure(
        self, name: str, hours: WorkingHours, *, campaigns: Iterable[int] | None, profile: Profile | None = None
    ) -> Manager:
        check_hours(hours)
        days = {
            "timezone": hours.timezone,
            "opens": hours.opens,
            "closes": hours.closes,
            "weekdays": hours.weekdays,
            "buffer_minutes": round(hours.buffer.total_seconds() / 60),
            "country": hours.country,
            "days_off": hours.days_off.text,
        }
        if profile is not None:
            days |= {
                "email": profile.email,
                "place": profile.place,
                "regions": profile.regions,
                "skills": profile.skills,
                "calendar": profile.calendar,
            }
        wanted = None if campaigns is None else sorted(set(campaigns))

        async def work(connection: AsyncConnection) -> Manager:
            await connection.execute(
                insert(connection, t.managers)
                .values(name=name, **days)
                .on_conflict_do_update(index_elements=[t.managers.c.name], set_=days)
            )
            manager = manager_of(
                (await connection.execute(sa.select(t.managers).where(t.managers.c.name == name))).one()
            )
            if wanted is not None:
                await _meet(connection, manager.id, wanted)
            return manager

        return await self._database.write(work)

    async def of(self, campaign_id: int) -> Sequence[Manager]:
        query = (
            sa.select(t.managers)
            .join(t.campaign_managers, t.campaign_managers.c.manager_id == t.managers.c.id)
            .where(t.campaign_managers.c.campaign_id == campaign_id)
            .order_by(t.managers.c.id)
        )
        async with self._database.read() as connection:
            return [manager_of(row) for row in await connection.execute(query)]

    async def all(self) -> Sequence[Manager]:
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(t.managers).order_by(t.managers.c.id))
            return [manager_of(row) for row in rows]


async def _meet(connection: AsyncConnection, manager_id: int, campaigns: Sequence[int]) -> None:
    """The manager meets the clients of these campaigns, and of no others."""
    links = t.campaign_managers
    gone = sa.delete(links).where(links.c.manager_id == manager_id, links.c.campaign_id.not_in(campaigns))
    await connection.execute(gone)
    for campaign_id in campaigns:
        link = insert(connection, links).values(campaign_id=campaign_id, manager_id=manager_id)
        await connection.execute(link.on_conflict_do_nothing())
