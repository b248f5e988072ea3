"""A turn as it stands, written over what was known of it. Several times a second in every call: the statements are made
once."""

from __future__ import annotations

from functools import cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.calls import Turn
from robot.storage import tables as t
from robot.storage.errors import UnknownAttempt

_COLUMNS = tuple(column.name for column in t.turns.c if column.name != "attempt_id")
_KNOWN = sa.select(t.attempts.c.id).where(t.attempts.c.id == sa.bindparam("attempt_id"))


async def keep_turn(connection: AsyncConnection, attempt_id: UUID, turn: Turn) -> None:
    """Raises UnknownAttempt."""
    if (await connection.execute(_KNOWN, {"attempt_id": attempt_id})).one_or_none() is None:
        raise UnknownAttempt(f"no attempt {attempt_id}")
    values = {name: getattr(turn, name) for name in _COLUMNS}
    await connection.execute(_upsert(connection.dialect.name), {"attempt_id": attempt_id, **values})


@cache
def _upsert(dialect: str) -> sqlite.Insert | postgresql.Insert:
    """An ended turn is not opened again by a write that was overtaken."""
    statement = sqlite.insert(t.turns) if dialect == "sqlite" else postgresql.insert(t.turns)
    return statement.on_conflict_do_update(
        index_elements=[t.turns.c.attempt_id, t.turns.c.number],
        set_={name: statement.excluded[name] for name in _COLUMNS},
        where=t.turns.c.ending.is_(None) | statement.excluded.ending.is_not(None),
    )
