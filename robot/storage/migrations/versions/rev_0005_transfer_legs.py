"""What calls to managers cost, made for clients who were being transferred.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0005"
down_revision = "0004"
branch_labels: str | None = None
depends_on: str | None = None

Moment = types.UtcTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "transfer_legs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("number", types.CleanText(), nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        sa.Column("talked_s", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cost_kopecks", sa.Integer(), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_transfer_legs_attempt_id_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_legs")),
    )
    op.create_index(op.f("ix_transfer_legs_attempt_id"), "transfer_legs", ["attempt_id"])
