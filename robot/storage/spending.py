"""What calls cost: reserved before the dial, settled at the end, exact over all nodes.

One row holds a day. The reservation is one statement on it, in the transaction that writes the attempt: whoever comes
second waits for the row and sees what the first one took. All nodes wait for whoever holds it, so it comes last but for
the rollups.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.calls import CallResult
from robot.domain.errors import NoTariff
from robot.domain.rules import DialingRules
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import insert


class SqlSpending:
    """Spending of robot.crm.base, LegCosts of robot.calls.transfer_ports."""

    def __init__(self, database: Database, rules: DialingRules) -> None:
        self._database = database
        self._rules = rules

    async def spent(self, now: datetime) -> int:
        async with self._database.read() as connection:
            return (await connection.execute(sa.select(spent_on(self._rules.day(now))))).scalar_one() or 0

    async def reserve(self, attempt_id: UUID, leg: UUID, number: str, *, now: datetime) -> bool:
        """For a call that a transfer is about to make: `LegCosts` of robot.calls.transfer_ports."""

        async def work(connection: AsyncConnection) -> bool:
            known = sa.select(t.transfer_legs.c.id).where(t.transfer_legs.c.id == leg)
            if (await connection.execute(known)).one_or_none() is not None:
                return True  # an earlier try, whose answer was lost
            kopecks = None if self._rules.refusal(number) else await reserve(connection, self._rules, number, now)
            if kopecks is None:
                return False
            values = {"attempt_id": attempt_id, "number": number, "started_at": now, "cost_kopecks": kopecks}
            await connection.execute(sa.insert(t.transfer_legs).values(id=leg, spent_on=self._rules.day(now), **values))
            return True

        return await self._database.write(work)

    async def settle(self, leg: UUID, *, talked_s: float, now: datetime) -> None:
        """What a leg that nobody settles has reserved stays spent: when it ended nobody knows."""
        legs = t.transfer_legs

        async def work(connection: AsyncConnection) -> None:
            query = sa.select(legs).where(legs.c.id == leg, legs.c.ended_at.is_(None))
            row = (await connection.execute(query.with_for_update(key_share=True))).one_or_none()
            if row is None:
                return
            cost = cost_of(self._rules, row.number, talked_s, reserved=row.cost_kopecks)
            await give_back(connection, row.spent_on, row.cost_kopecks - cost)
            done = {"ended_at": now, "talked_s": math.ceil(talked_s), "cost_kopecks": cost}
            await connection.execute(sa.update(legs).where(legs.c.id == leg).values(**done))

        await self._database.write(work)


def spent_on(day: date) -> sa.ScalarSelect[int]:
    """Kopecks of the day, reservations of calls under way included; NULL for a day without calls."""
    return sa.select(t.spend_days.c.kopecks).where(t.spend_days.c.day == day).scalar_subquery()


async def reserve(connection: AsyncConnection, rules: DialingRules, phone: str, now: datetime) -> int | None:
    """Take the worst case of a call from the day's ceiling; the kopecks, or None when there is not so much left."""
    most, ceiling = rules.reservation(phone), rules.ceiling_kopecks
    if ceiling is not None and most > ceiling:
        return None
    statement = insert(connection, t.spend_days).values(day=rules.day(now), kopecks=most)
    total = t.spend_days.c.kopecks + statement.excluded.kopecks
    done = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[t.spend_days.c.day],
            set_={"kopecks": total},
            where=None if ceiling is None else total <= ceiling,
        )
    )
    return most if done.rowcount else None


def final_cost(rules: DialingRules, attempt: Any, phone: str, result: CallResult) -> int:
    """Kopecks. attempt: its row, with what was reserved for it."""
    if attempt.spent_on is None:
        return 0
    answered_at = result.answered_at or attempt.answered_at
    talked_s = max(0.0, (result.ended_at - answered_at).total_seconds()) if answered_at else 0.0
    cost = cost_of(rules, phone, talked_s, reserved=attempt.cost_kopecks)
    if result.reason in LOST:
        cost = min(cost, attempt.cost_kopecks)  # when it really ended nobody knows
    return cost


def cost_of(rules: DialingRules, number: str, talked_s: float, *, reserved: int) -> int:
    """Kopecks of a call of `talked_s` seconds; what was reserved, if its row was taken out of the tariff meanwhile."""
    try:
        return rules.tariff.cost(number, talked_s)
    except NoTariff:
        return reserved


async def give_back(connection: AsyncConnection, day: date, kopecks: int) -> None:
    """What was reserved on this day and not used; less than nothing where it was passed."""
    if kopecks:
        left = t.spend_days.c.kopecks - kopecks
        await connection.execute(sa.update(t.spend_days).where(t.spend_days.c.day == day).values(kopecks=left))


LOST = frozenset({"node_lost", "node_restarted"})
"""Reasons of results that were written by somebody who had not seen the call end."""
