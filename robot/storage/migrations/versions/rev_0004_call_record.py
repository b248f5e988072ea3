"""The record of a call: timed words, how much of a phrase was heard, false starts, and second hearings of recordings.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0004"
down_revision = "0003"
branch_labels: str | None = None
depends_on: str | None = None

Moment = types.UtcTime(timezone=True)


def upgrade() -> None:
    op.add_column("turns", sa.Column("words", types.Words(), nullable=False, server_default="[]"))
    op.add_column("turns", sa.Column("played_ms", sa.Integer(), nullable=True))
    op.add_column("turns", sa.Column("length_ms", sa.Integer(), nullable=True))
    op.add_column("turns", sa.Column("false_starts", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "call_reviews",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("engine", types.CleanText(), nullable=False),
        sa.Column("reviewed_at", Moment, nullable=False),
        sa.Column("problem", types.CleanText(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_call_reviews_attempt_id_attempts")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_call_reviews")),
    )
    op.create_table(
        "turn_reviews",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", types.CleanText(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("intent", types.CleanText(), nullable=False),
        sa.Column("word_errors", sa.Float(), nullable=False),
        sa.Column("disagrees", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["call_reviews.attempt_id"], name=op.f("fk_turn_reviews_attempt_id_call_reviews")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_turn_reviews")),
    )
