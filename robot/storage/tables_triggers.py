"""Tables of what starts calls. Drawn in robot.storage.tables."""

from __future__ import annotations

import sqlalchemy as sa

from robot.storage.schema import BigId, metadata, own_id, partial_index, ref
from robot.storage.types import CleanText, Facts, UtcTime

happenings = sa.Table(
    # What happened in CRMs and in the calendar, each once, and the task it started. Kept for good: some CRMs tell of an
    # old happening whenever its lead is touched. `while_stage`: the task has a point while the lead stands in it.
    # `meeting_of`: the attempt a meeting was booked in; meetings that are moved are deleted, and numbers used again.
    # `lead_id`: ours with the number it was told of, where there is one. `closed`: the lead was won or lost by it.
    # `sent_key`: what was sent to the client. `reply_to`: who waits to be told what came of it, until it is `replied`.
    "happenings",
    metadata,
    own_id(),
    sa.Column("key", CleanText, nullable=False, unique=True),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("lead_ref", CleanText, nullable=False),
    sa.Column("stage", CleanText, nullable=False, server_default=""),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("noted_at", UtcTime, nullable=False),
    sa.Column("trigger", CleanText, nullable=False, server_default=""),
    sa.Column("fate", CleanText, nullable=False, server_default=""),
    ref("task_id", "tasks.id", nullable=True),
    sa.Column("meeting_of", sa.Uuid),
    sa.Column("while_stage", CleanText, nullable=False, server_default=""),
    sa.Column("until", UtcTime),
    sa.Column("lead_id", BigId),
    sa.Column("closed", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    sa.Column("sent_key", CleanText, nullable=False, server_default=""),
    sa.Column("reply_to", CleanText, nullable=False, server_default=""),
    sa.Column("replied", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    sa.Index(None, "lead_id"),
    sa.Index(None, "source", "lead_ref", "at"),
    partial_index("ix_happenings_until", "until", where="until IS NOT NULL"),
    partial_index("ix_happenings_meeting_of", "meeting_of", where="meeting_of IS NOT NULL"),
    partial_index("ix_happenings_sent_key", "sent_key", where="sent_key != ''"),
    partial_index("ix_happenings_bad_phone", "id", where="fate = 'bad_phone'"),
    partial_index("ix_happenings_reply_to", "id", where="reply_to != '' AND NOT replied"),
)

change_cursors = sa.Table(
    # How far each CRM was read, and which node reads it at the moment.
    "change_cursors",
    metadata,
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("place", CleanText, nullable=False, server_default=""),
    sa.Column("owner", CleanText, nullable=False, server_default=""),
    sa.Column("lease_until", UtcTime),
)

touched = sa.Table(
    # What webhooks told and nobody has read yet, each thing once. `told`: what cannot be read again.
    "touched",
    metadata,
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("ref", sa.String(64), primary_key=True),
    sa.Column("first_at", UtcTime, nullable=False),
    sa.Column("told_at", UtcTime, nullable=False),
    sa.Column("told", Facts, nullable=False, server_default="{}"),
    sa.Index(None, "source", "told_at"),
)
