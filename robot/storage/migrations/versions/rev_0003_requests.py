"""Keys of requests that were received: what is told twice is done once.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0003"
down_revision = "0002"
branch_labels: str | None = None
depends_on: str | None = None

Moment = types.UtcTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("key", types.CleanText(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("fate", types.CleanText(), nullable=False),
        sa.Column("deadline_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_received_at"), "requests", ["received_at"])
