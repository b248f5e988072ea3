"""Who may be dialed: what the verdict of robot.domain.rules is reached by, read at the three moments it is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.calls import CallTask, TaskState
from robot.domain.consent import Consent, consented
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from robot.domain.rules import HOURS, STOPPED, Standing, Verdict
from robot.domain.stops import StopPattern
from robot.storage import tables as t
from robot.storage.rows import chunks, lane_of, under_way


async def stopped(connection: AsyncConnection, phones: Collection[str]) -> set[str]:
    """Which of these numbers are on the stop list, by number or by pattern."""
    found: set[str] = set()
    for some in chunks(list(phones)):
        numbers = sa.select(t.stop_list.c.phone.label("entry")).where(t.stop_list.c.phone.in_(some))
        query = sa.union_all(numbers, sa.select(t.stop_patterns.c.pattern))
        entries = set((await connection.execute(query)).scalars())
        patterns = [StopPattern(text) for text in entries.difference(some)]
        found.update(phone for phone in some if phone in entries or any(pattern.matches(phone) for pattern in patterns))
    return found


async def standings(
    connection: AsyncConnection,
    leads: Sequence[Lead],
    *,
    advertising: bool,
    cool_until: Mapping[int, datetime | None],
    now: datetime,
) -> Mapping[int, Standing]:
    """By lead. cool_until: by lead, as stored."""
    barred = await stopped(connection, [lead.phone for lead in leads])
    agreed = await _agreed(connection, leads, now) if advertising else set()
    dials = await _dials(connection, leads)
    return {
        lead.id: Standing(lead.phone in barred, lead.id in agreed, dials[lead.id], cool_until.get(lead.id))
        for lead in leads
    }


async def _agreed(connection: AsyncConnection, leads: Sequence[Lead], now: datetime) -> set[int]:
    lines: dict[int, list[Consent]] = defaultdict(list)
    for some in chunks([lead.id for lead in leads]):
        for row in await connection.execute(sa.select(t.consents).where(t.consents.c.lead_id.in_(some))):
            lines[row.lead_id].append(Consent(row.source, row.given_at, row.text, row.revoked_at))
    return {lead for lead, ledger in lines.items() if consented(ledger, now)}


async def _dials(connection: AsyncConnection, leads: Sequence[Lead]) -> Mapping[int, list[datetime]]:
    """Starts of the outgoing attempts that reached the network or are under way."""
    a = t.attempts.c
    dials: dict[int, list[datetime]] = defaultdict(list)
    for some in chunks([lead.id for lead in leads]):
        query = sa.select(a.lead_id, a.started_at).where(a.lead_id.in_(some), a.direction == "out", a.counts)
        for lead_id, started_at in await connection.execute(query):
            dials[lead_id].append(started_at)
    return dials


async def put_off(connection: AsyncConnection, task: CallTask, lead: Lead, verdict: Verdict) -> None:
    """Give the task back with what was decided: closed when it may never be dialed, else queued for when it may be, so
    that it stands in nobody's way. Its lead's hours may have changed since it was put into its lane."""
    values: dict[str, object] = {"owner": None, "lease_until": None, "reason": verdict.reason}
    if verdict.later is not None:
        values |= {"state": TaskState.QUEUED, "due_at": verdict.later}
        if verdict.reason == HOURS:
            band = sa.select(t.lanes.c.band).join(t.tasks, t.tasks.c.lane_id == t.lanes.c.id)
            kept = (await connection.execute(band.where(t.tasks.c.id == task.id))).scalar_one()
            values["lane_id"] = await lane_of(connection, task.campaign_id, task.priority, lead.zones, band=kept)
    else:
        outcome = Outcome.OPTED_OUT if verdict.reason == STOPPED else Outcome.FAILED
        values |= {"state": TaskState.DONE, "outcome": outcome}
    await connection.execute(sa.update(t.tasks).where(t.tasks.c.id == task.id).values(values))


async def withdraw(
    connection: AsyncConnection,
    lead_ids: Sequence[int],
    *,
    outcome: Outcome = Outcome.OPTED_OUT,
    reason: str = STOPPED,
    advertising_only: bool = False,
) -> int:
    """Close the open tasks of these leads, in every campaign (or in the advertising ones), but those being dialed:
    their attempt closes them. How many."""
    closed = 0
    for some in chunks(lead_ids):
        statement = (
            sa.update(t.tasks)
            .where(t.tasks.c.lead_id.in_(some), t.tasks.c.outcome.is_(None), ~under_way())
            .values(state=TaskState.DONE, outcome=outcome, reason=reason, owner=None, lease_until=None)
        )
        if advertising_only:
            advertising = sa.select(t.campaigns.c.id).where(t.campaigns.c.advertising)
            statement = statement.where(t.tasks.c.campaign_id.in_(advertising))
        closed += (await connection.execute(statement)).rowcount
    return closed
