"""Meetings that were moved: one of a lead stands, what was before is kept for the calls it was agreed in.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0009"
down_revision = "0008"
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = types.UtcTime(timezone=True)

# Until now both stood. The next one booked in a call that began before the earlier one was due moved it.
MOVED = """
INSERT INTO moved_meetings (attempt_id, manager_id, starts_at, ends_at, moved_by)
SELECT m.attempt_id, s.manager_id, s.starts_at, s.ends_at, n.attempt_id
FROM meetings m
JOIN slots s ON s.id = m.slot_id
JOIN meetings n ON n.id = (SELECT min(x.id) FROM meetings x WHERE x.lead_id = m.lead_id AND x.id > m.id)
JOIN attempts a ON a.id = n.attempt_id
WHERE s.starts_at > a.started_at
"""
GONE = "(SELECT attempt_id FROM moved_meetings)"


def upgrade() -> None:
    op.create_table(
        "moved_meetings",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", BigId, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("moved_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_moved_meetings_attempt_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["managers.id"], name=op.f("fk_moved_meetings_manager_id")),
        sa.ForeignKeyConstraint(["moved_by"], ["attempts.id"], name=op.f("fk_moved_meetings_moved_by")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_moved_meetings")),
    )
    op.create_index(op.f("ix_moved_meetings_moved_by"), "moved_meetings", ["moved_by"])
    op.execute(MOVED)
    op.execute(f"DELETE FROM meetings WHERE attempt_id IN {GONE}")  # noqa: S608 (names of ours)
    op.execute(f"DELETE FROM slots WHERE attempt_id IN {GONE}")  # noqa: S608
