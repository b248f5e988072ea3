"""Finding calls. What attempts have an index of is asked of them; everything else of the index of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.analytics.call_search import BadCursor, CallFound, CallsPage, CallsWanted, Choices, Lost, LostHow
from robot.domain.stems import wanted_stems
from robot.storage import tables as t
from robot.storage.call_index import EPOCH, LENGTHS_S, microseconds, named
from robot.storage.call_records import CALLS, record_of
from robot.storage.engine import Database
from robot.storage.types import clean

LATEST = 2000
"""Calls in which choices are looked for."""

_a, _i = t.attempts.c, t.call_index.c
_MANAGER = (
    sa.select(t.managers.c.name)
    .join_from(t.meetings, t.slots, t.slots.c.id == t.meetings.c.slot_id)
    .join(t.managers, t.managers.c.id == t.slots.c.manager_id)
    .where(t.meetings.c.attempt_id == _a.id)
    .correlate(t.attempts)
    .scalar_subquery()
)
_COMMENTS = (
    sa.select(sa.func.count()).where(t.call_comments.c.attempt_id == _a.id).correlate(t.attempts).scalar_subquery()
)
_CORRECTED = sa.exists().where(t.outcome_corrections.c.attempt_id == _a.id).correlate(t.attempts)
FOUND = (
    CALLS.order_by(None)
    .add_columns(
        t.campaigns.c.title.label("campaign_title"),
        *(_i[name] for name in ("length_ms", "last_phrase", "last_ms", "lost_phrase", "lost_how", "lost_ms")),
        _i.not_understood,
        _MANAGER.label("manager"),
        _COMMENTS.label("comments"),
        _CORRECTED.label("corrected"),
    )
    .outerjoin(t.call_index, _i.attempt_id == _a.id)
)


class SqlCallSearch:
    """CallSearch of robot.analytics.call_search."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, wanted: CallsWanted, *, after: str = "", limit: int = 50) -> CallsPage:
        async with self._database.read() as connection:
            campaign = await _campaign(connection, wanted)
            if campaign is None:
                return CallsPage([])
            search = _search(wanted, campaign, self._database.dialect)
            ids = (await connection.execute(search.page(after, limit + 1))).all()
            found = await _read(connection, [row.id for row in ids[:limit]])
        return CallsPage(found, search.cursor(ids[limit - 1]) if len(ids) > limit else "")

    async def one(self, call: UUID) -> CallFound | None:
        async with self._database.read() as connection:
            return next(iter(await _read(connection, [call])), None)

    async def count(self, wanted: CallsWanted, *, most: int) -> int:
        async with self._database.read() as connection:
            campaign = await _campaign(connection, wanted)
            if campaign is None:
                return 0
            some = _search(wanted, campaign, self._database.dialect).all().limit(most).subquery()
            return int((await connection.execute(sa.select(sa.func.count()).select_from(some))).scalar_one())

    async def choices(self, *, campaign: str = "") -> Choices:
        wanted = CallsWanted(campaign=campaign)
        async with self._database.read() as connection:
            chosen = await _campaign(connection, wanted)
            if chosen is None:
                return Choices()
            latest = _Plain(wanted, chosen).page("", LATEST).subquery()
            here = sa.select(latest.c.id)
            phrases = sa.select(t.turns.c.phrase).where(t.turns.c.attempt_id.in_(here), t.turns.c.phrase != "")
            reasons = sa.select(_a.reason).where(_a.id.in_(here), _a.reason != "")
            versions = sa.select(_a.script_version).where(_a.id.in_(here), _a.script_version != "")
            managers = sa.select(t.managers.c.id, t.managers.c.name).order_by(t.managers.c.name)
            said, why, spoken = [
                sorted((await connection.scalars(one.distinct())).all()) for one in (phrases, reasons, versions)
            ]
            return Choices(said, why, spoken, [(row.id, row.name) for row in await connection.execute(managers)])


async def _campaign(connection: AsyncConnection, wanted: CallsWanted) -> int | None:
    """The id of the one that is asked for, 0 for all; None when there is no such one."""
    if not wanted.campaign:
        return 0
    query = sa.select(t.campaigns.c.id).where(t.campaigns.c.slug == wanted.campaign)
    return (await connection.execute(query)).scalar_one_or_none()


async def _read(connection: AsyncConnection, calls: Sequence[UUID]) -> list[CallFound]:
    """In this order."""
    rows = {row.id: row for row in await connection.execute(FOUND.where(_a.id.in_(calls)))}
    return [found_of(rows[call]) for call in calls if call in rows]


def found_of(row: Any) -> CallFound:
    """From a row of FOUND."""
    lost = Lost(row.lost_phrase, LostHow(row.lost_how), row.lost_ms) if row.lost_phrase else None
    return CallFound(
        record=record_of(row),
        campaign_title=row.campaign_title,
        lead_id=row.lead_id,
        length_ms=row.length_ms,
        last_phrase=row.last_phrase or "",
        last_ms=row.last_ms or 0,
        lost=lost,
        not_understood=row.not_understood or 0,
        manager=row.manager or "",
        corrected=row.corrected,
        comments=row.comments,
    )


def _search(wanted: CallsWanted, campaign: int, dialect: str) -> _Plain | _Indexed:
    asked = _tokens(wanted, campaign)
    return _Plain(wanted, campaign) if asked is None else _Indexed(wanted, asked, dialect)


