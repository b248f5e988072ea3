"""Rollups of calls, phrases and leads, and what they need to know of attempts and tasks. They are filled when the
upgrade is done: robot.storage.rebuild.

Revision ID: 0013
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0013"
down_revision = "0012"
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = types.UtcTime(timezone=True)
KINDS: dict[str, Any] = {"grain": sa.String(1), "day": sa.Date(), "campaign_id": BigId, "hour": sa.SmallInteger()}

OF_ARM = ("script", "arm", "grain", "day", "campaign_id", "version")
ATTEMPTS = ("calls", "dials", "answered", "talked", "engaged", "goal")
WAITS = ("within_1m", "within_5m", "within_15m", "within_1h", "within_1d")
LOST = ("hung_up_during", "hung_up_after", "refused", "silent", "not_understood", "interrupted")
ROLLUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "report_phrases": ((*OF_ARM, "phrase"), ("reached", "visits", *LOST, "goal")),
    "report_edges": ((*OF_ARM, "phrase", "went_to", "kind", "intent"), ("calls", "went_on")),
    "report_objections": ((*OF_ARM, "objection"), ("raised", "returned", "hung_up", "refused", "goal")),
    "report_arms": (("script", "day", "campaign_id", "version", "phrase", "variant"), ("calls", "goal")),
    "report_outcomes": (("script", "day", "campaign_id", "version", "direction", "outcome", "reason"), ATTEMPTS),
    "report_hours": (("campaign_id", "day", "hour", "direction"), ATTEMPTS),
    "report_leads": (
        ("campaign_id", "day", "channel"),
        ("received", "called", "waited", "waited_s", *WAITS, "qualified", "goal"),
    ),
}

attempts = sa.table(
    "attempts",
    sa.column("campaign_id"),
    sa.column("started_at", Moment),
    sa.column("direction"),
    sa.column("script_name"),
    sa.column("hour"),
)
campaigns = sa.table(
    "campaigns", sa.column("id"), sa.column("timezone"), sa.column("script"), sa.column("inbound_script")
)
tasks = sa.table(
    "tasks", sa.column("lead_id"), sa.column("source"), sa.column("channel"), sa.column("came_on"), sa.column("came_at")
)
leads = sa.table("leads", sa.column("id"), sa.column("created_at", Moment))
HOUR = timedelta(hours=1)


def upgrade() -> None:
    op.add_column("attempts", sa.Column("script_name", types.CleanText(), nullable=False, server_default=""))
    op.add_column("attempts", sa.Column("hour", sa.SmallInteger(), nullable=True))
    op.add_column("attempts", sa.Column("waited_s", sa.BigInteger(), nullable=True))
    op.add_column("tasks", sa.Column("channel", types.CleanText(), nullable=False, server_default=""))
    op.add_column("tasks", sa.Column("came_on", sa.Date(), nullable=True))
    op.add_column("tasks", sa.Column("came_at", Moment, nullable=True))
    op.create_index(op.f("ix_tasks_campaign_id_came_on"), "tasks", ["campaign_id", "came_on"])
    for name, (keys, sums) in ROLLUPS.items():
        op.create_table(
            name,
            *(sa.Column(key, KINDS.get(key, types.CleanText()), nullable=False, autoincrement=False) for key in keys),
            *(sa.Column(column, sa.BigInteger(), nullable=False, server_default="0") for column in sums),
            sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "report_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("definition", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_state")),
    )
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """Of calls before this version: the script is the campaign's now, the hour that of its clock now; leads came when
    their card was made."""
    for campaign in connection.execute(sa.select(campaigns)).all():
        mine = attempts.c.campaign_id == campaign.id
        spoken = sa.case((attempts.c.direction == "in", campaign.inbound_script), else_=campaign.script)
        connection.execute(sa.update(attempts).where(mine).values(script_name=spoken))
        first, last = connection.execute(
            sa.select(sa.func.min(attempts.c.started_at), sa.func.max(attempts.c.started_at)).where(mine)
        ).one()
        zone = ZoneInfo(campaign.timezone)
        start = None if first is None else first.replace(minute=0, second=0, microsecond=0)
        while start is not None and start <= last:
            start = _fill_hour(connection, campaign.id, start, zone, last)
    came = sa.select(leads.c.created_at).where(leads.c.id == tasks.c.lead_id).scalar_subquery()
    day = sa.select(sa.func.date(leads.c.created_at)).where(leads.c.id == tasks.c.lead_id).scalar_subquery()
    connection.execute(sa.update(tasks).values(channel=tasks.c.source, came_at=came, came_on=day))


def _fill_hour(
    connection: sa.Connection, campaign_id: int, start: datetime, zone: ZoneInfo, last: datetime
) -> datetime | None:
    """Half hours, for zones that are half an hour off. Returns the next with calls in it, None when there is none."""
    a = attempts.c
    end = start + HOUR / 2
    within = (a.campaign_id == campaign_id, a.started_at >= start, a.started_at < end)
    connection.execute(sa.update(attempts).where(*within).values(hour=start.astimezone(zone).hour))
    after = connection.execute(
        sa.select(sa.func.min(a.started_at)).where(a.campaign_id == campaign_id, a.started_at >= end)
    ).scalar_one()
    if after is None or after > last:
        return None
    moment: datetime = after.astimezone(UTC)
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)
