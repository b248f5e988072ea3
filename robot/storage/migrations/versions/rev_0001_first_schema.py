"""The first schema: campaigns, leads, the queue, attempts and turns, calendars, the built-in CRM, the stop list.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", BigId, nullable=False),
        sa.Column("slug", types.CleanText(), nullable=False),
        sa.Column("title", types.CleanText(), nullable=False),
        sa.Column("script", types.CleanText(), nullable=False),
        sa.Column("timezone", types.CleanText(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("hard_quota", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("weekdays", types.Weekdays(), nullable=False),
        sa.Column("meeting_minutes", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("facts", types.Facts(), nullable=False),
        sa.CheckConstraint("quota >= 0", name=op.f("ck_campaigns_quota")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaigns_slug")),
    )
    op.create_table(
        "leads",
        sa.Column("id", BigId, nullable=False),
        sa.Column("phone", types.CleanText(), nullable=False),
        sa.Column("name", types.CleanText(), nullable=False),
        sa.Column("company", types.CleanText(), nullable=False),
        sa.Column("city", types.CleanText(), nullable=False),
        sa.Column("timezone", types.CleanText(), nullable=False),
        sa.Column("stage", types.CleanText(), nullable=False),
        sa.Column("fields", types.Facts(), nullable=False),
        sa.Column("created_at", types.UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        sa.UniqueConstraint("phone", name=op.f("uq_leads_phone")),
    )
    op.create_table(
        "managers",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", types.CleanText(), nullable=False),
        sa.Column("timezone", types.CleanText(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("weekdays", types.Weekdays(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_managers")),
        sa.UniqueConstraint("name", name=op.f("uq_managers_name")),
    )
    op.create_table(
        "stop_list",
        sa.Column("phone", types.CleanText(), nullable=False),
        sa.Column("since", types.UtcTime(timezone=True), nullable=False),
        sa.Column("reason", types.CleanText(), nullable=False),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_stop_list")),
    )
    op.create_table(
        "campaign_managers",
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("manager_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_managers_campaign_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["managers.id"], name=op.f("fk_campaign_managers_manager_id")),
        sa.PrimaryKeyConstraint("campaign_id", "manager_id", name=op.f("pk_campaign_managers")),
    )
    op.create_table(
        "lanes",
        sa.Column("id", BigId, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("zones", types.CleanText(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_lanes_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lanes")),
        sa.UniqueConstraint("campaign_id", "priority", "zones", name=op.f("uq_lanes_campaign_id_priority_zones")),
    )
    op.create_table(
        "tasks",
        sa.Column("id", BigId, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("lane_id", BigId, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", types.UtcTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", types.CleanText(), nullable=True),
        sa.Column("lease_until", types.UtcTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.CheckConstraint("(state = 'claimed') = (owner IS NOT NULL)", name=op.f("ck_tasks_owner")),
        sa.CheckConstraint("(state = 'done') = (outcome IS NOT NULL)", name=op.f("ck_tasks_outcome")),
        sa.CheckConstraint("(owner IS NULL) = (lease_until IS NULL)", name=op.f("ck_tasks_lease")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_tasks_campaign_id")),
        sa.ForeignKeyConstraint(["lane_id"], ["lanes.id"], name=op.f("fk_tasks_lane_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_tasks_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(
        op.f("ix_tasks_lane_id_state_due_at_id"), "tasks", ["lane_id", "state", "due_at", "id"], unique=False
    )
    op.create_index(op.f("ix_tasks_lead_id"), "tasks", ["lead_id"], unique=False)
    op.create_index(
        "uq_tasks_lead_claimed",
        "tasks",
        ["lead_id"],
        unique=True,
        sqlite_where=sa.text("owner IS NOT NULL"),
        postgresql_where=sa.text("owner IS NOT NULL"),
    )
    op.create_index(
        "uq_tasks_lead_open",
        "tasks",
        ["lead_id", "campaign_id"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", BigId, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("node", types.CleanText(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("started_at", types.UtcTime(timezone=True), nullable=False),
        sa.Column("answered_at", types.UtcTime(timezone=True), nullable=True),
        sa.Column("ended_at", types.UtcTime(timezone=True), nullable=True),
        sa.Column("ended_by", types.CleanText(), server_default="", nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("reason", types.CleanText(), server_default="", nullable=False),
        sa.Column("counts", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("recording", types.CleanText(), server_default="", nullable=False),
        sa.Column("script_version", types.CleanText(), server_default="", nullable=False),
        sa.Column("collected", types.Facts(), nullable=False),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_attempts_ended")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_attempts_campaign_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_attempts_lead_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_attempts_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_campaign_id_day"), "attempts", ["campaign_id", "day"], unique=False)
    op.create_index(op.f("ix_attempts_campaign_id_started_at"), "attempts", ["campaign_id", "started_at"], unique=False)
    op.create_index(op.f("ix_attempts_lead_id"), "attempts", ["lead_id"], unique=False)
    op.create_index(
        "uq_attempts_task_open",
        "attempts",
        ["task_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "activities",
        sa.Column("id", BigId, nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("at", types.UtcTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("talked_s", sa.Integer(), nullable=False),
        sa.Column("recording", types.CleanText(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_activities_attempt_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_activities_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_activities_attempt_id")),
    )
    op.create_index(op.f("ix_activities_lead_id_at"), "activities", ["lead_id", "at"], unique=False)
    op.create_table(
        "manager_tasks",
        sa.Column("id", BigId, nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", BigId, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("due_at", types.UtcTime(timezone=True), nullable=False),
        sa.Column("done_at", types.UtcTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_manager_tasks_attempt_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_manager_tasks_lead_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["managers.id"], name=op.f("fk_manager_tasks_manager_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manager_tasks")),
        sa.UniqueConstraint("attempt_id", "kind", name=op.f("uq_manager_tasks_attempt_id_kind")),
    )
    op.create_index(op.f("ix_manager_tasks_lead_id"), "manager_tasks", ["lead_id"], unique=False)
    op.create_table(
        "slots",
        sa.Column("id", BigId, nullable=False),
        sa.Column("manager_id", BigId, nullable=False),
        sa.Column("starts_at", types.UtcTime(timezone=True), nullable=False),
        sa.Column("ends_at", types.UtcTime(timezone=True), nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_slots_order")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_slots_attempt_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_slots_campaign_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["managers.id"], name=op.f("fk_slots_manager_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_slots_attempt_id")),
        sa.UniqueConstraint("manager_id", "starts_at", name=op.f("uq_slots_manager_id_starts_at")),
    )
    op.create_index(op.f("ix_slots_campaign_id_day"), "slots", ["campaign_id", "day"], unique=False)
    op.create_table(
        "turns",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("phrase", types.CleanText(), nullable=False),
        sa.Column("role", types.CleanText(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("variant", types.CleanText(), nullable=False),
        sa.Column("said", types.CleanText(), nullable=False),
        sa.Column("said_from_ms", sa.Integer(), nullable=False),
        sa.Column("said_to_ms", sa.Integer(), nullable=True),
        sa.Column("interrupted", sa.Boolean(), nullable=False),
        sa.Column("heard", types.CleanText(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("heard_from_ms", sa.Integer(), nullable=True),
        sa.Column("heard_to_ms", sa.Integer(), nullable=True),
        sa.Column("response_ms", sa.Integer(), nullable=True),
        sa.Column("ending", sa.String(length=32), nullable=True),
        sa.Column("kind", types.CleanText(), nullable=False),
        sa.Column("intent", types.CleanText(), nullable=False),
        sa.Column("matched", types.CleanText(), nullable=False),
        sa.Column("went_to", types.CleanText(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_turns_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_turns")),
    )
    op.create_table(
        "meetings",
        sa.Column("id", BigId, nullable=False),
        sa.Column("slot_id", BigId, nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("booked_at", types.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_meetings_attempt_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_meetings_campaign_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_meetings_lead_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_meetings_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_meetings_attempt_id")),
        sa.UniqueConstraint("slot_id", name=op.f("uq_meetings_slot_id")),
    )
    op.create_index(op.f("ix_meetings_campaign_id_booked_at"), "meetings", ["campaign_id", "booked_at"], unique=False)
    op.create_index(op.f("ix_meetings_lead_id"), "meetings", ["lead_id"], unique=False)
