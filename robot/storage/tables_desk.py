"""Tables of people's work with calls: how calls are found, what people add to them, and what they order in calls under
way. Drawn in robot.storage.tables."""

from __future__ import annotations

import sqlalchemy as sa

from robot.storage.schema import BigId, metadata, own_id, partial_index, ref
from robot.storage.tables_calls import attempts
from robot.storage.types import CleanText, UtcTime

sa.Index("ix_attempts_outcome", attempts.c.outcome, attempts.c.started_at)

call_index = sa.Table(
    # Ended calls as they are searched for. `place`: the microsecond of the call's start, made unique, so that the index
    # of `tokens` gives the newest first; see robot.storage.call_index.
    "call_index",
    metadata,
    sa.Column("place", BigId, primary_key=True, autoincrement=False),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False, unique=True),
    sa.Column("length_ms", sa.Integer),
    sa.Column("last_phrase", CleanText, nullable=False),
    sa.Column("last_ms", sa.Integer, nullable=False),
    sa.Column("lost_phrase", CleanText, nullable=False),
    sa.Column("lost_how", sa.String(16), nullable=False),
    sa.Column("lost_ms", sa.Integer, nullable=False),
    sa.Column("not_understood", sa.Integer, nullable=False),
    sa.Column("tokens", sa.Text, nullable=False),
)

call_comments = sa.Table(
    "call_comments",
    metadata,
    own_id(),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("who", CleanText, nullable=False),
    sa.Column("user_id", BigId),
    sa.Column("text", CleanText, nullable=False),
    # Of which moment of the call it is; NULL for the whole of it.
    sa.Column("at_ms", sa.Integer),
    sa.Index(None, "attempt_id", "id"),
)

outcome_corrections = sa.Table(
    # What a person took a call for, and what it had been taken for before: attempts.outcome holds the last word.
    "outcome_corrections",
    metadata,
    own_id(),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("who", CleanText, nullable=False),
    sa.Column("user_id", BigId),
    sa.Column("was", sa.String(32), nullable=False),
    sa.Column("was_reason", CleanText, nullable=False),
    sa.Column("outcome", sa.String(32), nullable=False),
    sa.Column("reason", CleanText, nullable=False),
    sa.Column("note", CleanText, nullable=False),
    sa.Index(None, "attempt_id", "id"),
)

suggested_examples = sa.Table(
    # Clients' words that somebody takes for examples of an intent, until whoever edits the script has decided.
    "suggested_examples",
    metadata,
    own_id(),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("script", CleanText, nullable=False),
    sa.Column("phrase", CleanText, nullable=False),
    sa.Column("text", CleanText, nullable=False),
    sa.Column("intent", CleanText, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("who", CleanText, nullable=False),
    sa.Column("user_id", BigId),
    sa.Column("decided_at", UtcTime),
    sa.UniqueConstraint("attempt_id", "number"),
    partial_index("ix_suggested_examples_open", "script", "id", where="decided_at IS NULL"),
)

call_orders = sa.Table(
    # What people order in calls under way: carried out by the node that has the call. `problem`: why it was not.
    "call_orders",
    metadata,
    own_id(),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False),
    sa.Column("node", CleanText, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("telephone", CleanText, nullable=False),
    sa.Column("who", CleanText, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("done_at", UtcTime),
    sa.Column("problem", sa.String(32), nullable=False, server_default=""),
    partial_index("ix_call_orders_open", "node", "id", where="done_at IS NULL"),
)

server_keys = sa.Table(
    # Secrets of this installation that all its nodes share; made by whoever needs one first.
    "server_keys",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
)

user_telephones = sa.Table(
    # Where a user takes calls over: a number or an extension.
    "user_telephones",
    metadata,
    ref("user_id", "users.id"),
    sa.Column("number", CleanText, nullable=False),
    sa.PrimaryKeyConstraint("user_id"),
)
