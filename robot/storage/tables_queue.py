"""Tables of what is to be done, by whom, and of who is never called. Drawn in robot.storage.tables."""

from __future__ import annotations

import sqlalchemy as sa

from robot.storage.schema import BigId, metadata, own_id, partial_index, ref
from robot.storage.types import CleanText, Facts, Labels, UtcTime, Weekdays

campaigns = sa.Table(
    "campaigns",
    metadata,
    own_id(),
    sa.Column("slug", CleanText, nullable=False, unique=True),
    sa.Column("title", CleanText, nullable=False),
    sa.Column("script", CleanText, nullable=False),
    sa.Column("timezone", CleanText, nullable=False),
    sa.Column("quota", sa.Integer),
    sa.Column("hard_quota", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("goal", sa.String(16), nullable=False, server_default="meeting"),
    sa.Column("state", sa.String(16), nullable=False, server_default="running"),
    sa.Column("hours", CleanText, nullable=False, server_default=""),
    sa.Column("advertising", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    sa.Column("inbound_script", CleanText, nullable=False, server_default="missed_call_back"),
    sa.Column("managers_by", CleanText, nullable=False, server_default=""),
    sa.Column("meeting_minutes", sa.Integer, nullable=False),
    sa.Column("max_attempts", sa.Integer, nullable=False),
    sa.Column("facts", Facts, nullable=False),
    sa.CheckConstraint("quota >= 0", name="quota"),
)

managers = sa.Table(
    "managers",
    metadata,
    own_id(),
    sa.Column("name", CleanText, nullable=False, unique=True),
    sa.Column("timezone", CleanText, nullable=False),
    sa.Column("opens", sa.Time, nullable=False),
    sa.Column("closes", sa.Time, nullable=False),
    sa.Column("weekdays", Weekdays, nullable=False),
    sa.Column("buffer_minutes", sa.Integer, nullable=False, server_default="0"),
    # Whose public holidays he keeps, and his own days off.
    sa.Column("country", sa.String(2), nullable=False, server_default="RU"),
    sa.Column("days_off", CleanText, nullable=False, server_default=""),
    sa.Column("email", CleanText, nullable=False, server_default=""),
    sa.Column("place", CleanText, nullable=False, server_default=""),
    sa.Column("regions", Labels, nullable=False, server_default="[]"),
    sa.Column("skills", Labels, nullable=False, server_default="[]"),
    sa.Column("calendar", CleanText, nullable=False, server_default=""),
)

busy_times = sa.Table(
    # When managers are busy elsewhere: what was read last out of calendars and CRMs.
    "busy_times",
    metadata,
    own_id(),
    ref("manager_id", "managers.id"),
    sa.Column("starts_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    sa.Column("source", CleanText, nullable=False),
    sa.CheckConstraint("starts_at < ends_at", name="order"),
    sa.Index(None, "manager_id", "ends_at"),
)

campaign_managers = sa.Table(
    "campaign_managers",
    metadata,
    sa.Column("campaign_id", BigId, sa.ForeignKey("campaigns.id"), primary_key=True),
    sa.Column("manager_id", BigId, sa.ForeignKey("managers.id"), primary_key=True),
)

leads = sa.Table(
    "leads",
    metadata,
    own_id(),
    sa.Column("phone", CleanText, nullable=False, unique=True),
    sa.Column("name", CleanText, nullable=False),
    sa.Column("company", CleanText, nullable=False),
    sa.Column("city", CleanText, nullable=False),
    sa.Column("timezone", CleanText, nullable=False),
    sa.Column("stage", CleanText, nullable=False),
    sa.Column("fields", Facts, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("score", sa.Integer, nullable=False, server_default="0"),
    sa.Column("cool_until", UtcTime),
)

lanes = sa.Table(
    # Tasks of one campaign that may be dialed at the same hours and are equally urgent and equally promising. A claim
    # looks at the heads of the lanes that are open now, so its cost does not grow with the queue, however many people
    # sleep at the moment. `band` is the tenth of the score (0..9).
    "lanes",
    metadata,
    own_id(),
    ref("campaign_id", "campaigns.id"),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("band", sa.Integer, nullable=False, server_default="0"),
    sa.Column("zones", CleanText, nullable=False),
    sa.UniqueConstraint("campaign_id", "priority", "band", "zones"),
)

tasks = sa.Table(
    "tasks",
    metadata,
    own_id(),
    ref("campaign_id", "campaigns.id"),
    ref("lead_id", "leads.id"),
    ref("lane_id", "lanes.id"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("owner", CleanText),
    sa.Column("lease_until", UtcTime),
    sa.Column("outcome", sa.String(32)),
    sa.Column("rank", sa.Integer, nullable=False, server_default="0"),
    sa.Column("deadline_at", UtcTime),
    sa.Column("source", CleanText, nullable=False, server_default=""),
    sa.Column("reason", CleanText, nullable=False, server_default=""),
    # Spoken instead of the campaign's; "" is the campaign's.
    sa.Column("script", CleanText, nullable=False, server_default=""),
    # By which way the lead came, and when; came_on is the campaign's day.
    sa.Column("channel", CleanText, nullable=False, server_default=""),
    sa.Column("came_on", sa.Date),
    sa.Column("came_at", UtcTime),
    sa.CheckConstraint("(state = 'claimed') = (owner IS NOT NULL)", name="owner"),
    sa.CheckConstraint("(owner IS NULL) = (lease_until IS NULL)", name="lease"),
    sa.CheckConstraint("(state = 'done') = (outcome IS NOT NULL)", name="outcome"),
    sa.Index(None, "lane_id", "state", "due_at", "rank", "id"),
    sa.Index(None, "campaign_id", "came_on"),
    # Claims that their nodes did not renew.
    partial_index("ix_tasks_lease_until", "lease_until", where="owner IS NOT NULL"),
    # One number in two calls at once is impossible, whoever makes a mistake: a lead is a number.
    partial_index("uq_tasks_lead_claimed", "lead_id", where="owner IS NOT NULL", unique=True),
    partial_index("uq_tasks_lead_open", "lead_id", "campaign_id", where="outcome IS NULL", unique=True),
    sa.Index(None, "lead_id"),
)

stop_list = sa.Table(
    "stop_list",
    metadata,
    sa.Column("phone", CleanText, primary_key=True),
    sa.Column("since", UtcTime, nullable=False),
    sa.Column("reason", CleanText, nullable=False),
)

stop_patterns = sa.Table(
    "stop_patterns",
    metadata,
    sa.Column("pattern", CleanText, primary_key=True),
    sa.Column("since", UtcTime, nullable=False),
    sa.Column("reason", CleanText, nullable=False),
)

stop_removals = sa.Table(
    # Who took what off the stop list, and why: the one change of it that may bring somebody a call he forbade.
    "stop_removals",
    metadata,
    own_id(),
    sa.Column("entry", CleanText, nullable=False),
    sa.Column("removed_at", UtcTime, nullable=False),
    sa.Column("removed_by", CleanText, nullable=False),
    sa.Column("reason", CleanText, nullable=False),
)

consents = sa.Table(
    "consents",
    metadata,
    own_id(),
    ref("lead_id", "leads.id"),
    sa.Column("source", CleanText, nullable=False),
    sa.Column("given_at", UtcTime, nullable=False),
    sa.Column("text", CleanText, nullable=False),
    sa.Column("revoked_at", UtcTime),
    sa.Index(None, "lead_id"),
)

nodes = sa.Table(
    "nodes",
    metadata,
    sa.Column("name", CleanText, primary_key=True),
    sa.Column("seen_at", UtcTime, nullable=False),
    sa.Column("version", CleanText, nullable=False),
    sa.Column("draining", sa.Boolean(create_constraint=False), nullable=False),
)

requests = sa.Table(
    # New requests by the keys their senders gave them, kept for a day: what is told twice is done once.
    "requests",
    metadata,
    sa.Column("key", CleanText, primary_key=True),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("received_at", UtcTime, nullable=False),
    sa.Column("fate", CleanText, nullable=False),
    sa.Column("deadline_at", UtcTime),
    sa.Index(None, "received_at"),
)
