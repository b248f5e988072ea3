"""Calls with a script of their own, follow-ups of documents, people who answered first, and who waits to be told.

Revision ID: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0012"
down_revision = "0011"
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _text("tasks", "script")
    _text("sent", "document")
    op.create_index(op.f("ix_sent_changed_at"), "sent", ["changed_at"])
    for name in ("sent_key", "reply_to"):
        _text("happenings", name)
    op.add_column("happenings", sa.Column("lead_id", BigId, nullable=True))
    for name in ("closed", "replied"):
        flag: sa.Column[bool] = sa.Column(
            name, sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()
        )
        op.add_column("happenings", flag)
    op.create_index(op.f("ix_happenings_lead_id"), "happenings", ["lead_id"])
    _partial_index("ix_happenings_sent_key", "sent_key", "sent_key != ''")
    _partial_index("ix_happenings_reply_to", "id", "reply_to != '' AND NOT replied")
    op.add_column("touched", sa.Column("told", types.Facts(), nullable=False, server_default="{}"))


def _text(table: str, column: str) -> None:
    op.add_column(table, sa.Column(column, types.CleanText(), nullable=False, server_default=""))


def _partial_index(name: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "happenings", [column], sqlite_where=where, postgresql_where=where)
