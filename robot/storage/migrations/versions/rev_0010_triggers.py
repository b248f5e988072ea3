"""What starts calls: happenings in CRMs, how far they were read, what their webhooks told.

Revision ID: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0010"
down_revision = "0009"
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = types.UtcTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "happenings",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", types.CleanText(), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("lead_ref", types.CleanText(), nullable=False),
        sa.Column("stage", types.CleanText(), nullable=False, server_default=""),
        sa.Column("at", Moment, nullable=False),
        sa.Column("noted_at", Moment, nullable=False),
        sa.Column("trigger", types.CleanText(), nullable=False, server_default=""),
        sa.Column("fate", types.CleanText(), nullable=False, server_default=""),
        sa.Column("task_id", BigId, nullable=True),
        sa.Column("meeting_of", sa.Uuid(), nullable=True),
        sa.Column("while_stage", types.CleanText(), nullable=False, server_default=""),
        sa.Column("until", Moment, nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_happenings_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happenings")),
        sa.UniqueConstraint("key", name=op.f("uq_happenings_key")),
    )
    op.create_index(op.f("ix_happenings_source_lead_ref_at"), "happenings", ["source", "lead_ref", "at"])
    _partial_index("until")
    _partial_index("meeting_of")
    op.create_table(
        "change_cursors",
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("place", types.CleanText(), nullable=False, server_default=""),
        sa.Column("owner", types.CleanText(), nullable=False, server_default=""),
        sa.Column("lease_until", Moment, nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_change_cursors")),
    )
    op.create_table(
        "touched",
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("first_at", Moment, nullable=False),
        sa.Column("told_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("source", "kind", "ref", name=op.f("pk_touched")),
    )
    op.create_index(op.f("ix_touched_source_told_at"), "touched", ["source", "told_at"])


def _partial_index(column: str) -> None:
    condition = sa.text(f"{column} IS NOT NULL")
    op.create_index(
        f"ix_happenings_{column}", "happenings", [column], sqlite_where=condition, postgresql_where=condition
    )
