"""What calls cost: reserved before the dial, settled at the end, exact over all nodes.

One row holds a day. The reservation is one statement on it, in the transaction that writes the attempt: whoever comes
second waits for the row and sees what the first one took. It is the last row any transaction locks.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.calls import CallResult
from robot.domain.errors import NoTariff
from robot.domain.rules import DialingRules
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import insert


class SqlSpending:
    """Spending of robot.crm.base."""

    def __init__(self, database: Database, rules: DialingRules) -> None:
        self._database = database
        self._rules = rules

    async def spent(self, now: datetime) -> int:
        async with self._database.read() as connection:
            return (await connection.execute(sa.select(spent_on(self._rules.day(now))))).scalar_one() or 0


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


async def settle(connection: AsyncConnection, rules: DialingRules, attempt: Any, phone: str, result: CallResult) -> int:
    """Give back what of the reservation was not used; what the attempt cost, in kopecks. attempt: its row."""
    if attempt.spent_on is None:
        return 0
    answered_at = result.answered_at or attempt.answered_at
    talked_s = max(0.0, (result.ended_at - answered_at).total_seconds()) if answered_at else 0.0
    try:
        cost = rules.tariff.cost(phone, talked_s)
    except NoTariff:  # the row was taken out of the tariff during the call
        cost = attempt.cost_kopecks
    if result.reason in LOST:
        cost = min(cost, attempt.cost_kopecks)  # when it really ended nobody knows
    unused = attempt.cost_kopecks - cost
    if unused:
        await connection.execute(
            sa.update(t.spend_days)
            .where(t.spend_days.c.day == attempt.spent_on)
            .values(kopecks=t.spend_days.c.kopecks - unused)
        )
    return cost


LOST = frozenset({"node_lost", "node_restarted"})
"""Reasons of results that were written by somebody who had not seen the call end."""
