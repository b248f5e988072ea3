"""Finding leads, the latest first. A page costs what has to be looked at to fill it: conditions that hold for few are
asked of their own indexes, parts of words are looked for in a narrow table that is read through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.lead_desk import BadPlace, ConsentState, HistoryLine, LeadFound, LeadsPage, LeadsWanted, LeadTask
from robot.domain.calls import TaskState
from robot.domain.consent import Consent, consented
from robot.domain.outcomes import Outcome
from robot.domain.stops import StopPattern
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.lead_history import history_of
from robot.storage.lead_index import fits, parts_of
from robot.storage.permits import stopped
from robot.storage.rows import lead_of

_l, _x, _k, _c = t.leads.c, t.lead_index.c, t.tasks.c, t.consents.c
BIGGEST = 2**62


class SqlLeadDesk:
    """LeadDesk of robot.crm.lead_desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, wanted: LeadsWanted, *, after: str = "", limit: int = 50, now: datetime) -> LeadsPage:
        below = _place(after)
        async with self._database.read() as connection:
            search = await _Search.of(connection, wanted, now)
            if search is None:
                return LeadsPage([])
            query = search.query.where(search.place < below).order_by(search.place.desc()).limit(limit + 1)
            ids = (await connection.execute(query)).scalars().all()
            found = await _read(connection, ids[:limit], search.shown, now)
        return LeadsPage(found, str(ids[limit - 1]) if len(ids) > limit else "")

    async def count(self, wanted: LeadsWanted, *, most: int, now: datetime) -> int:
        async with self._database.read() as connection:
            search = await _Search.of(connection, wanted, now)
            if search is None:
                return 0
            some = search.query.limit(most).subquery()
            return int((await connection.execute(sa.select(sa.func.count()).select_from(some))).scalar_one())

    async def one(self, lead_id: int, *, now: datetime) -> LeadFound | None:
        async with self._database.read() as connection:
            return next(iter(await _read(connection, [lead_id], [], now)), None)

    async def history(self, lead_id: int, *, most: int) -> Sequence[HistoryLine]:
        async with self._database.read() as connection:
            return await history_of(connection, lead_id, most)


def _place(after: str) -> int:
    if not after:
        return BIGGEST
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise BadPlace("this is no place in the list")
    return int(after)


class _Search:
    """query: ids of leads; place: their column in it. shown: what their tasks must be to be shown."""

    def __init__(
        self, query: sa.Select[Any], place: sa.ColumnElement[int], shown: Sequence[sa.ColumnElement[bool]]
    ) -> None:
        self.query = query
        self.place = place
        self.shown = shown

    @classmethod
    async def of(cls, connection: AsyncConnection, wanted: LeadsWanted, now: datetime) -> _Search | None:
        """None when there is no such campaign, so nothing is found."""
        campaign_id = 0
        if wanted.campaign:
            known = sa.select(t.campaigns.c.id).where(t.campaigns.c.slug == wanted.campaign)
            campaign_id = (await connection.execute(known)).scalar_one_or_none() or 0
            if not campaign_id:
                return None
        query, place = _driven(wanted, campaign_id)
        if wanted.stopped:
            patterns = (await connection.execute(sa.select(t.stop_patterns.c.pattern))).scalars().all()
            query = query.where(place.in_(_stopped([StopPattern(text) for text in patterns])))
        if wanted.consent is not None:
            query = query.where(_consent(wanted.consent, place, now))
        here = [_k.campaign_id == campaign_id] if campaign_id else []
        return cls(query, place, [*here, *_asked(wanted)])


def _driven(wanted: LeadsWanted, campaign_id: int) -> tuple[sa.Select[Any], sa.ColumnElement[int]]:
    """What is read first: a campaign's tasks, the words, or all leads."""
    parts = parts_of(wanted.words)
    asked = _asked(wanted)
    place: sa.ColumnElement[int]
    if campaign_id:
        place = _k.lead_id
        query = sa.select(place).where(_k.campaign_id == campaign_id, ~_later(), *asked)
        if parts:
            query = query.join(t.lead_index, _x.lead_id == place).where(fits(parts))
        return query, place
    place = _x.lead_id if parts else _l.id
    query = sa.select(place).where(fits(parts)) if parts else sa.select(place)
    if asked:
        latest = sa.exists().where(_k.lead_id == place, ~_later(), *asked)
        query = query.where(latest.correlate(t.lead_index if parts else t.leads))
    return query, place


def _asked(wanted: LeadsWanted) -> list[sa.ColumnElement[bool]]:
    """Of the task. Those that are claimed have an index of their own, by their owner."""
    asked: list[sa.ColumnElement[bool]] = []
    if wanted.state is not None:
        asked.append(_k.state == wanted.state)
    if wanted.state is TaskState.CLAIMED:
        asked.append(_k.owner.is_not(None))
    if wanted.outcome is not None:
        asked.append(_k.outcome == wanted.outcome)
    return asked


