"""What was sent to clients, for their cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.sent import Channel, Parcel, SentItem, SentState
from robot.storage.engine import Database
from robot.storage.rows import insert
from robot.storage.tables_sending import sent, sent_parts

_FINAL = (SentState.DELIVERED, SentState.FAILED)
_ORPHAN = "taken"
"""State of a part no receipt came for yet."""


class SqlSentLog:
    """SentLog of robot.crm.sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begun(self, parcel: Parcel, *, now: datetime) -> None:
        values: dict[str, Any] = {
            "key": parcel.key,
            "lead_id": parcel.lead_id,
            "attempt_id": parcel.attempt_id,
            "channel": parcel.channel,
            "title": parcel.title,
            "address": parcel.address,
            "parts": parcel.parts,
            "document": parcel.document,
            "state": SentState.SENDING,
            "at": now,
            "changed_at": now,
        }
        again = {name: values[name] for name in ("channel", "title", "address", "parts", "document")}

        async def work(connection: AsyncConnection) -> None:
            statement = insert(connection, sent).values(values)
            await connection.execute(statement.on_conflict_do_update(index_elements=[sent.c.key], set_=again))

        await self._database.write(work)

    async def settled(self, key: str, state: SentState, *, now: datetime, problem: str = "") -> None:
        await self._database.write(lambda connection: _settle(connection, sent.c.key == key, state, now, problem))

    async def part_sent(self, key: str, channel: Channel, external_id: str, *, now: datetime) -> None:
        async def work(connection: AsyncConnection) -> None:
            sent_id = (await connection.execute(sa.select(sent.c.id).where(sent.c.key == key))).scalar_one()
            await _note(connection, channel, external_id, now, sent_id=sent_id)
            await _sum_up(connection, sent_id, now)

        await self._database.write(work)

    async def receipt(self, channel: Channel, external_id: str, state: SentState, *, now: datetime) -> None:
        async def work(connection: AsyncConnection) -> None:
            await _note(connection, channel, external_id, now, state=state)
            own = sa.select(sent_parts.c.sent_id).where(
                sent_parts.c.channel == channel, sent_parts.c.external_id == external_id
            )
            sent_id = (await connection.execute(own)).scalar_one()
            if sent_id is not None:
                await _sum_up(connection, sent_id, now)

        await self._database.write(work)


async def _note(
    connection: AsyncConnection, channel: Channel, external_id: str, now: datetime, **known: int | str
) -> None:
    """Whichever comes first, the id or its receipt, makes the row; the other one completes it."""
    values = {"channel": channel, "external_id": external_id, "state": _ORPHAN, "changed_at": now, **known}
    statement = insert(connection, sent_parts).values(values)
    key = [sent_parts.c.channel, sent_parts.c.external_id]
    await connection.execute(statement.on_conflict_do_update(index_elements=key, set_={"changed_at": now, **known}))


async def _sum_up(connection: AsyncConnection, sent_id: int, now: datetime) -> None:
    """The line is locked before its parts are counted: of two receipts that come to two nodes at once the second sees
    both."""
    parts = sa.select(sent.c.parts).where(sent.c.id == sent_id).with_for_update()
    wanted = (await connection.execute(parts)).scalar_one()
    rows = await connection.execute(sa.select(sent_parts.c.state).where(sent_parts.c.sent_id == sent_id))
    states = [row.state for row in rows]
    if SentState.FAILED in states:
        await _settle(connection, sent.c.id == sent_id, SentState.FAILED, now)
    elif states.count(SentState.DELIVERED) >= wanted:
        await _settle(connection, sent.c.id == sent_id, SentState.DELIVERED, now)


async def _settle(
    connection: AsyncConnection, which: sa.ColumnElement[bool], state: SentState, now: datetime, problem: str = ""
) -> None:
    values = {"state": state, "problem": problem, "changed_at": now}
    await connection.execute(sa.update(sent).where(which, sent.c.state.not_in(_FINAL)).values(values))


async def sent_to(connection: AsyncConnection, lead_id: int) -> Sequence[SentItem]:
    """Oldest first."""
    query = sa.select(sent).where(sent.c.lead_id == lead_id).order_by(sent.c.at, sent.c.id)
    return [
        SentItem(
            Channel(row.channel), row.title, row.address, SentState(row.state), row.at, row.changed_at, row.problem
        )
        for row in await connection.execute(query)
    ]
