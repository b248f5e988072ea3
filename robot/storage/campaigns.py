"""Campaigns and managers: what the head of sales sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.campaigns import Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.people import Manager
from robot.domain.zones import zone_info
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.errors import InvalidRecord, UnknownCampaign
from robot.storage.rows import campaign_of, insert, manager_of

MOST_A_DAY = 1_000_000
"""A quota beyond this is a slip of the finger."""


class SqlCampaigns:
    """Campaigns of robot.crm.base."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure(self, campaign: Campaign) -> Campaign:
        check_campaign(campaign)
        lasting = {
            "title": campaign.title,
            "script": campaign.script,
            "timezone": campaign.timezone,
            "opens": campaign.window.opens,
            "closes": campaign.window.closes,
            "weekdays": campaign.window.weekdays,
            "meeting_minutes": campaign.meeting_minutes,
            "max_attempts": campaign.max_attempts,
            "facts": dict(campaign.facts),
        }

        async def work(connection: AsyncConnection) -> Campaign:
            statement = insert(connection, t.campaigns).values(
                slug=campaign.slug, quota=campaign.quota, active=campaign.active, **lasting
            )
            await connection.execute(statement.on_conflict_do_update(index_elements=[t.campaigns.c.slug], set_=lasting))
            return await _by_slug(connection, campaign.slug)

        return await self._database.write(work)

    async def get(self, slug: str) -> Campaign:
        async with self._database.read() as connection:
            return await _by_slug(connection, slug)

    async def all(self) -> Sequence[Campaign]:
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(t.campaigns).order_by(t.campaigns.c.id))
            return [campaign_of(row) for row in rows]

    async def set_quota(self, slug: str, quota: int) -> Campaign:
        check_quota(quota)
        return await self._set(slug, quota=quota)

    async def set_active(self, slug: str, active: bool) -> Campaign:
        return await self._set(slug, active=active)

    async def _set(self, slug: str, **values: object) -> Campaign:
        async def work(connection: AsyncConnection) -> Campaign:
            await connection.execute(sa.update(t.campaigns).where(t.campaigns.c.slug == slug).values(**values))
            return await _by_slug(connection, slug)

        return await self._database.write(work)


async def _by_slug(connection: AsyncConnection, slug: str) -> Campaign:
    row = (await connection.execute(sa.select(t.campaigns).where(t.campaigns.c.slug == slug))).one_or_none()
    if row is None:
        names = (await connection.execute(sa.select(t.campaigns.c.slug).order_by(t.campaigns.c.slug))).scalars().all()
        raise unknown_campaign(slug, names)
    return campaign_of(row)


def unknown_campaign(slug: str, names: Sequence[str]) -> UnknownCampaign:
    there = f"there are: {', '.join(names)}" if names else "there is none yet: import leads into one first"
    return UnknownCampaign(f"no campaign is called {slug!r}", remedy=there)


def check_quota(quota: int | None) -> None:
    """Raises InvalidRecord."""
    if quota is not None and not 0 <= quota <= MOST_A_DAY:
        raise InvalidRecord(f"{quota} meetings a day are not possible", remedy="give a number from 0 up")


def check_campaign(campaign: Campaign) -> None:
    """Refuse what would only fail at dialing time. Raises InvalidRecord."""
    check_quota(campaign.quota)
    if not campaign.slug.strip():
        raise InvalidRecord("a campaign needs a name", remedy="give it one")
    if campaign.meeting_minutes <= 0 or campaign.max_attempts <= 0:
        raise InvalidRecord("minutes of a meeting and attempts are counted from 1", remedy="correct the campaign")
    check_zone(campaign.timezone)


def check_zone(name: str) -> None:
    """Raises InvalidRecord."""
    if zone_info(name) is None:
        raise InvalidRecord(f"{name!r} is no time zone", remedy="use an IANA name such as Europe/Moscow")


class SqlManagers:
    """Managers of robot.crm.base."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure(self, name: str, hours: WorkingHours, *, campaigns: Iterable[int]) -> Manager:
        check_zone(hours.timezone)
        days = {
            "timezone": hours.timezone,
            "opens": hours.opens,
            "closes": hours.closes,
            "weekdays": hours.weekdays,
        }
        wanted = sorted(set(campaigns))

        async def work(connection: AsyncConnection) -> Manager:
            await connection.execute(
                insert(connection, t.managers)
                .values(name=name, **days)
                .on_conflict_do_update(index_elements=[t.managers.c.name], set_=days)
            )
            manager = manager_of(
                (await connection.execute(sa.select(t.managers).where(t.managers.c.name == name))).one()
            )
            links = t.campaign_managers
            await connection.execute(
                sa.delete(links).where(links.c.manager_id == manager.id, links.c.campaign_id.not_in(wanted))
            )
            for campaign_id in wanted:
                link = insert(connection, links).values(campaign_id=campaign_id, manager_id=manager.id)
                await connection.execute(link.on_conflict_do_nothing())
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