def _later() -> sa.Exists:
    """A later task of the same lead in the same campaign."""
    other = t.tasks.alias()
    same = (other.c.lead_id == _k.lead_id, other.c.campaign_id == _k.campaign_id, other.c.id > _k.id)
    return sa.exists().where(*same).correlate(t.tasks)


def _stopped(patterns: Sequence[StopPattern]) -> sa.CompoundSelect[Any]:
    """Ids of leads on the list. A pattern looks at the numbers that begin as it does."""
    leads = t.leads.alias()
    by_number = sa.select(leads.c.id).join_from(t.stop_list, leads, leads.c.phone == t.stop_list.c.phone)
    by_pattern = []
    for pattern in patterns:
        start = pattern.text.split("?")[0].rstrip("*")
        end = start[:-1] + chr(ord(start[-1]) + 1)
        phone = leads.c.phone
        by_pattern.append(sa.select(leads.c.id).where(phone >= start, phone < end, phone.like(pattern.like)))
    return sa.union(by_number, *by_pattern)


def _consent(state: ConsentState, place: sa.ColumnElement[int], now: datetime) -> sa.ColumnElement[bool]:
    """As robot.domain.consent.consented has it: what was revoked takes back all that was given before."""
    revoked, given = t.consents.alias(), t.consents.alias()
    taken_back = sa.exists().where(
        revoked.c.lead_id == given.c.lead_id, revoked.c.revoked_at <= now, revoked.c.revoked_at >= given.c.given_at
    )
    holds = sa.exists().where(
        given.c.lead_id == place,
        given.c.given_at <= now,
        sa.func.trim(given.c.source) != "",
        sa.func.trim(given.c.text) != "",
        sa.or_(given.c.revoked_at.is_(None), given.c.revoked_at > now),
        ~taken_back.correlate(given),
    )
    was = sa.exists().where(_c.lead_id == place, _c.revoked_at <= now)
    if state is ConsentState.GIVEN:
        return holds
    return sa.and_(was, ~holds) if state is ConsentState.REVOKED else sa.and_(~was, ~holds)


async def _read(
    connection: AsyncConnection, ids: Sequence[int], shown: Sequence[sa.ColumnElement[bool]], now: datetime
) -> list[LeadFound]:
    """In this order; those that are not there are left out."""
    rows = {row.id: row for row in await connection.execute(sa.select(t.leads).where(_l.id.in_(ids)))}
    barred = await stopped(connection, [row.phone for row in rows.values()])
    consents = await _consents(connection, ids, now)
    tasks = await _tasks(connection, ids, shown)
    return [
        LeadFound(
            lead=lead_of(row),
            score=row.score,
            created_at=row.created_at,
            cool_until=row.cool_until,
            stopped=row.phone in barred,
            consent=consents.get(row.id, ConsentState.NONE),
            task=tasks.get(row.id),
        )
        for row in (rows[number] for number in ids if number in rows)
    ]


async def _consents(connection: AsyncConnection, ids: Sequence[int], now: datetime) -> Mapping[int, ConsentState]:
    ledger: dict[int, list[Consent]] = defaultdict(list)
    for row in await connection.execute(sa.select(t.consents).where(_c.lead_id.in_(ids))):
        ledger[row.lead_id].append(Consent(row.source, row.given_at, row.text, row.revoked_at))
    states = {}
    for lead_id, lines in ledger.items():
        was = any(line.revoked_at is not None and line.revoked_at <= now for line in lines)
        holds = consented(lines, now)
        states[lead_id] = ConsentState.GIVEN if holds else ConsentState.REVOKED if was else ConsentState.NONE
    return states


async def _tasks(
    connection: AsyncConnection, ids: Sequence[int], shown: Sequence[sa.ColumnElement[bool]]
) -> Mapping[int, LeadTask]:
    """The latest of each lead that is to be shown."""
    query = (
        sa.select(t.tasks, t.campaigns.c.slug, t.campaigns.c.title)
        .join_from(t.tasks, t.campaigns, t.campaigns.c.id == _k.campaign_id)
        .where(_k.lead_id.in_(ids), ~_later(), *shown)
        .order_by(_k.id)
    )
    return {row.lead_id: lead_task_of(row) for row in await connection.execute(query)}


def lead_task_of(row: Any) -> LeadTask:
    return LeadTask(
        campaign=row.slug,
        campaign_title=row.title,
        state=TaskState(row.state),
        outcome=Outcome(row.outcome) if row.outcome else None,
        reason=row.reason,
        due_at=row.due_at,
        deadline_at=row.deadline_at,
        attempts=row.attempts,
        source=row.source,
    )
