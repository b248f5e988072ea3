"""What was sent to clients, and what became of it.

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0008"
down_revision = "0007"
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = types.UtcTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sent",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", types.CleanText(), nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("title", types.CleanText(), nullable=False),
        sa.Column("address", types.CleanText(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("problem", sa.String(64), nullable=False, server_default=""),
        sa.Column("at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_sent_lead_id_leads")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_sent_attempt_id_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent")),
        sa.UniqueConstraint("key", name=op.f("uq_sent_key")),
    )
    op.create_index(op.f("ix_sent_lead_id_at"), "sent", ["lead_id", "at"])
    op.create_table(
        "sent_parts",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.Column("sent_id", BigId, nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["sent_id"], ["sent.id"], name=op.f("fk_sent_parts_sent_id_sent")),
        sa.PrimaryKeyConstraint("channel", "external_id", name=op.f("pk_sent_parts")),
    )
    op.create_index(op.f("ix_sent_parts_sent_id"), "sent_parts", ["sent_id"])
