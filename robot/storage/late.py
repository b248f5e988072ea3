"""Results that come after another node took the call for cut off and closed its attempt.

Such a word counts for nothing, with one exception: a client who was promised a meeting comes to it, whatever our nodes
thought of each other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.stages import SLOT_LOST
from robot.domain.calls import CallResult
from robot.domain.campaigns import Campaign
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.calendar import take
from robot.storage.moving import to_come
from robot.storage.quotas import booked
from robot.storage.spending import LOST

log = structlog.get_logger(__name__)


async def last_word(
    connection: AsyncConnection, campaign: Campaign, attempt: sa.Row[Any], result: CallResult
) -> CallResult | None:
    """What is still to be written of an attempt (its row) that has ended; None: the first result stands. A meeting gets
    its slot back if nobody took it meanwhile, else a person has to agree on another time."""
    if attempt.reason not in LOST or result.meeting is None:
        if attempt.outcome != result.outcome:
            log.info(
                "late_result_dropped", attempt=str(attempt.id), outcome=result.outcome.value, stands=attempt.outcome
            )
        return None
    coming = await to_come(connection, attempt.id)
    if any(other.called_at > attempt.started_at for other in coming):
        # Agreed upon in a later talk: that is the client's last word.
        log.info("late_meeting_superseded", attempt=str(attempt.id))
        return None
    full = (
        campaign.hard_quota and not coming and await booked(connection, campaign, attempt.day) >= (campaign.quota or 0)
    )
    kept = not full and await take(connection, campaign.id, attempt.id, result.meeting, day=attempt.day, promised=True)
    log.warning("late_meeting", attempt=str(attempt.id), kept=kept)
    if kept:
        return result
    return replace(result, outcome=Outcome.CALLBACK_SCHEDULED, reason=SLOT_LOST, meeting=None)


async def dialed_again(connection: AsyncConnection, attempt: sa.Row[Any]) -> bool:
    """Whether the task of this attempt is in another call by now: that call settles it."""
    a = t.attempts.c
    other = sa.exists().where(a.task_id == attempt.task_id, a.id != attempt.id, a.ended_at.is_(None))
    return bool((await connection.execute(sa.select(other))).scalar_one())
