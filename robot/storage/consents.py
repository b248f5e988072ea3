"""The ledger of consents to advertising calls: nothing is ever deleted from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.base import LedgerLine
from robot.domain.consent import Consent
from robot.domain.outcomes import Outcome
from robot.domain.rules import NO_CONSENT
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.permits import withdraw
from robot.storage.rows import chunks
from robot.storage.types import clean


class SqlConsents:
    """Consents of robot.crm.base."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, lead_id: int, consent: Consent) -> None:
        await self._database.write(lambda connection: keep(connection, [(lead_id, consent)]))

    async def revoke(self, lead_id: int, *, now: datetime) -> int:
        async def work(connection: AsyncConnection) -> int:
            # A dial that asks for the consent locks the lead: it is before this, or finds it revoked.
            lead = sa.select(t.leads.c.id).where(t.leads.c.id == lead_id).with_for_update(key_share=True)
            await connection.execute(lead)
            standing = (t.consents.c.lead_id == lead_id, t.consents.c.revoked_at.is_(None))
            await connection.execute(sa.update(t.consents).where(*standing).values(revoked_at=now))
            await self._database.tell(connection)
            return await withdraw(
                connection, [lead_id], outcome=Outcome.FAILED, reason=NO_CONSENT, advertising_only=True
            )

        return await self._database.write(work)

    async def ledger(self) -> Sequence[LedgerLine]:
        query = (
            sa.select(t.consents, t.leads.c.phone)
            .join_from(t.consents, t.leads, t.leads.c.id == t.consents.c.lead_id)
            .order_by(t.consents.c.id)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [
                LedgerLine(row.lead_id, row.phone, Consent(row.source, row.given_at, row.text, row.revoked_at))
                for row in rows
            ]


async def keep(connection: AsyncConnection, given: Sequence[tuple[int, Consent]]) -> None:
    """Write consents by lead. One that is there already (an import given twice) is not written again."""
    column = t.consents.c
    for some in chunks(given):
        leads = column.lead_id.in_({lead_id for lead_id, _ in some})
        query = sa.select(column.lead_id, column.source, column.given_at, column.text).where(leads)
        known = {tuple(row) for row in await connection.execute(query)}
        rows = [
            {
                "lead_id": lead,
                "source": one.source,
                "given_at": one.given_at,
                "text": one.text,
                "revoked_at": one.revoked_at,
            }
            for lead, one in some
            if (lead, clean(one.source), one.given_at, clean(one.text)) not in known
        ]
        if rows:
            await connection.execute(sa.insert(t.consents), rows)
