"""Tables of what was sent to clients. Drawn in robot.storage.tables."""

from __future__ import annotations

import sqlalchemy as sa

from robot.storage.schema import BigId, metadata, own_id, ref
from robot.storage.types import CleanText, UtcTime

sent = sa.Table(
    "sent",
    metadata,
    own_id(),
    sa.Column("key", CleanText, nullable=False, unique=True),
    ref("lead_id", "leads.id"),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id")),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("title", CleanText, nullable=False),
    sa.Column("address", CleanText, nullable=False),
    sa.Column("parts", sa.Integer, nullable=False, server_default="1"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("problem", sa.String(64), nullable=False, server_default=""),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
    # The script's word for it; "" for what is no document.
    sa.Column("document", CleanText, nullable=False, server_default=""),
    sa.Index(None, "lead_id", "at"),
    sa.Index(None, "changed_at"),
)

sent_parts = sa.Table(
    # Messages by the other side's id. A receipt may come before its message is known to be taken: then nobody's.
    "sent_parts",
    metadata,
    sa.Column("channel", sa.String(16), primary_key=True),
    sa.Column("external_id", sa.String(200), primary_key=True),
    sa.Column("sent_id", BigId, sa.ForeignKey("sent.id")),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
    sa.Index(None, "sent_id"),
)
