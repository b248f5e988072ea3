"""A turn as it stands, written over what was known of it, and what that changes in the rollups. Several times a second
in every call: the statements are made once, and most writes change nothing that counts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.analytics.tally import Step, minus, tally_call
from robot.domain.calls import Turn
from robot.storage import tables as t
from robot.storage.errors import UnknownAttempt
from robot.storage.recount import Changes, locked_call, steps_of
from robot.storage.types import clean

_COLUMNS = tuple(column.name for column in t.turns.c if column.name != "attempt_id")


async def keep_turn(connection: AsyncConnection, attempt_id: UUID, turn: Turn) -> None:
    """Raises UnknownAttempt."""
    call = await locked_call(connection, attempt_id)
    if call is None:
        raise UnknownAttempt(f"no attempt {attempt_id}")
    before = await steps_of(connection, attempt_id)
    values = {name: getattr(turn, name) for name in _COLUMNS}
    await connection.execute(_upsert(connection.dialect.name), {"attempt_id": attempt_id, **values})
    after = _changed(before, turn)
    if after != before:
        changes = Changes()
        changes.add(minus(tally_call(call, after), tally_call(call, before)))
        await changes.write(connection)


def _changed(before: Sequence[Step], turn: Turn) -> Sequence[Step]:
    """The steps of the call with this turn as it was written."""
    step = Step._make(_as_stored(getattr(turn, name)) for name in Step._fields)
    others = [other for other in before if other.number != turn.number]
    old = next((other for other in before if other.number == turn.number), None)
    if old is not None and old.ending is not None and step.ending is None:
        return before  # see _upsert
    return sorted([*others, step])


def _as_stored(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


@cache
def _upsert(dialect: str) -> sqlite.Insert | postgresql.Insert:
    """An ended turn is not opened again by a write that was overtaken."""
    statement = sqlite.insert(t.turns) if dialect == "sqlite" else postgresql.insert(t.turns)
    return statement.on_conflict_do_update(
        index_elements=[t.turns.c.attempt_id, t.turns.c.number],
        set_={name: statement.excluded[name] for name in _COLUMNS},
        where=t.turns.c.ending.is_(None) | statement.excluded.ending.is_not(None),
    )
