"""Tables of what goes out after a call. Drawn in robot.storage.tables."""

from __future__ import annotations

import sqlalchemy as sa

from robot.storage.schema import metadata, own_id, partial_index, ref
from robot.storage.types import CleanText, Facts, Progress, UtcTime

outbox = sa.Table(
    "outbox",
    metadata,
    own_id(),
    sa.Column("key", CleanText, nullable=False, unique=True),
    sa.Column("target", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    ref("lead_id", "leads.id"),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id")),
    sa.Column("payload", Facts, nullable=False),
    sa.Column("journal", Progress, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    # Who delivers it at the moment, and until when nobody else may.
    sa.Column("owner", CleanText),
    sa.Column("lease_until", UtcTime),
    sa.Column("problem_code", sa.String(64), nullable=False, server_default=""),
    sa.Column("problem", CleanText, nullable=False, server_default=""),
    sa.Column("remedy", CleanText, nullable=False, server_default=""),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
    sa.Index(None, "lead_id", "target", "id"),
    partial_index("ix_outbox_ended", "ended_at", "id", where="ended_at IS NOT NULL"),
    partial_index("ix_outbox_waiting", "target", "due_at", "id", where="state = 'waiting'"),
    partial_index("ix_outbox_parked", "target", "id", where="state = 'parked'"),
)

throttles = sa.Table(
    # Leaky buckets of other people's limits, one for each account, shared by all nodes.
    "throttles",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("empty_at", UtcTime, nullable=False),
)
