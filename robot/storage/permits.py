"""Who may be dialed: what the verdict of robot.domain.rules is reached by, read at the three moments it is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.calls import CallTask, TaskState
from robot.domain.consent import Consent, consented
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from robot.domain.priorities import deadline
from robot.domain.rules import HOURS, STOPPED, Standing, Verdict
from robot.domain.stops import StopPattern
from robot.storage import tables as t
from robot.storage.erased import digests
from robot.storage.rows import chunks, lane_of, under_way


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of some people, by lead: their standing, and who of them is in a call (or claimed for one)."""

    standing: Mapping[int, Standing]
    in_calls: Collection[int]


async def stopped(connection: AsyncConnection, phones: Collection[str]) -> set[str]:
    """Which of these numbers are on the stop list, by number or by pattern."""
    found: set[str] = set()
    for some in chunks(list(phones)):
        erased = await digests(connection, some)
        entries = set((await connection.execute(_stop_entries(some, erased))).scalars())
        found.update(_barred(some, entries, erased))
    return found


async def known(
    connection: AsyncConnection,
    leads: Sequence[Lead],
    *,
    advertising: bool,
    cool_until: Mapping[int, datetime | None],
    now: datetime,
) -> Known:
    """All of it at one moment of the database. cool_until: by lead, as stored."""
    barred: set[str] = set()
    in_calls: set[int] = set()
    dials: dict[int, list[datetime]] = defaultdict(list)
    for some in chunks(leads):
        phones = [lead.phone for lead in some]
        erased = await digests(connection, phones)
        entries: set[str] = set()
        for row in await connection.execute(_facts([lead.id for lead in some], phones, erased)):
            if row.entry is not None:
                entries.add(row.entry)
            elif row.at is not None:
                dials[row.lead_id].append(row.at)
            else:
                in_calls.add(row.lead_id)
        barred |= _barred(phones, entries, erased)
    agreed = await _agreed(connection, leads, now) if advertising else set()
    standing = {
        lead.id: Standing(lead.phone in barred, lead.id in agreed, dials[lead.id], cool_until.get(lead.id))
        for lead in leads
    }
    return Known(standing, in_calls)


def _facts(
    lead_ids: Sequence[int], phones: Sequence[str], erased: Mapping[str, str]
) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """In one round trip: lines of the stop list (entry), dials (at), and leads in calls (neither)."""
    a, task = t.attempts.c, t.tasks.c
    no_lead, no_time = sa.null().cast(a.lead_id.type), sa.null().cast(a.started_at.type)
    no_entry = sa.null().cast(t.stop_list.c.phone.type)
    stops = _stop_entries(phones, erased).subquery()
    return sa.union_all(
        sa.select(stops.c.entry.label("entry"), no_lead.label("lead_id"), no_time.label("at")),
        # Outgoing attempts that reached the network or are under way.
        sa.select(no_entry, a.lead_id, a.started_at).where(a.lead_id.in_(lead_ids), a.direction == "out", a.counts),
        sa.select(no_entry, task.lead_id, no_time).where(task.lead_id.in_(lead_ids), task.owner.is_not(None)),
    )


def _stop_entries(phones: Sequence[str], erased: Mapping[str, str]) -> sa.CompoundSelect[str]:
    """Those of the numbers that are on the list, those of the digests whose people were erased, and all patterns: they
    are few."""
    numbers = sa.select(t.stop_list.c.phone.label("entry")).where(t.stop_list.c.phone.in_(phones))
    gone = sa.select(sa.cast(t.erasures.c.digest, sa.Text)).where(t.erasures.c.digest.in_(list(erased)))
    return sa.union_all(numbers, gone, sa.select(t.stop_patterns.c.pattern))


def _barred(phones: Sequence[str], entries: Collection[str], erased: Mapping[str, str]) -> set[str]:
    gone = {erased[entry] for entry in entries if entry in erased}
    patterns = [StopPattern(text) for text in set(entries).difference(phones, erased)]
    return gone | {phone for phone in phones if phone in entries or any(one.matches(phone) for one in patterns)}


async def _agreed(connection: AsyncConnection, leads: Sequence[Lead], now: datetime) -> set[int]:
    lines: dict[int, list[Consent]] = defaultdict(list)
    for some in chunks([lead.id for lead in leads]):
        for row in await connection.execute(sa.select(t.consents).where(t.consents.c.lead_id.in_(some))):
            lines[row.lead_id].append(Consent(row.source, row.given_at, row.text, row.revoked_at))
    return {lead for lead, ledger in lines.items() if consented(ledger, now)}


async def put_off(connection: AsyncConnection, task: CallTask, lead: Lead, verdict: Verdict) -> None:
    """Give the task back with what was decided: closed when it may never be dialed, else queued for when it may be, so
    that it stands in nobody's way. Its lead's hours may have changed since it was put into its lane."""
    values: dict[str, object] = {"owner": None, "lease_until": None, "reason": verdict.reason}
    if verdict.later is not None:
        values |= {"state": TaskState.QUEUED, "due_at": verdict.later}
        if verdict.reason == HOURS:
            band = sa.select(t.lanes.c.band).join(t.tasks, t.tasks.c.lane_id == t.lanes.c.id)
            kept = (await connection.execute(band.where(t.tasks.c.id == task.id))).scalar_one()
            if task.deadline_at is not None:  # what was promised, was promised for the hours
                values["deadline_at"] = deadline(task.priority, verdict.later) or task.deadline_at
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
