"""The stop list: numbers, and patterns of numbers, that are never dialed again, in any campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.base import StopEntry
from robot.domain.stops import StopPattern
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.erased import digests
from robot.storage.errors import InvalidRecord
from robot.storage.permits import stopped, withdraw
from robot.storage.rows import chunks, insert


class SqlStopList:
    """StopList of robot.crm.base."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, phone: str, *, reason: str, now: datetime) -> int:
        async def work(connection: AsyncConnection) -> int:
            lead = sa.select(t.leads.c.id).where(t.leads.c.phone == phone).with_for_update(key_share=True)
            ids = (await connection.execute(lead)).scalars().all()
            await bar(connection, phone, reason=reason, now=now)
            await self._database.tell(connection)
            return await withdraw(connection, ids)

        return await self._database.write(work)

    async def add_all(self, entries: Sequence[tuple[str | StopPattern, str]], *, now: datetime) -> int:
        """All of these numbers and patterns, each with its reason, in one transaction; how many calls were taken off
        the queue. The first reason stands."""
        first = dict(reversed(entries))
        numbers = {entry: reason for entry, reason in first.items() if isinstance(entry, str)}
        patterns = {entry: reason for entry, reason in first.items() if isinstance(entry, StopPattern)}

        async def work(connection: AsyncConnection) -> int:
            if patterns:
                await _between_dials(connection)
            ids: list[int] = []
            for some in chunks(sorted(numbers)):
                leads = sa.select(t.leads.c.id).where(t.leads.c.phone.in_(some)).order_by(t.leads.c.id)
                ids.extend((await connection.execute(leads.with_for_update(key_share=True))).scalars())
                rows = [{"phone": phone, "since": now, "reason": numbers[phone]} for phone in some]
                await connection.execute(insert(connection, t.stop_list).on_conflict_do_nothing(), rows)
            for pattern, reason in patterns.items():
                ids.extend(await _bar_pattern(connection, pattern, reason=reason, now=now))
            await self._database.tell(connection)
            return await withdraw(connection, ids)

        return await self._database.write(work)

    async def add_pattern(self, pattern: StopPattern, *, reason: str, now: datetime) -> int:
        async def work(connection: AsyncConnection) -> int:
            await _between_dials(connection)
            ids = await _bar_pattern(connection, pattern, reason=reason, now=now)
            await self._database.tell(connection)
            return await withdraw(connection, ids)

        return await self._database.write(work)

    async def remove(self, entry: str, *, by: str, reason: str, now: datetime) -> bool:
        if not by.strip() or not reason.strip():
            raise InvalidRecord(
                "who takes a number off the stop list, and why, is kept", remedy="give a name and a reason"
            )

        async def work(connection: AsyncConnection) -> bool:
            numbers = await connection.execute(sa.delete(t.stop_list).where(t.stop_list.c.phone == entry))
            patterns = await connection.execute(sa.delete(t.stop_patterns).where(t.stop_patterns.c.pattern == entry))
            erased = list(await digests(connection, [entry]))  # he came back by himself, and a person says so
            gone = await connection.execute(sa.delete(t.erasures).where(t.erasures.c.digest.in_(erased)))
            if not numbers.rowcount + patterns.rowcount + gone.rowcount:
                return False
            kept = sa.insert(t.stop_removals).values(entry=entry, removed_at=now, removed_by=by, reason=reason)
            await connection.execute(kept)
            return True

        return await self._database.write(work)

    async def contains(self, phone: str) -> bool:
        async with self._database.read() as connection:
            return bool(await stopped(connection, [phone]))

    async def entries(self) -> Sequence[StopEntry]:
        numbers = sa.select(t.stop_list.c.phone.label("entry"), t.stop_list.c.since, t.stop_list.c.reason)
        patterns = sa.select(t.stop_patterns.c.pattern, t.stop_patterns.c.since, t.stop_patterns.c.reason)
        both = sa.union_all(numbers, patterns).subquery()
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(both).order_by(both.c.since, both.c.entry))
            return [StopEntry(row.entry, row.since, row.reason) for row in rows]


async def _between_dials(connection: AsyncConnection) -> None:
    """Claims and dials share their campaign's row: none of them is half way when a pattern begins to hold."""
    campaigns = sa.select(t.campaigns.c.id).order_by(t.campaigns.c.id).with_for_update(key_share=True)
    await connection.execute(campaigns)


async def _bar_pattern(
    connection: AsyncConnection, pattern: StopPattern, *, reason: str, now: datetime
) -> Sequence[int]:
    """Put the pattern on the list; the first reason stands. Ids of the leads it means."""
    entry = insert(connection, t.stop_patterns).values(pattern=pattern.text, since=now, reason=reason)
    await connection.execute(entry.on_conflict_do_nothing())
    return (await connection.execute(sa.select(t.leads.c.id).where(t.leads.c.phone.like(pattern.like)))).scalars().all()


async def bar(connection: AsyncConnection, phone: str, *, reason: str, now: datetime) -> None:
    """Put the number on the list; the first reason stands."""
    entry = insert(connection, t.stop_list).values(phone=phone, since=now, reason=reason)
    await connection.execute(entry.on_conflict_do_nothing())
