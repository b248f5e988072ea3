"""The rules of the quota queue: hours per weekday, goals and states of campaigns, scores, consents, stop patterns, what
calls cost, nodes.

Revision ID: 0002
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0002"
down_revision = "0001"
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = types.UtcTime(timezone=True)
DAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
NEVER = "никогда"


def upgrade() -> None:
    _campaigns()
    _lanes()
    _tasks()
    _attempts()
    op.add_column("leads", sa.Column("score", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("leads", sa.Column("cool_until", Moment, nullable=True))
    _new_tables()


def hours_text(opens: time, closes: time, weekdays: Iterable[int]) -> str:
    """The old columns as the text of a window, one that never opened included. Windows that pass midnight keep their
    hours. Moments within a minute are cut off on the safe side: the window does not grow."""
    begins, ends = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
    begins += 1 if opens.second or opens.microsecond else 0
    if closes == time.max:
        ends = 24 * 60
    if opens == closes or begins in (ends, 24 * 60):
        return NEVER
    span = f"{begins // 60:02}:{begins % 60:02}-{ends // 60:02}:{ends % 60:02}"
    return "; ".join(f"{days} {span}" for days in _runs(sorted(set(weekdays)))) or NEVER


def _runs(days: list[int]) -> list[str]:
    """Consecutive days as "пн-пт", single ones by name."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs]


def _campaigns() -> None:
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("goal", sa.String(length=16), nullable=False, server_default="meeting"),
        sa.Column("state", sa.String(length=16), nullable=False, server_default="running"),
        sa.Column("hours", types.CleanText(), nullable=False, server_default=""),
        sa.Column("advertising", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("priority", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("inbound_script", types.CleanText(), nullable=False, server_default="missed_call_back"),
    )
    for column in columns:
        op.add_column("campaigns", column)
    old = sa.table(
        "campaigns",
        sa.column("id"),
        sa.column("active", sa.Boolean),
        sa.column("opens", sa.Time),
        sa.column("closes", sa.Time),
        sa.column("weekdays", types.Weekdays),
        sa.column("hours"),
        sa.column("state"),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(old)).all():
        connection.execute(
            sa.update(old)
            .where(old.c.id == row.id)
            .values(hours=hours_text(row.opens, row.closes, row.weekdays), state="running" if row.active else "paused")
        )
    gone = ("active", "opens", "closes", "weekdays")
    if not _sqlite():
        for name in gone:
            op.drop_column("campaigns", name)
        return
    _remade(
        "campaigns",
        sa.Column("id", BigId, nullable=False),
        sa.Column("slug", types.CleanText(), nullable=False),
        sa.Column("title", types.CleanText(), nullable=False),
        sa.Column("script", types.CleanText(), nullable=False),
        sa.Column("timezone", types.CleanText(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("hard_quota", sa.Boolean(), nullable=False),
        *(column._copy() for column in columns),
        sa.Column("meeting_minutes", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("facts", types.Facts(), nullable=False),
        sa.CheckConstraint("quota >= 0", name=op.f("ck_campaigns_quota")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaigns_slug")),
    )


def _lanes() -> None:
    op.add_column("lanes", sa.Column("band", sa.Integer(), nullable=False, server_default="0"))
    unique, columns = "uq_lanes_campaign_id_priority_band_zones", ("campaign_id", "priority", "band", "zones")
    if not _sqlite():
        op.drop_constraint("uq_lanes_campaign_id_priority_zones", "lanes", type_="unique")
        op.create_unique_constraint(op.f(unique), "lanes", list(columns))
        return
    _remade(
        "lanes",
        sa.Column("id", BigId, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("zones", types.CleanText(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_lanes_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lanes")),
        sa.UniqueConstraint(*columns, name=op.f(unique)),
    )


def _tasks() -> None:
    op.add_column("tasks", sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("tasks", sa.Column("deadline_at", Moment, nullable=True))
    op.add_column("tasks", sa.Column("source", types.CleanText(), nullable=False, server_default=""))
    op.add_column("tasks", sa.Column("reason", types.CleanText(), nullable=False, server_default=""))
    op.drop_index("ix_tasks_lane_id_state_due_at_id", "tasks")
    op.create_index(
        op.f("ix_tasks_lane_id_state_due_at_rank_id"), "tasks", ["lane_id", "state", "due_at", "rank", "id"]
    )
    _partial_index("ix_tasks_lease_until", "tasks", ["lease_until"], "owner IS NOT NULL")


def _attempts() -> None:
    for column in (
        sa.Column("direction", sa.String(length=8), nullable=False, server_default="out"),
        sa.Column("caller_id", types.CleanText(), nullable=False, server_default=""),
        sa.Column("cost_kopecks", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("spent_on", sa.Date(), nullable=True),
        sa.Column("goal_reached", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("verdict", types.CleanText(), nullable=False, server_default=""),
    ):
        op.add_column("attempts", column)
    op.create_index(op.f("ix_attempts_started_at"), "attempts", ["started_at"])
    _partial_index("ix_attempts_goal_reached", "attempts", ["campaign_id", "day"], "goal_reached")
    # Until now every quota was one of meetings.
    op.execute("UPDATE attempts SET goal_reached = true WHERE outcome = 'meeting_booked'")


def _new_tables() -> None:
    op.create_table(
        "stop_patterns",
        sa.Column("pattern", types.CleanText(), nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("reason", types.CleanText(), nullable=False),
        sa.PrimaryKeyConstraint("pattern", name=op.f("pk_stop_patterns")),
    )
    op.create_table(
        "stop_removals",
        sa.Column("id", BigId, nullable=False),
        sa.Column("entry", types.CleanText(), nullable=False),
        sa.Column("removed_at", Moment, nullable=False),
        sa.Column("removed_by", types.CleanText(), nullable=False),
        sa.Column("reason", types.CleanText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_removals")),
    )
    op.create_table(
        "consents",
        sa.Column("id", BigId, nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("source", types.CleanText(), nullable=False),
        sa.Column("given_at", Moment, nullable=False),
        sa.Column("text", types.CleanText(), nullable=False),
        sa.Column("revoked_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_consents_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_lead_id"), "consents", ["lead_id"])
    op.create_table(
        "nodes",
        sa.Column("name", types.CleanText(), nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("version", types.CleanText(), nullable=False),
        sa.Column("draining", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_nodes")),
    )
    op.create_table(
        "spend_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kopecks", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_spend_days")),
    )


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _remade(name: str, *definition: Any) -> None:
    """On SQLite a column or a constraint leaves a table with the table: make it anew with the rows it had. Rows of
    other tables that refer to these are looked at when the transaction ends."""
    kept = ", ".join(item.name for item in definition if isinstance(item, sa.Column))
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TEMPORARY TABLE kept_{name} AS SELECT {kept} FROM {name}")  # noqa: S608 (names of ours)
    op.drop_table(name)
    op.create_table(name, *definition)
    op.execute(f"INSERT INTO {name} ({kept}) SELECT {kept} FROM kept_{name}")  # noqa: S608
    op.execute(f"DROP TABLE kept_{name}")
