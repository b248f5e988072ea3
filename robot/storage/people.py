"""Leads as rows: stored once per number, with what is newly known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.base import NewLead
from robot.crm.stages import Stage
from robot.domain.people import Lead
from robot.storage import tables as t
from robot.storage.consents import keep
from robot.storage.lead_index import index_leads
from robot.storage.rows import chunks, insert, lane_of, lead_of
from robot.storage.rules import updated


@dataclass(frozen=True, slots=True)
class Stored:
    """A lead with what only the queue asks of it."""

    lead: Lead
    score: int
    cool_until: datetime | None


async def store(
    connection: AsyncConnection, wanted: Mapping[str, NewLead], now: datetime, *, locking: bool = True
) -> tuple[dict[str, Stored], int]:
    """All of them as stored, by number, and how many are new; with the consents they come with. Those who were there
    are locked, `locking` says: of two who write the same lead at once, the second sees the tasks the first gave him."""
    before = await _by_phone(connection, list(wanted), locking=locking)
    fresh = [lead for phone, lead in wanted.items() if phone not in before]
    for some in chunks(fresh):
        rows = [{**_columns(lead), "score": lead.score or 0, "stage": Stage.NEW, "created_at": now} for lead in some]
        await connection.execute(insert(connection, t.leads).on_conflict_do_nothing(), rows)
    for phone, old in before.items():
        await _renew(connection, old, wanted[phone])
    stored = await _by_phone(connection, list(wanted))
    await index_leads(connection, {stored[lead.phone].lead.id: stored[lead.phone].lead for lead in fresh})
    await keep(connection, [(stored[p].lead.id, new.consent) for p, new in wanted.items() if new.consent is not None])
    return stored, len(fresh)


async def _renew(connection: AsyncConnection, old: Stored, new: NewLead) -> None:
    newer = updated(old.lead, new)
    score = old.score if new.score is None else new.score
    if newer == old.lead and score == old.score:
        return
    values = {**_columns(newer), "score": score}
    await connection.execute(sa.update(t.leads).where(t.leads.c.id == newer.id).values(values))
    if (newer.name, newer.company) != (old.lead.name, old.lead.company):
        await index_leads(connection, {newer.id: newer})
    if newer.zones != old.lead.zones:
        await _change_lanes(connection, newer)


def _columns(lead: NewLead | Lead) -> dict[str, Any]:
    return {
        "phone": lead.phone,
        "name": lead.name,
        "company": lead.company,
        "city": lead.city,
        "timezone": lead.timezone,
        "fields": dict(lead.fields),
    }


async def _by_phone(connection: AsyncConnection, phones: Sequence[str], *, locking: bool = False) -> dict[str, Stored]:
    found: dict[str, Stored] = {}
    for some in chunks(phones):
        query = sa.select(t.leads).where(t.leads.c.phone.in_(some))
        if locking:
            query = query.order_by(t.leads.c.id).with_for_update(key_share=True)
        rows = await connection.execute(query)
        found.update((row.phone, Stored(lead_of(row), row.score, row.cool_until)) for row in rows)
    return found


async def _change_lanes(connection: AsyncConnection, lead: Lead) -> None:
    """The lead turned out to live elsewhere: his open tasks wait for other hours now."""
    query = (
        sa.select(t.tasks.c.id, t.tasks.c.campaign_id, t.lanes.c.priority, t.lanes.c.band)
        .join_from(t.tasks, t.lanes, t.lanes.c.id == t.tasks.c.lane_id)
        .where(t.tasks.c.lead_id == lead.id, t.tasks.c.outcome.is_(None))
    )
    for task in (await connection.execute(query)).all():
        lane = await lane_of(connection, task.campaign_id, task.priority, lead.zones, band=task.band)
        await connection.execute(sa.update(t.tasks).where(t.tasks.c.id == task.id).values(lane_id=lane))
