"""The stop list and the ledger of consents, page by page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from robot.crm.base import LedgerLine, StopEntry
from robot.crm.lead_desk import BadPlace
from robot.crm.list_desk import ConsentsPage, Removal, StopsPage
from robot.domain.consent import Consent
from robot.domain.stops import ERASED, StopPattern
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.erased import digests
from robot.storage.stops import SqlStopList

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PLACE = re.compile(r"([0-9]{1,17})\.([0-9]{1,9})", re.ASCII)


class SqlStopDesk:
    """StopDesk of robot.crm.list_desk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._list = SqlStopList(database)

    async def page(self, *, after: str = "", limit: int = 100) -> StopsPage:
        """A place is a moment, and how many of that moment were shown: an import has thousands of one."""
        numbers = sa.select(t.stop_list.c.phone.label("entry"), t.stop_list.c.since, t.stop_list.c.reason)
        patterns = sa.select(t.stop_patterns.c.pattern, t.stop_patterns.c.since, t.stop_patterns.c.reason)
        moment, shown = _place(after)
        if moment is not None:
            numbers = numbers.where(t.stop_list.c.since <= moment)
            patterns = patterns.where(t.stop_patterns.c.since <= moment)
        both = sa.union_all(numbers, patterns).subquery()
        query = sa.select(both).order_by(both.c.since.desc(), both.c.entry.desc()).offset(shown).limit(limit + 1)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        items = [StopEntry(row.entry, row.since, row.reason) for row in rows[:limit]]
        if len(rows) <= limit:
            return StopsPage(items)
        last = items[-1].since
        alike = sum(item.since == last for item in items) + (shown if last == moment else 0)
        return StopsPage(items, f"{(last - _EPOCH) // _MICROSECOND}.{alike}")

    async def matching(self, phone: str) -> Sequence[StopEntry]:
        number = sa.select(t.stop_list).where(t.stop_list.c.phone == phone)
        async with self._database.read() as connection:
            found = [StopEntry(row.phone, row.since, row.reason) for row in await connection.execute(number)]
            erased = t.erasures.c.digest.in_(list(await digests(connection, [phone])))
            gone = await connection.execute(sa.select(t.erasures.c.since).where(erased))
            found += [StopEntry(phone, since, ERASED) for since in gone.scalars()]
            patterns = await connection.execute(sa.select(t.stop_patterns).order_by(t.stop_patterns.c.pattern))
            fitting = (row for row in patterns if StopPattern(row.pattern).matches(phone))
            return [*found, *(StopEntry(row.pattern, row.since, row.reason) for row in fitting)]

    async def removals(self, *, limit: int) -> Sequence[Removal]:
        query = sa.select(t.stop_removals).order_by(t.stop_removals.c.id.desc()).limit(limit)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [Removal(row.entry, row.removed_at, row.removed_by, row.reason) for row in rows]

    async def add_all(self, entries: Sequence[tuple[str | StopPattern, str]], *, now: datetime) -> int:
        return await self._list.add_all(entries, now=now)


def _place(after: str) -> tuple[datetime | None, int]:
    if not after:
        return None, 0
    place = _PLACE.fullmatch(after)
    if place is None:
        raise BadPlace("this is no place in the list")
    return _EPOCH + int(place[1]) * _MICROSECOND, int(place[2])


class SqlConsentDesk:
    """ConsentDesk of robot.crm.list_desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, *, after: str = "", limit: int = 100) -> ConsentsPage:
        query = _LEDGER.order_by(t.consents.c.id.desc()).limit(limit + 1)
        if after:
            if not (after.isascii() and after.isdigit() and len(after) < 19):
                raise BadPlace("this is no place in the list")
            query = query.where(t.consents.c.id < int(after))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return ConsentsPage([_line(row) for row in rows[:limit]], str(rows[limit - 1].id) if len(rows) > limit else "")

    async def of(self, lead_id: int) -> Sequence[LedgerLine]:
        query = _LEDGER.where(t.consents.c.lead_id == lead_id).order_by(t.consents.c.id)
        async with self._database.read() as connection:
            return [_line(row) for row in await connection.execute(query)]


_LEDGER = sa.select(t.consents, t.leads.c.phone).join_from(t.consents, t.leads, t.leads.c.id == t.consents.c.lead_id)


def _line(row: Any) -> LedgerLine:
    return LedgerLine(row.lead_id, row.phone, Consent(row.source, row.given_at, row.text, row.revoked_at))
