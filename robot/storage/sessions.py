"""Who is signed in, which programs may ask, and how often somebody tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.access import Right
from robot.domain.errors import NameTaken
from robot.domain.users import IDLE, LONGEST_SESSION, TRIES_WITHIN, ApiToken, Session, Tries, wait_of
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import insert
from robot.storage.users import sign_out, user_of

NOTED_EVERY = timedelta(minutes=1)
TOKEN_NOTED_EVERY = timedelta(hours=1)

_s, _a, _g = t.sessions.c, t.api_tokens.c, t.guesses.c


class SqlSessions:
    """Sessions of robot.web.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, key: str, user_id: int, *, now: datetime, by_link: bool = False) -> None:
        over = sa.or_(_s.seen_at <= now - IDLE, _s.since <= now - LONGEST_SESSION)
        new = sa.insert(t.sessions).values(key=key, user_id=user_id, since=now, seen_at=now, by_link=by_link)
        seen = sa.update(t.users).where(t.users.c.id == user_id).values(signed_in_at=now)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.delete(t.sessions).where(over))
            await connection.execute(seen)
            await connection.execute(new)

        await self._database.write(work)

    async def get(self, key: str, *, now: datetime) -> Session | None:
        query = sa.select(_s.since, _s.seen_at, _s.by_link, t.users).join(t.users).where(_s.key == key)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        session = Session(user_of(row), row.since, row.seen_at, row.by_link)
        if not session.holds(now):
            return None
        if now - session.seen_at >= NOTED_EVERY:
            noted = sa.update(t.sessions).where(_s.key == key).values(seen_at=now)
            await self._database.write(lambda connection: connection.execute(noted))
        return session

    async def close(self, key: str) -> None:
        gone = sa.delete(t.sessions).where(_s.key == key)
        await self._database.write(lambda connection: connection.execute(gone))

    async def close_all(self, user_id: int) -> int:
        return await self._database.write(lambda connection: sign_out(connection, user_id))


class SqlApiTokens:
    """Tokens of robot.web.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, name: str, key: str, scopes: frozenset[Right], *, by: str, now: datetime) -> ApiToken:
        values = {"name": name, "key": key, "scopes": scopes, "made_by": by, "made_at": now}

        async def work(connection: AsyncConnection) -> ApiToken:
            new = insert(connection, t.api_tokens).values(**values).on_conflict_do_nothing()
            made = (await connection.execute(new.returning(t.api_tokens))).one_or_none()
            if made is None:
                raise NameTaken("токен с таким именем уже есть", "there is a token of this name already")
            return _token_of(made)

        return await self._database.write(work)

    async def find(self, key: str, *, now: datetime) -> ApiToken | None:
        query = sa.select(t.api_tokens).where(_a.key == key, _a.revoked_at.is_(None))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        if row.used_at is None or now - row.used_at >= TOKEN_NOTED_EVERY:
            noted = sa.update(t.api_tokens).where(_a.key == key).values(used_at=now)
            await self._database.write(lambda connection: connection.execute(noted))
        return _token_of(row)

    async def all(self) -> Sequence[ApiToken]:
        async with self._database.read() as connection:
            return [_token_of(row) for row in await connection.execute(sa.select(t.api_tokens).order_by(_a.name))]

    async def revoke(self, token_id: int, *, now: datetime) -> ApiToken | None:
        gone = sa.update(t.api_tokens).where(_a.id == token_id, _a.revoked_at.is_(None)).values(revoked_at=now)

        async def work(connection: AsyncConnection) -> ApiToken | None:
            row = (await connection.execute(gone.returning(t.api_tokens))).one_or_none()
            return None if row is None else _token_of(row)

        return await self._database.write(work)


class SqlGuesses:
    """Guesses of robot.web.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, tries: Sequence[Tries], *, now: datetime) -> timedelta:
        most = {one.key: one.most for one in sorted(tries, key=lambda one: one.key)}
        rows = [{"key": key, "tries": 0, "since": now} for key in most]

        async def work(connection: AsyncConnection) -> timedelta:
            await connection.execute(sa.delete(t.guesses).where(_g.since <= now - TRIES_WITHIN))
            await connection.execute(insert(connection, t.guesses).on_conflict_do_nothing(), rows)
            kept = sa.select(t.guesses).where(_g.key.in_(most)).order_by(_g.key).with_for_update()
            counted = [(row.tries, most[row.key], row.since) for row in await connection.execute(kept)]
            wait = wait_of(counted, now)
            if not wait:
                more = sa.update(t.guesses).where(_g.key.in_(most)).values(tries=_g.tries + 1)
                await connection.execute(more)
            return wait

        return await self._database.write(work)

    async def forget(self, key: str) -> None:
        gone = sa.delete(t.guesses).where(_g.key == key)
        await self._database.write(lambda connection: connection.execute(gone))


def _token_of(row: Any) -> ApiToken:
    known = frozenset(Right(scope) for scope in row.scopes if scope in set(Right))
    return ApiToken(row.id, row.name, known, row.made_by, row.made_at, row.used_at, row.revoked_at)
