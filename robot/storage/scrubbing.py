"""Taking the person out of the rows that stay: figures, costs and the journal hold without him.

Every table that tells of a lead or of a call is named in POLICIES, with what becomes of it: a test compares that with
the tables there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.outbox_ports import State
from robot.crm.writes import Journal
from robot.domain.erased import placeholder
from robot.storage import tables as t
from robot.storage.call_index import index_call
from robot.storage.rows import chunks, insert

STAYS = "stays"
"""It tells nothing of the person but that somebody was called."""

POLICIES: Mapping[str, str] = {
    "leads": "emptied: the row stands for the figures of its calls",
    "lead_index": "deleted",
    "tasks": STAYS,
    "attempts": "emptied of what was collected, wished and recorded",
    "turns": "emptied of words; the phrase, the intent and the times stand",
    "call_index": "made anew from what stands",
    "call_reviews": "emptied",
    "turn_reviews": "emptied",
    "call_comments": "deleted",
    "outcome_corrections": "emptied of the note",
    "suggested_examples": "deleted",
    "call_orders": STAYS,
    "transfer_legs": STAYS,
    "slots": STAYS,
    "meetings": STAYS,
    "moved_meetings": STAYS,
    "manager_tasks": STAYS,
    "activities": "emptied of the recording",
    "outbox": "emptied; what was not delivered is dropped",
    "sent": "emptied of the address",
    "sent_parts": "deleted",
    "consents": "revoked, and kept: 38-FZ article 18 wants the advertiser to prove them",
    "happenings": "emptied of who waits for a reply; the CRM's own number of the deal stands",
    "erasures": "the ledger itself",
}

Counts = Counter[str]


async def empty_calls(connection: AsyncConnection, calls: Sequence[UUID], *, now: datetime) -> Counts:
    """The words, the recordings and the remarks of these calls."""
    gone: Counts = Counter()
    for some in chunks(calls):
        gone += await doom(connection, some, now=now)
        gone += await empty_words(connection, some)
    return gone


async def doom(connection: AsyncConnection, calls: Sequence[UUID], *, now: datetime) -> Counts:
    """The recordings of these calls are to be removed, and are not mentioned any more. A call that was cut off before
    its recording was written down has a file all the same: it is named after the day and the call."""
    a = t.attempts.c
    query = sa.select(a.id, a.node, a.recording, a.answered_at).where(a.id.in_(calls))
    rows = (await connection.execute(query)).all()
    doomed = [
        {"path": row.recording or f"recordings/{row.answered_at:%Y-%m-%d}/{row.id}.wav", "node": row.node, "since": now}
        for row in rows
        if row.recording or row.answered_at is not None
    ]
    if doomed:
        again = insert(connection, t.doomed_recordings)
        again = again.on_conflict_do_update(
            index_elements=[t.doomed_recordings.c.path], set_={"since": now, "gone_at": None}
        )
        await connection.execute(again, doomed)
    told = sa.update(t.activities).where(t.activities.c.attempt_id.in_(calls))
    await connection.execute(told.values(recording=""))
    await connection.execute(sa.update(t.attempts).where(a.id.in_(calls)).values(recording=""))
    return Counter(recordings=sum(bool(row.recording) for row in rows))


async def empty_words(connection: AsyncConnection, calls: Sequence[UUID]) -> Counts:
    """What both sides said, what was collected, and what people wrote about it."""
    said, reviews = t.turns.c, t.turn_reviews.c
    words = sa.or_(said.said != "", said.heard != "", said.matched != "")
    wordless = {"said": "", "heard": "", "matched": "", "words": ()}
    turns = sa.update(t.turns).where(said.attempt_id.in_(calls), words).values(wordless)
    gone = Counter(turns=(await connection.execute(turns)).rowcount)
    await connection.execute(sa.update(t.turn_reviews).where(reviews.attempt_id.in_(calls)).values(text=""))
    await connection.execute(sa.update(t.call_reviews).where(t.call_reviews.c.attempt_id.in_(calls)).values(problem=""))
    a = t.attempts.c
    await connection.execute(sa.update(t.attempts).where(a.id.in_(calls)).values(collected={}, wishes=()))
    for name, table in (("comments", t.call_comments), ("suggestions", t.suggested_examples)):
        statement = sa.delete(table).where(table.c.attempt_id.in_(calls))
        gone[name] = (await connection.execute(statement)).rowcount
    c = t.outcome_corrections.c
    notes = sa.update(t.outcome_corrections).where(c.attempt_id.in_(calls), c.note != "").values(note="")
    gone["notes"] = (await connection.execute(notes)).rowcount
    for call in calls:
        await index_call(connection, call)
    return gone


async def empty_leads(connection: AsyncConnection, leads: Sequence[int], *, now: datetime) -> Counts:
    """Who they are, and all that was or is to be sent to them."""
    gone: Counts = Counter()
    for lead in leads:
        values: dict[str, Any] = {
            "phone": placeholder(lead),
            **dict.fromkeys(("name", "company", "city", "timezone"), ""),
            "fields": {},
            "score": 0,
            "cool_until": None,
        }
        done = await connection.execute(sa.update(t.leads).where(t.leads.c.id == lead).values(values))
        gone["leads"] += done.rowcount
    for some in chunks(leads):
        await connection.execute(sa.delete(t.lead_index).where(t.lead_index.c.lead_id.in_(some)))
        gone += await _empty_outgoing(connection, some, now=now)
        h = t.happenings.c
        waits = sa.update(t.happenings).where(h.lead_id.in_(some), h.reply_to != "")
        await connection.execute(waits.values(reply_to="", replied=True))
    return gone


async def _empty_outgoing(connection: AsyncConnection, leads: Sequence[int], *, now: datetime) -> Counts:
    o, s = t.outbox.c, t.sent.c
    waits = sa.update(t.outbox).where(o.lead_id.in_(leads), o.ended_at.is_(None))
    dropped = await connection.execute(
        waits.values(state=State.DROPPED, owner=None, lease_until=None, problem_code="", ended_at=now)
    )
    empty: dict[str, Any] = {"payload": {}, "journal": Journal(), "problem": "", "remedy": ""}
    all_his = await connection.execute(sa.update(t.outbox).where(o.lead_id.in_(leads)).values(empty))
    letters = sa.select(s.id).where(s.lead_id.in_(leads))
    await connection.execute(sa.delete(t.sent_parts).where(t.sent_parts.c.sent_id.in_(letters)))
    sent = await connection.execute(sa.update(t.sent).where(s.lead_id.in_(leads)).values(address="", title=""))
    return Counter(
        deliveries_dropped=dropped.rowcount, deliveries=all_his.rowcount - dropped.rowcount, sent=sent.rowcount
    )


def calls_of(lead: int | sa.ScalarSelect[Any]) -> sa.Select[UUID]:
    return sa.select(t.attempts.c.id).where(t.attempts.c.lead_id == lead).order_by(t.attempts.c.started_at)
