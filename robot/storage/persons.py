"""One person's data: shown, barred, erased."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.erased import digest
from robot.privacy.ports import Certificate, Doomed, Erased, ForeignLedger, StillTalking
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.erased import alone_with_key, forget_key, key_of
from robot.storage.mentions import Person, forget_mentions, forget_number, take_out_examples
from robot.storage.permits import withdraw
from robot.storage.rows import insert
from robot.storage.scrubbing import Counts, calls_of, empty_calls, empty_leads
from robot.storage.tables_privacy import PERSONS_KEY

_e, _c, _d, _a = t.erasures.c, t.erasure_certificates.c, t.doomed_recordings.c, t.attempts.c


class SqlPersons:
    """Persons, Certificates and LedgerStore of robot.privacy.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bar(self, phone: str, *, now: datetime) -> Sequence[UUID]:
        async def work(connection: AsyncConnection) -> None:
            key = await alone_with_key(connection)
            await _enter(connection, digest(key, phone), now)

        await self._database.write(work)

        async def take_back(connection: AsyncConnection) -> Sequence[UUID]:
            lead = await _lead(connection, phone)
            if lead is None:
                return []
            await withdraw(connection, [lead.id])
            await self._database.tell(connection)
            return await _open(connection, lead.id)

        return await self._database.write(take_back)

    async def under_way(self, phone: str) -> Sequence[UUID]:
        lead = sa.select(t.leads.c.id).where(t.leads.c.phone == phone).scalar_subquery()
        async with self._database.read() as connection:
            return await _open(connection, lead)

    async def erase(self, phone: str, *, who: str, now: datetime, dry_run: bool = False) -> Certificate:
        async def work(connection: AsyncConnection) -> Certificate:
            if not dry_run:
                return await _erase(connection, phone, who=who, now=now)
            attempt = await connection.begin_nested()
            done = await _erase(connection, phone, who=who, now=now)
            await attempt.rollback()
            return replace(done, id=0)

        return await self._database.write(work)

    async def settle(self) -> None:
        if self._database.dialect != "sqlite":
            return  # the server's own vacuum does it

        async def merge(connection: AsyncConnection) -> None:
            # The words a call was found by stay in the index until its parts are joined.
            await connection.execute(sa.text("INSERT INTO call_tokens(call_tokens) VALUES ('optimize')"))

        await self._database.write(merge)
        async with self._database.read() as connection:
            await connection.rollback()
            raw = (await connection.get_raw_connection()).driver_connection
            if raw is not None:
                await raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def known(self, phone: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        async with self._database.read() as connection:
            lead = (await connection.execute(sa.select(t.leads.c.id).where(t.leads.c.phone == phone))).scalar()
            found = {}
            for table, whose in _telling_of(phone, lead):
                rows = [dict(row._mapping) for row in await connection.execute(sa.select(table).where(whose))]
                if rows:
                    found[table.name] = [{name: _plain(value) for name, value in row.items()} for row in rows]
            return found

    async def certificates(self, *, digest: str = "", limit: int = 50) -> Sequence[Certificate]:
        query = sa.select(t.erasure_certificates).order_by(_c.id.desc()).limit(limit)
        if digest:
            query = query.where(_c.digest == digest)
        async with self._database.read() as connection:
            return [
                Certificate(row.id, row.digest, row.at, row.who, dict(row.gone), dict(row.kept), dict(row.elsewhere))
                for row in await connection.execute(query)
            ]

    async def digest(self, phone: str) -> str:
        async with self._database.read() as connection:
            return digest(await key_of(connection), phone)

    async def ledger(self) -> tuple[bytes, Sequence[Erased]]:
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(t.erasures).order_by(_e.since, _e.digest))
            lines = [Erased(row.digest, row.since) for row in rows]
            return await key_of(connection), lines

    async def adopt(self, key: bytes, lines: Sequence[Erased], *, now: datetime) -> Sequence[str]:
        async def work(connection: AsyncConnection) -> Sequence[str]:
            ours = await alone_with_key(connection)
            if ours != key:
                if (await connection.execute(sa.select(_e.digest).limit(1))).first() is not None:
                    raise ForeignLedger
                kept = sa.update(t.server_keys).where(t.server_keys.c.name == PERSONS_KEY)
                await connection.execute(kept.values(key=key, made_at=now))
            for line in lines:
                await _enter(connection, line.digest, line.since)
            erased = {line.digest for line in lines}
            numbers = (await connection.execute(_NUMBERS)).scalars()
            return sorted({phone for phone in numbers if digest(key, phone) in erased})

        known = await self._database.write(work)
        async with self._database.read() as connection:
            forget_key(connection)
        return known


_NUMBERS = sa.union(sa.select(t.leads.c.phone), sa.select(t.stop_list.c.phone), sa.select(t.trial_calls.c.phone))
"""Wherever a number stands by itself."""


