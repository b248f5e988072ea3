"""What was delivered and sent long ago, forgotten in portions."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.outbox_cleaning import Forgotten
from robot.storage.engine import Database
from robot.storage.tables_outbox import outbox
from robot.storage.tables_sending import sent, sent_parts

_o, _s, _p = outbox.c, sent.c, sent_parts.c


class SqlAttic:
    """Attic of robot.crm.outbox_cleaning."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def forget(self, *, delivered_before: datetime, sent_before: datetime, limit: int) -> Forgotten:
        ended = _o.ended_at.is_not(None) & (_o.ended_at < delivered_before)
        old = sa.select(_o.id).where(ended).order_by(_o.ended_at, _o.id).limit(limit)
        under_way = sa.exists().where(_o.key == _s.key, _o.ended_at.is_(None))
        lines = sa.select(_s.id).where(_s.changed_at < sent_before, ~under_way).order_by(_s.changed_at).limit(limit)
        async with self._database.read() as connection:
            rows = (await connection.execute(old)).scalars().all()
            cards = (await connection.execute(lines)).scalars().all()

        async def work(connection: AsyncConnection) -> Forgotten:
            await connection.execute(sa.delete(sent_parts).where(_p.sent_id.in_(cards)))
            strangers = sa.delete(sent_parts).where(_p.sent_id.is_(None), _p.changed_at < delivered_before)
            await connection.execute(strangers)  # receipts of messages that nobody here has sent
            # Looked at once more: a person may have taken it up again meanwhile.
            deliveries = await connection.execute(sa.delete(outbox).where(_o.id.in_(rows), ended))
            gone = await connection.execute(sa.delete(sent).where(_s.id.in_(cards)))
            return Forgotten(deliveries.rowcount, gone.rowcount)

        return await self._database.write(work)
