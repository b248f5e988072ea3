"""Slots that are only offered; managers' buffers, days off, places and preferences; busy times from outside.

Revision ID: 0007
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0007"
down_revision = "0006"
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = types.UtcTime(timezone=True)


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("managers_by", types.CleanText(), nullable=False, server_default=""))
    _managers()
    _slots()
    op.create_table(
        "busy_times",
        sa.Column("id", BigId, nullable=False),
        sa.Column("manager_id", BigId, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("source", types.CleanText(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_busy_times_order")),
        sa.ForeignKeyConstraint(["manager_id"], ["managers.id"], name=op.f("fk_busy_times_manager_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_times")),
    )
    op.create_index(op.f("ix_busy_times_manager_id_ends_at"), "busy_times", ["manager_id", "ends_at"])


def _managers() -> None:
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("buffer_minutes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("country", sa.String(length=2), nullable=False, server_default="RU"),
        sa.Column("days_off", types.CleanText(), nullable=False, server_default=""),
        sa.Column("email", types.CleanText(), nullable=False, server_default=""),
        sa.Column("place", types.CleanText(), nullable=False, server_default=""),
        sa.Column("regions", types.Labels(), nullable=False, server_default="[]"),
        sa.Column("skills", types.Labels(), nullable=False, server_default="[]"),
        sa.Column("calendar", types.CleanText(), nullable=False, server_default=""),
    )
    for column in columns:
        op.add_column("managers", column)


def _slots() -> None:
    """What there is was held or booked. An attempt may have several from now on, and hold one."""
    op.add_column("slots", sa.Column("state", sa.String(length=8), nullable=False, server_default="held"))
    if op.get_bind().dialect.name == "sqlite":
        _remake_slots()
    else:
        op.drop_constraint("uq_slots_attempt_id", "slots", type_="unique")
    op.create_index(op.f("ix_slots_attempt_id"), "slots", ["attempt_id"])
    held = sa.text("state = 'held'")
    op.create_index(
        "uq_slots_attempt_held", "slots", ["attempt_id"], unique=True, sqlite_where=held, postgresql_where=held
    )


def _remake_slots() -> None:
    """On SQLite a constraint leaves a table with the table. Meetings refer to these rows: that is looked at when the
    transaction ends."""
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("id", BigId, nullable=False),
        sa.Column("manager_id", BigId, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False, server_default="held"),
    )
    names = ", ".join(column.name for column in columns)
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TEMPORARY TABLE kept_slots AS SELECT {names} FROM slots")  # noqa: S608 (names of ours)
    op.drop_table("slots")
    op.create_table(
        "slots",
        *columns,
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_slots_order")),
        sa.ForeignKeyConstraint(["manager_id"], ["managers.id"], name=op.f("fk_slots_manager_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_slots_campaign_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_slots_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("manager_id", "starts_at", name=op.f("uq_slots_manager_id_starts_at")),
    )
    op.execute(f"INSERT INTO slots ({names}) SELECT {names} FROM kept_slots")  # noqa: S608
    op.execute("DROP TABLE kept_slots")
    op.create_index(op.f("ix_slots_campaign_id_day"), "slots", ["campaign_id", "day"])
