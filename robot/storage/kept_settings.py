"""What is set in the browser, and test calls: the rules of every call hold for them too."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.campaigns import OFFICE_HOURS
from robot.domain.company import Trial, TrialEnd, spread
from robot.domain.rules import CEILING, CONTACT_LIMIT, HOURS, STOPPED, DialingRules
from robot.domain.zones import zones_of_phone
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.permits import stopped
from robot.storage.rows import insert
from robot.storage.spending import cost_of, give_back, reserve

COMPANY = "company"
LONGEST_TRIAL = timedelta(minutes=15)
"""What has not ended by then was cut off with its node."""

_k, _c = t.kept_settings.c, t.trial_calls.c


class SqlKeptSettings:
    """KeptSettings of robot.web.settings_ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def company(self) -> Mapping[str, str]:
        async with self._database.read() as connection:
            return await kept(connection, COMPANY)

    async def set_company(self, facts: Mapping[str, str], *, now: datetime) -> Mapping[str, str]:
        async def work(connection: AsyncConnection) -> Mapping[str, str]:
            rows = (await connection.execute(_campaigns_locked())).all()
            before = await kept(connection, COMPANY)
            await keep(connection, COMPANY, facts, now)
            for row in rows:
                changed = spread(row.facts, before, facts)
                if changed != row.facts:
                    here = t.campaigns.c.id == row.id
                    await connection.execute(sa.update(t.campaigns).where(here).values(facts=dict(changed)))
            return before

        return await self._database.write(work)

    async def mapping(self, crm: str) -> Mapping[str, str] | None:
        query = sa.select(_k.content).where(_k.name == f"crm.{crm}")
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
            return None if row is None else row[0]

    async def set_mapping(self, crm: str, values: Mapping[str, str], *, now: datetime) -> None:
        await self._database.write(lambda connection: keep(connection, f"crm.{crm}", values, now))


def _campaigns_locked() -> sa.Select[Any]:
    columns = (t.campaigns.c.id, t.campaigns.c.facts)
    return sa.select(*columns).order_by(t.campaigns.c.id).with_for_update()


async def kept(connection: AsyncConnection, name: str) -> Mapping[str, str]:
    row = (await connection.execute(sa.select(t.kept_settings).where(_k.name == name))).one_or_none()
    return {} if row is None else dict(row.content)


async def keep(connection: AsyncConnection, name: str, values: Mapping[str, str], now: datetime) -> None:
    row = {"content": dict(values), "changed_at": now}
    new = insert(connection, t.kept_settings).values(name=name, **row)
    await connection.execute(new.on_conflict_do_update(index_elements=["name"], set_=row))


class SqlTrialCalls:
    """TrialCalls of robot.web.settings_ports."""

    def __init__(self, database: Database, rules: DialingRules) -> None:
        self._database = database
        self._rules = rules

    async def begin(self, call_id: UUID, phone: str, *, by: str, now: datetime) -> str:
        async def work(connection: AsyncConnection) -> str:
            if refusal := await self._refusal(connection, phone, now):
                return refusal
            kopecks = await reserve(connection, self._rules, phone, now)
            if kopecks is None:
                return CEILING
            values = {"id": call_id, "phone": phone, "asked_by": by, "at": now, "cost_kopecks": kopecks}
            await connection.execute(sa.insert(t.trial_calls).values(spent_on=self._rules.day(now), **values))
            return ""

        return await self._database.write(work)

    async def _refusal(self, connection: AsyncConnection, phone: str, now: datetime) -> str:
        if await stopped(connection, [phone]):
            return STOPPED
        if code := self._rules.refusal(phone):
            return code
        if not OFFICE_HOURS.allows(now, self._zone(phone)):
            return HOURS
        of_today = sa.select(sa.func.count()).where(_c.phone == phone, _c.at > now - timedelta(days=1))
        today = (await connection.execute(of_today)).scalar_one()
        return CONTACT_LIMIT if today >= self._rules.contact.per_day else ""

    def _zone(self, phone: str) -> str:
        """That of its place; of a mobile the office's: there sits who has himself rung to try the telephone."""
        zones = zones_of_phone(phone)
        return zones[0] if len(zones) == 1 else self._rules.timezone

    async def end(self, call_id: UUID, end: TrialEnd, *, now: datetime) -> None:
        async def work(connection: AsyncConnection) -> None:
            open_one = sa.select(t.trial_calls).where(_c.id == call_id, _c.ended_at.is_(None)).with_for_update()
            row = (await connection.execute(open_one)).one_or_none()
            if row is None:
                return
            talked_s = end.talked_s if end.answered else 0.0
            cost = cost_of(self._rules, row.phone, talked_s, reserved=row.cost_kopecks) if end.answered else 0
            await give_back(connection, row.spent_on, row.cost_kopecks - cost)
            done = {"answered": end.answered, "heard": end.heard, "talked_s": math.ceil(talked_s), "code": end.code}
            here = sa.update(t.trial_calls).where(_c.id == call_id)
            await connection.execute(here.values(ended_at=now, cost_kopecks=cost, **done))

        await self._database.write(work)

    async def latest(self, *, now: datetime, limit: int) -> Sequence[Trial]:
        query = sa.select(t.trial_calls).order_by(_c.at.desc(), _c.id).limit(limit)
        async with self._database.read() as connection:
            return [_trial_of(row, now) for row in await connection.execute(query)]


def _trial_of(row: Any, now: datetime) -> Trial:
    end = TrialEnd(row.code, row.answered, row.heard, row.talked_s) if row.ended_at is not None else None
    if end is None and now - row.at > LONGEST_TRIAL:
        end = TrialEnd("node_lost")
    return Trial(row.id, row.phone, row.asked_by, row.at, end)
