"""People who use the web application, and how they prove who they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.access import Role
from robot.domain.errors import LastHead, NameTaken, UnknownUser
from robot.domain.users import User, clean_name, key_of
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import insert

_u = t.users.c


class SqlUsers:
    """Users of robot.web.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, name: str, role: Role, *, now: datetime) -> User:
        kept = clean_name(name)

        async def work(connection: AsyncConnection) -> User:
            new = insert(connection, t.users).values(name=kept, key=key_of(kept), role=role, made_at=now)
            made = await connection.execute(new.on_conflict_do_nothing().returning(_u.id))
            user_id = made.scalar_one_or_none()
            if user_id is None:
                raise NameTaken("пользователь с таким именем уже есть", "there is a user of this name already")
            return await _by_id(connection, user_id)

        return await self._database.write(work)

    async def all(self) -> Sequence[User]:
        async with self._database.read() as connection:
            return [user_of(row) for row in await connection.execute(sa.select(t.users).order_by(_u.key))]

    async def get(self, user_id: int) -> User:
        async with self._database.read() as connection:
            return await _by_id(connection, user_id)

    async def set_role(self, user_id: int, role: Role) -> User:
        async def work(connection: AsyncConnection) -> User:
            if role is not Role.HEAD:
                await _keep_a_head(connection, user_id)
            return await _changed(connection, user_id, role=role)

        return await self._database.write(work)

    async def set_disabled(self, user_id: int, disabled: bool, *, now: datetime) -> User:
        async def work(connection: AsyncConnection) -> User:
            if not disabled:
                return await _changed(connection, user_id, disabled_at=None)
            await _keep_a_head(connection, user_id)
            await sign_out(connection, user_id)
            return await _changed(connection, user_id, disabled_at=now, link="", link_until=None)

        return await self._database.write(work)


class SqlCredentials:
    """Credentials of robot.web.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, name: str) -> tuple[User, str] | None:
        query = sa.select(t.users).where(_u.key == key_of(name))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
            return None if row is None else (user_of(row), row.password)

    async def set_password(self, user_id: int, password: str) -> None:
        await self._renew(user_id, password=password, link="", link_until=None)

    async def set_link(self, user_id: int, link: str, *, until: datetime) -> None:
        await self._renew(user_id, password="", link=link, link_until=until)

    async def redeem(self, link: str, *, now: datetime) -> User | None:
        mine = sa.and_(_u.link == link, _u.link != "", _u.link_until > now, _u.disabled_at.is_(None))
        spent = sa.update(t.users).where(mine).values(link="", link_until=None, signed_in_at=now).returning(_u.id)

        async def work(connection: AsyncConnection) -> User | None:
            user_id = (await connection.execute(spent)).scalar_one_or_none()
            return None if user_id is None else await _by_id(connection, user_id)

        return await self._database.write(work)

    async def set_language(self, user_id: int, language: str) -> None:
        await self._database.write(lambda connection: _changed(connection, user_id, language=language))

    async def _renew(self, user_id: int, **values: object) -> None:
        async def work(connection: AsyncConnection) -> None:
            await _changed(connection, user_id, **values)
            await sign_out(connection, user_id)

        await self._database.write(work)


async def sign_out(connection: AsyncConnection, user_id: int) -> int:
    return (await connection.execute(sa.delete(t.sessions).where(t.sessions.c.user_id == user_id))).rowcount


async def _by_id(connection: AsyncConnection, user_id: int) -> User:
    row = (await connection.execute(sa.select(t.users).where(_u.id == user_id))).one_or_none()
    if row is None:
        raise UnknownUser("такого пользователя нет", "there is no such user")
    return user_of(row)


async def _changed(connection: AsyncConnection, user_id: int, **values: object) -> User:
    await connection.execute(sa.update(t.users).where(_u.id == user_id).values(**values))
    return await _by_id(connection, user_id)


async def _keep_a_head(connection: AsyncConnection, user_id: int) -> None:
    """All heads are locked: two who take each other's role away at once must not both succeed. Raises LastHead."""
    heads = sa.select(_u.id).where(_u.role == Role.HEAD, _u.disabled_at.is_(None)).order_by(_u.id).with_for_update()
    if list((await connection.execute(heads)).scalars()) == [user_id]:
        raise LastHead(
            "это последний руководитель: сначала дайте эту роль другому",
            "this is the last head of sales: give somebody else the role first",
        )


def user_of(row: Any) -> User:
    return User(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        made_at=row.made_at,
        language=row.language,
        has_password=bool(row.password),
        signed_in_at=row.signed_in_at,
        disabled_at=row.disabled_at,
    )
