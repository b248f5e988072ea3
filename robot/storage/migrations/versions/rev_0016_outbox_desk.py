"""Leads without a number are found at once, and so is what was delivered long ago.

Revision ID: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _partial_index("ix_happenings_bad_phone", "happenings", ["id"], "fate = 'bad_phone'")
    _partial_index("ix_outbox_ended", "outbox", ["ended_at", "id"], "ended_at IS NOT NULL")


def _partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
