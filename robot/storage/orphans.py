"""Claims whose node died and did not come back: whoever looks next puts them right.

A lease that ran out without an attempt is a task again. With an open attempt the call has been cut off: if it had been
answered the client has been reached, and it counts; if it only rang the client is queued again at once, and nothing is
held against him.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.planning import Target
from robot.domain.calls import CallResult, TaskState
from robot.domain.outcomes import Outcome
from robot.domain.retry import RetryPolicy
from robot.domain.rules import DialingRules
from robot.storage import tables as t
from robot.storage.closing import close_attempt
from robot.storage.recount import Changes
from robot.storage.rows import lead_of, under_way

AT_ONCE = 200
"""Claims put right in one transaction: a dead node had as many calls at most as it has channels."""

NODE_LOST = "node_lost"


def some_lost(now: datetime) -> sa.Exists:
    """Whether any lease has run out."""
    return sa.exists().where(t.tasks.c.owner.is_not(None), t.tasks.c.lease_until < now)


async def recover(
    connection: AsyncConnection, *, rules: DialingRules, now: datetime, targets: Sequence[Target] = ()
) -> None:
    """Tasks of every campaign: a lost one keeps its lead from all others too. Not those another node puts right at this
    moment."""
    lost = (
        sa.select(t.tasks.c.id)
        .where(t.tasks.c.owner.is_not(None), t.tasks.c.lease_until < now)
        .order_by(t.tasks.c.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True)
    )
    ids = (await connection.execute(lost)).scalars().all()
    if not ids:
        return
    query = (
        sa.select(t.attempts, t.tasks.c.attempts.label("made"), t.campaigns.c.max_attempts)
        .join_from(t.attempts, t.tasks, t.tasks.c.id == t.attempts.c.task_id)
        .join(t.campaigns, t.campaigns.c.id == t.attempts.c.campaign_id)
        .where(t.attempts.c.task_id.in_(ids), t.attempts.c.ended_at.is_(None))
        .order_by(t.attempts.c.started_at)
    )
    changes = Changes()
    for row in (await connection.execute(query)).all():
        await _close(connection, row, changes, rules=rules, now=now, targets=targets)
    await connection.execute(
        sa.update(t.tasks)
        .where(t.tasks.c.id.in_(ids), t.tasks.c.owner.is_not(None), ~under_way())
        .values(state=TaskState.QUEUED, owner=None, lease_until=None)
    )
    await changes.write(connection)


async def _close(
    connection: AsyncConnection,
    attempt: sa.Row[Any],
    changes: Changes,
    *,
    rules: DialingRules,
    now: datetime,
    targets: Sequence[Target],
) -> None:
    answered = attempt.answered_at is not None
    result = CallResult(Outcome.INTERRUPTED, now, reason=NODE_LOST, counts=answered)
    retry_at: datetime | None = now
    if answered:
        lead = lead_of((await connection.execute(sa.select(t.leads).where(t.leads.c.id == attempt.lead_id))).one())
        policy = RetryPolicy(attempt.max_attempts)
        retry_at = policy.next_due(result, attempts=attempt.made + 1, zones=lead.zones)
    await close_attempt(connection, attempt.id, result, changes, retry_at=retry_at, rules=rules, targets=targets)