async def _erase(connection: AsyncConnection, phone: str, *, who: str, now: datetime) -> Certificate:
    key = await alone_with_key(connection)
    line = digest(key, phone)
    await _enter(connection, line, now)
    lead = await _lead(connection, phone)
    gone, kept = Counter[str](), Counter[str]()
    calls: Sequence[UUID] = []
    elsewhere: Mapping[str, str] = {}
    if lead is not None:
        gone["calls_withdrawn"] = await withdraw(connection, [lead.id])
        if await _open(connection, lead.id):
            raise StillTalking
        calls = (await connection.execute(calls_of(lead.id))).scalars().all()
        gone += await take_out_examples(connection, calls)
        kept["examples_published"] = gone.pop("examples_published", 0)
        kept += await _standing(connection, lead.id, calls, now)
        elsewhere = await _elsewhere(connection, lead.id)
    gone += await forget_number(connection, phone)
    gone += await forget_mentions(connection, Person(phone, lead.name if lead else ""), lead.id if lead else None)
    if lead is not None:
        gone += await empty_calls(connection, calls, now=now)
        gone += await empty_leads(connection, [lead.id], now=now)
        await _revoke(connection, lead.id, now)
        await connection.execute(sa.update(t.erasures).where(_e.digest == line).values(lead_id=lead.id))
    told = {"digest": line, "at": now, "who": who, "gone": dict(+gone), "kept": dict(+kept), "elsewhere": elsewhere}
    done = await connection.execute(sa.insert(t.erasure_certificates).values(told))
    number = int(done.inserted_primary_key[0])  # type: ignore[index]
    return Certificate(number, line, now, who, dict(+gone), dict(+kept), elsewhere, await _doomed(connection, calls))


async def _enter(connection: AsyncConnection, line: str, since: datetime) -> None:
    """Into the ledger; the first time stands."""
    entry = insert(connection, t.erasures).values(digest=line, since=since)
    await connection.execute(entry.on_conflict_do_nothing(index_elements=[_e.digest]))


async def _lead(connection: AsyncConnection, phone: str) -> sa.Row[Any] | None:
    """Locked as everybody locks him: who is about to dial him has done so by now, or sees him barred."""
    query: sa.Select[*tuple[Any, ...]] = sa.select(t.leads.c.id, t.leads.c.name).where(t.leads.c.phone == phone)
    query = query.with_for_update(key_share=True)
    return (await connection.execute(query)).one_or_none()


async def _open(connection: AsyncConnection, lead: int | sa.ScalarSelect[Any]) -> Sequence[UUID]:
    return (await connection.execute(calls_of(lead).where(_a.ended_at.is_(None)))).scalars().all()


async def _standing(connection: AsyncConnection, lead: int, calls: Sequence[UUID], now: datetime) -> Counts:
    """What stays, without him."""
    upcoming = (
        sa.select(sa.func.count())
        .join_from(t.meetings, t.slots, t.slots.c.id == t.meetings.c.slot_id)
        .where(t.meetings.c.lead_id == lead, t.slots.c.starts_at > now)
    )
    consents = sa.select(sa.func.count()).where(t.consents.c.lead_id == lead)
    return Counter(
        calls=len(calls),
        consents=(await connection.execute(consents)).scalar_one(),
        meetings_to_come=(await connection.execute(upcoming)).scalar_one(),
    )


async def _elsewhere(connection: AsyncConnection, lead: int) -> Mapping[str, str]:
    """Who was told of him, and under which number he stands there, where that is known: "lead 17"."""
    o, h = t.outbox.c, t.happenings.c
    found: dict[str, set[str]] = defaultdict(set)
    for row in await connection.execute(sa.select(o.target, o.journal).where(o.lead_id == lead)):
        if row.journal.done or row.journal.begun:
            found[row.target] |= {f"{what} {ref}" for what, ref in row.journal.done.items() if ref.isdigit()}
    for source, ref in await connection.execute(sa.select(h.source, h.lead_ref).where(h.lead_id == lead)):
        found[source] |= {f"lead {ref}"} if ref.isdigit() else set()
    return {target: ", ".join(sorted(refs)) for target, refs in sorted(found.items())}


async def _revoke(connection: AsyncConnection, lead: int, now: datetime) -> None:
    c = t.consents.c
    standing = sa.update(t.consents).where(c.lead_id == lead, c.revoked_at.is_(None))
    await connection.execute(standing.values(revoked_at=now))


async def _doomed(connection: AsyncConnection, calls: Sequence[UUID]) -> Sequence[Doomed]:
    his = sa.or_(sa.false(), *(_d.path.contains(str(call)) for call in calls))
    rows = await connection.execute(sa.select(_d.path, _d.node, _d.since).where(_d.gone_at.is_(None), his))
    return [Doomed(*row) for row in rows]


def _telling_of(phone: str, lead: int | None) -> Sequence[tuple[sa.Table, sa.ColumnElement[bool]]]:
    """Every table with the rows that are his: those of the lead, of his calls, and those by his number."""
    found: list[tuple[sa.Table, sa.ColumnElement[bool]]] = [
        (t.stop_list, t.stop_list.c.phone == phone),
        (t.stop_removals, t.stop_removals.c.entry == phone),
        (t.trial_calls, t.trial_calls.c.phone == phone),
    ]
    if lead is None:
        return found
    found.append((t.leads, t.leads.c.id == lead))
    letters = sa.select(t.sent.c.id).where(t.sent.c.lead_id == lead)
    found.append((t.sent_parts, t.sent_parts.c.sent_id.in_(letters)))
    for table in t.metadata.sorted_tables:
        if table is t.erasures:
            continue
        if "lead_id" in table.c:
            found.append((table, table.c.lead_id == lead))
        elif "attempt_id" in table.c:
            found.append((table, table.c.attempt_id.in_(calls_of(lead))))
    return found


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case Mapping():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(inner) for inner in value]
    names = getattr(value, "__dataclass_fields__", None)  # of a word that was heard, of a wish
    return {name: _plain(getattr(value, name)) for name in names} if names else str(value)
