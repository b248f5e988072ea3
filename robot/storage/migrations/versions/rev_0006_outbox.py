"""What goes out after a call, other people's limits, and what a script asked to be done.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0006"
down_revision = "0005"
branch_labels: str | None = None
depends_on: str | None = None

Moment = types.UtcTime(timezone=True)
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("attempts", sa.Column("callback_at", Moment, nullable=True))
    op.add_column("attempts", sa.Column("wishes", sa.JSON(), nullable=False, server_default="[]"))
    _outbox()
    op.create_table(
        "throttles",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("empty_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_throttles")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", types.CleanText(), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("journal", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("owner", types.CleanText(), nullable=True),
        sa.Column("lease_until", Moment, nullable=True),
        sa.Column("problem_code", sa.String(64), nullable=False, server_default=""),
        sa.Column("problem", types.CleanText(), nullable=False, server_default=""),
        sa.Column("remedy", types.CleanText(), nullable=False, server_default=""),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_outbox_lead_id_leads")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_outbox_attempt_id_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(op.f("ix_outbox_lead_id_target_id"), "outbox", ["lead_id", "target", "id"])
    for name, columns, state in (
        ("ix_outbox_waiting", ["target", "due_at", "id"], "waiting"),
        ("ix_outbox_parked", ["target", "id"], "parked"),
    ):
        condition = sa.text(f"state = '{state}'")
        op.create_index(name, "outbox", columns, sqlite_where=condition, postgresql_where=condition)
