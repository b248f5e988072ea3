"""What is set in the browser, and test calls.

Revision ID: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0017"
down_revision = "0016"
branch_labels: str | None = None
depends_on: str | None = None

Moment = types.UtcTime(timezone=True)
Text = types.CleanText()


def upgrade() -> None:
    op.create_table(
        "kept_settings",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("content", types.Facts(), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kept_settings")),
    )
    op.create_table(
        "trial_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("phone", Text, nullable=False),
        sa.Column("asked_by", Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("cost_kopecks", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("heard", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("talked_s", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("code", sa.String(64), nullable=False, server_default=""),
        sa.Column("ended_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_calls")),
    )
    op.create_index(op.f("ix_trial_calls_at"), "trial_calls", ["at"])
