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
    for lead_id, consent in given:
        values = {"lead_id": lead_id, "source": consent.source, "given_at": consent.given_at, "text": consent.text}
        known = sa.select(t.consents.c.id).filter_by(**values).limit(1)
        if (await connection.execute(known)).first() is None:
            await connection.execute(sa.insert(t.consents).values(**values, revoked_at=consent.revoked_at))