class _Plain:
    """By what attempts are indexed by; calls under way are among them."""

    def __init__(self, wanted: CallsWanted, campaign: int) -> None:
        self._where: list[sa.ColumnElement[bool]] = []
        if campaign:
            self._where.append(_a.campaign_id == campaign)
        if wanted.since is not None:
            self._where.append(_a.started_at >= wanted.since)
        if wanted.until is not None:
            self._where.append(_a.started_at < wanted.until)
        if wanted.outcomes:
            self._where.append(_a.outcome.in_(sorted(wanted.outcomes)))
        if wanted.lead_id is not None:
            self._where.append(_a.lead_id == wanted.lead_id)
        if wanted.talked:
            self._where.append(_a.answered_at.is_not(None))

    def all(self) -> sa.Select[Any]:
        return sa.select(_a.id, _a.started_at).where(*self._where)

    def page(self, after: str, limit: int) -> sa.Select[Any]:
        query = self.all().order_by(_a.started_at.desc(), _a.id.desc()).limit(limit)
        if not after:
            return query
        try:
            kind, at, call = after.split(".")
            place = (EPOCH + timedelta(microseconds=int(at)), UUID(call))
        except (ValueError, OverflowError):
            raise BadCursor("this is no place in the list") from None
        if kind != "t":
            raise BadCursor("this is a place in another list")
        before = sa.or_(_a.started_at < place[0], _a.id < place[1])
        return query.where(_a.started_at <= place[0], before)

    def cursor(self, row: Any) -> str:
        return f"t.{microseconds(row.started_at)}.{row.id.hex}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """Tokens: all of the first, one of the second."""

    every: Sequence[str]
    some: Sequence[str]


class _Indexed:
    """By the index of tokens."""

    def __init__(self, wanted: CallsWanted, asked: _Asked, dialect: str) -> None:
        self._wanted = wanted
        self._where: list[sa.ColumnElement[bool] | sa.TextClause]
        if dialect == "sqlite":
            tokens = sa.table("call_tokens", sa.column("rowid"))
            self._place: sa.ColumnElement[int] = tokens.c.rowid
            # The order of the join is told: the index gives its rows newest first, as they are wanted.
            self._from: sa.FromClause = tokens.join(t.call_index, _i.place == tokens.c.rowid, isouter=True)
            self._where = [sa.text("call_tokens MATCH :match").bindparams(match=_match(asked))]
        else:
            self._place, self._from = _i.place, t.call_index
            held: sa.ColumnElement[Any] = sa.literal_column("string_to_array(call_index.tokens, ' ')")
            array = sa.cast(list(asked.every), sa.ARRAY(sa.Text))
            self._where = [held.op("@>")(array)] if asked.every else []
            if asked.some:
                self._where.append(held.op("&&")(sa.cast(list(asked.some), sa.ARRAY(sa.Text))))

    def all(self) -> sa.Select[Any]:
        wanted = self._wanted
        query = sa.select(_i.attempt_id.label("id"), _i.place).select_from(self._from).where(*self._where)
        if wanted.since is not None:
            query = query.where(self._place >= microseconds(wanted.since))
        if wanted.until is not None:
            query = query.where(self._place < microseconds(wanted.until))
        if wanted.least_s is not None:
            query = query.where(_i.length_ms >= wanted.least_s * 1000)
        if wanted.most_s is not None:
            query = query.where(sa.func.coalesce(_i.length_ms, 0) <= wanted.most_s * 1000)
        return query

    def page(self, after: str, limit: int) -> sa.Select[Any]:
        query = self.all().order_by(self._place.desc()).limit(limit)
        if not after:
            return query
        kind, _, place = after.partition(".")
        if kind != "p" or not place.isascii() or not place.isdecimal():
            raise BadCursor("this is a place in another list")
        return query.where(self._place < min(int(place), 2**63 - 1))

    def cursor(self, row: Any) -> str:
        return f"p.{row.place}"


def _tokens(wanted: CallsWanted, campaign: int) -> _Asked | None:
    """None where attempts alone can tell."""
    names = {"q": wanted.reason, "v": wanted.script_version, "g": wanted.script, "a": wanted.arm}
    names |= {"e": wanted.ended_at, "l": wanted.lost_at, "p": wanted.passed}
    every = [named(letter, clean(name)) for letter, name in names.items() if name]
    every += [f"c{stem}" for stem in wanted_stems(wanted.client_words)]
    every += [f"r{stem}" for stem in wanted_stems(wanted.robot_words)]
    if wanted.least_s is not None:
        every += ["t", *(f"d{limit}" for limit in LENGTHS_S[::-1] if limit <= wanted.least_s)][:2]
    if wanted.most_s is not None:
        every += ["t", *(f"s{limit}" for limit in LENGTHS_S if limit >= wanted.most_s)][:2]
    every += ["n"] if wanted.not_understood else []
    every += ["x"] if wanted.corrected else []
    every += [f"m{wanted.manager_id}"] if wanted.manager_id is not None else []
    if not every:
        return None
    every += [f"k{campaign}"] if campaign else []
    every += [f"u{wanted.lead_id}"] if wanted.lead_id is not None else []
    every += ["t"] if wanted.talked else []
    return _Asked(tuple(dict.fromkeys(every)), [f"o{one.replace('_', '')}" for one in sorted(wanted.outcomes)])


def _match(asked: _Asked) -> str:
    """For FTS5. Tokens are letters and digits: nothing in them could be taken for its language."""
    parts = [f'"{token}"' for token in asked.every]
    if asked.some:
        parts.append("(" + " OR ".join(f'"{token}"' for token in asked.some) + ")")
    return " AND ".join(parts)
