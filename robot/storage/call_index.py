"""How ended calls are found: one row each, with a word for everything it may be searched by.

A row's `tokens` are words of a letter and what it says: "cвстреч" the client said a form of "встреча", "p" and a hash
that phrase was passed, "k7" it is of campaign 7. A search is then one look into an inverted index, whatever is asked
together: FTS5 on SQLite, kept by triggers; GIN on PostgreSQL. Rows are written in the transaction that ends the call.

    c client's word   r robot's word   p passed   e ended at   l lost at   q reason   v script version   k campaign
    m manager of the meeting   u lead   o outcome   d lasted so many seconds or more   s or less   n not understood
    t talked   x corrected   g script   a variant
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2s
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.analytics.call_facts import CallFacts, call_facts
from robot.analytics.quality import CallTimes
from robot.domain.calls import Turn
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.call_records import turn_of
from robot.storage.rows import insert

LENGTHS_S = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900)
"""What is asked between them is looked up by the nearest, and then measured."""

LONGEST_MS = 2**31 - 1
"""What the column holds: a call whose node was away for a month is closed when it returns."""

SQLITE_INDEX = (
    "CREATE VIRTUAL TABLE call_tokens USING fts5(tokens, content='call_index', content_rowid='place', "
    "tokenize='ascii', detail=none, columnsize=0)",
    "CREATE TRIGGER call_index_added AFTER INSERT ON call_index BEGIN "
    "INSERT INTO call_tokens(rowid, tokens) VALUES (new.place, new.tokens); END",
    "CREATE TRIGGER call_index_removed AFTER DELETE ON call_index BEGIN "
    "INSERT INTO call_tokens(call_tokens, rowid, tokens) VALUES ('delete', old.place, old.tokens); END",
    "CREATE TRIGGER call_index_changed AFTER UPDATE OF tokens ON call_index BEGIN "
    "INSERT INTO call_tokens(call_tokens, rowid, tokens) VALUES ('delete', old.place, old.tokens); "
    "INSERT INTO call_tokens(rowid, tokens) VALUES (new.place, new.tokens); END",
)
POSTGRES_INDEX = ("CREATE INDEX ix_call_index_tokens ON call_index USING gin (string_to_array(tokens, ' '))",)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

for _statement in SQLITE_INDEX:
    sa.event.listen(t.call_index, "after_create", sa.DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
for _statement in POSTGRES_INDEX:
    sa.event.listen(t.call_index, "after_create", sa.DDL(_statement).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]


async def index_call(connection: AsyncConnection, attempt_id: UUID) -> None:
    """Write, or write anew, how this call is found. Nothing while it has not ended."""
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(t.attempts, t.slots.c.manager_id)
        .join_from(t.attempts, t.meetings, t.meetings.c.attempt_id == t.attempts.c.id, isouter=True)
        .join(t.slots, t.slots.c.id == t.meetings.c.slot_id, isouter=True)
        .where(t.attempts.c.id == attempt_id, t.attempts.c.ended_at.is_not(None))
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return
    turns = sa.select(t.turns).where(t.turns.c.attempt_id == attempt_id).order_by(t.turns.c.number)
    spoken = [turn_of(turn) for turn in await connection.execute(turns)]
    corrected = sa.select(sa.exists().where(t.outcome_corrections.c.attempt_id == attempt_id))
    changed = bool((await connection.execute(corrected)).scalar_one())
    values = found_by(row, spoken, corrected=changed)
    again = sa.update(t.call_index).where(t.call_index.c.attempt_id == row.id).values(values)
    if not (await connection.execute(again)).rowcount:
        await _insert(connection, row, values)


async def _insert(connection: AsyncConnection, row: sa.Row[Any], values: Mapping[str, object]) -> None:
    place = microseconds(row.started_at)
    while True:
        new = insert(connection, t.call_index).values(place=place, attempt_id=row.id, **values)
        if (await connection.execute(new.on_conflict_do_nothing(index_elements=[t.call_index.c.place]))).rowcount:
            return
        place += 1  # another call began in the same microsecond


def found_by(row: Any, turns: Sequence[Turn], *, corrected: bool) -> dict[str, object]:
    """The columns of a call's row but for its place and id. row: of attempts, with the `manager_id` of its meeting."""
    times = CallTimes(row.answered_at, row.ended_at, Outcome(row.outcome), row.ended_by)
    facts = call_facts(turns, times)
    lost = facts.lost
    return {
        "length_ms": None if facts.length_ms is None else min(facts.length_ms, LONGEST_MS),
        "last_phrase": facts.last_phrase,
        "last_ms": facts.last_ms,
        "lost_phrase": lost.phrase if lost else "",
        "lost_how": lost.how if lost else "",
        "lost_ms": lost.at_ms if lost else 0,
        "not_understood": facts.not_understood,
        "tokens": " ".join(sorted(set(_tokens(row, facts, corrected=corrected)))),
    }


def _tokens(row: Any, facts: CallFacts, *, corrected: bool) -> Iterator[str]:
    yield f"k{row.campaign_id}"
    yield f"u{row.lead_id}"
    yield f"o{row.outcome.replace('_', '')}"
    yield named("q", row.reason)
    yield named("v", row.script_version)
    yield named("g", row.script_name)
    yield from (f"c{stem}" for stem in facts.client)
    yield from (f"r{stem}" for stem in facts.robot)
    yield from (named("p", phrase) for phrase in facts.passed)
    yield from (named("a", arm) for arm in facts.arms)
    if facts.last_phrase:
        yield named("e", facts.last_phrase)
    if facts.lost is not None:
        yield named("l", facts.lost.phrase)
    if facts.length_ms is not None:
        yield "t"
        yield from (f"d{limit}" for limit in LENGTHS_S if facts.length_ms >= limit * 1000)
    yield from (f"s{limit}" for limit in LENGTHS_S if (facts.length_ms or 0) <= limit * 1000)
    if facts.not_understood:
        yield "n"
    if corrected:
        yield "x"
    if row.manager_id is not None:
        yield f"m{row.manager_id}"


def named(letter: str, text: str) -> str:
    """The token of a name that may hold anything."""
    return letter + blake2s(text.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()


def microseconds(moment: datetime) -> int:
    """Since 1970, exactly."""
    return (moment - EPOCH) // timedelta(microseconds=1)
