"""The tables. Portable SQL only: the same statements run on SQLite and PostgreSQL.

campaigns ─┬─ campaign_managers ── managers
           ├─ lanes ── tasks ── attempts ── turns
leads ─────┴───────────┘            ├─ slots ── meetings
  ├─ manager_tasks, activities ─────┘
stop_list (by number: also of people who are no leads)
"""

from __future__ import annotations

import sqlalchemy as sa

from robot.storage.types import CleanText, Facts, UtcTime, Weekdays

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is an INTEGER."""


def _id() -> sa.Column[int]:
    return sa.Column("id", BigId, primary_key=True)


def _ref(
    name: str, target: str, *, nullable: bool = False, kind: sa.types.TypeEngine[object] | None = None
) -> sa.Column[object]:
    return sa.Column(name, kind or BigId, sa.ForeignKey(target), nullable=nullable)


campaigns = sa.Table(
    "campaigns",
    metadata,
    _id(),
    sa.Column("slug", CleanText, nullable=False, unique=True),
    sa.Column("title", CleanText, nullable=False),
    sa.Column("script", CleanText, nullable=False),
    sa.Column("timezone", CleanText, nullable=False),
    sa.Column("quota", sa.Integer),
    sa.Column("hard_quota", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("active", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("opens", sa.Time, nullable=False),
    sa.Column("closes", sa.Time, nullable=False),
    sa.Column("weekdays", Weekdays, nullable=False),
    sa.Column("meeting_minutes", sa.Integer, nullable=False),
    sa.Column("max_attempts", sa.Integer, nullable=False),
    sa.Column("facts", Facts, nullable=False),
    sa.CheckConstraint("quota >= 0", name="quota"),
)

managers = sa.Table(
    "managers",
    metadata,
    _id(),
    sa.Column("name", CleanText, nullable=False, unique=True),
    sa.Column("timezone", CleanText, nullable=False),
    sa.Column("opens", sa.Time, nullable=False),
    sa.Column("closes", sa.Time, nullable=False),
    sa.Column("weekdays", Weekdays, nullable=False),
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
    _id(),
    sa.Column("phone", CleanText, nullable=False, unique=True),
    sa.Column("name", CleanText, nullable=False),
    sa.Column("company", CleanText, nullable=False),
    sa.Column("city", CleanText, nullable=False),
    sa.Column("timezone", CleanText, nullable=False),
    sa.Column("stage", CleanText, nullable=False),
    sa.Column("fields", Facts, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
)

lanes = sa.Table(
    # Tasks of one campaign that may be dialed at the same hours and are equally urgent. A claim looks at the heads of
    # the lanes that are open now, so its cost does not grow with the queue, however many people sleep at the moment.
    "lanes",
    metadata,
    _id(),
    _ref("campaign_id", "campaigns.id"),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("zones", CleanText, nullable=False),
    sa.UniqueConstraint("campaign_id", "priority", "zones"),
)

tasks = sa.Table(
    "tasks",
    metadata,
    _id(),
    _ref("campaign_id", "campaigns.id"),
    _ref("lead_id", "leads.id"),
    _ref("lane_id", "lanes.id"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("owner", CleanText),
    sa.Column("lease_until", UtcTime),
    sa.Column("outcome", sa.String(32)),
    sa.CheckConstraint("(state = 'claimed') = (owner IS NOT NULL)", name="owner"),
    sa.CheckConstraint("(owner IS NULL) = (lease_until IS NULL)", name="lease"),
    sa.CheckConstraint("(state = 'done') = (outcome IS NOT NULL)", name="outcome"),
    sa.Index(None, "lane_id", "state", "due_at", "id"),
    # One number in two calls at once is impossible, whoever makes a mistake: a lead is a number.
    sa.Index(
        "uq_tasks_lead_claimed",
        "lead_id",
        unique=True,
        sqlite_where=sa.text("owner IS NOT NULL"),
        postgresql_where=sa.text("owner IS NOT NULL"),
    ),
    sa.Index(
        "uq_tasks_lead_open",
        "lead_id",
        "campaign_id",
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    ),
    sa.Index(None, "lead_id"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _ref("task_id", "tasks.id"),
    _ref("campaign_id", "campaigns.id"),
    _ref("lead_id", "leads.id"),
    sa.Column("node", CleanText, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("answered_at", UtcTime),
    sa.Column("ended_at", UtcTime),
    sa.Column("ended_by", CleanText, nullable=False, server_default=""),
    sa.Column("outcome", sa.String(32)),
    sa.Column("reason", CleanText, nullable=False, server_default=""),
    sa.Column("counts", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.true()),
    sa.Column("recording", CleanText, nullable=False, server_default=""),
    sa.Column("script_version", CleanText, nullable=False, server_default=""),
    sa.Column("collected", Facts, nullable=False),
    sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended"),
    sa.Index(None, "campaign_id", "day"),
    sa.Index(None, "campaign_id", "started_at"),
    sa.Index(None, "lead_id"),
    # At most one attempt of a task is under way.
    sa.Index(
        "uq_attempts_task_open",
        "task_id",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("phrase", CleanText, nullable=False),
    sa.Column("role", CleanText, nullable=False),
    sa.Column("visit", sa.Integer, nullable=False),
    sa.Column("variant", CleanText, nullable=False),
    sa.Column("said", CleanText, nullable=False),
    sa.Column("said_from_ms", sa.Integer, nullable=False),
    sa.Column("said_to_ms", sa.Integer),
    sa.Column("interrupted", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("heard", CleanText, nullable=False),
    sa.Column("confidence", sa.Float),
    sa.Column("heard_from_ms", sa.Integer),
    sa.Column("heard_to_ms", sa.Integer),
    sa.Column("response_ms", sa.Integer),
    sa.Column("ending", sa.String(32)),
    sa.Column("kind", CleanText, nullable=False),
    sa.Column("intent", CleanText, nullable=False),
    sa.Column("matched", CleanText, nullable=False),
    sa.Column("went_to", CleanText, nullable=False),
)

slots = sa.Table(
    # Stretches of the managers' time that are taken: held during a call, or booked.
    "slots",
    metadata,
    _id(),
    _ref("manager_id", "managers.id"),
    sa.Column("starts_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    _ref("campaign_id", "campaigns.id"),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False, unique=True),
    sa.UniqueConstraint("manager_id", "starts_at"),
    sa.CheckConstraint("starts_at < ends_at", name="order"),
    sa.Index(None, "campaign_id", "day"),
)

meetings = sa.Table(
    "meetings",
    metadata,
    _id(),
    sa.Column("slot_id", BigId, sa.ForeignKey("slots.id"), nullable=False, unique=True),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False, unique=True),
    _ref("campaign_id", "campaigns.id"),
    _ref("lead_id", "leads.id"),
    sa.Column("booked_at", UtcTime, nullable=False),
    sa.Index(None, "lead_id"),
    sa.Index(None, "campaign_id", "booked_at"),
)

manager_tasks = sa.Table(
    "manager_tasks",
    metadata,
    _id(),
    _ref("lead_id", "leads.id"),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False),
    _ref("manager_id", "managers.id", nullable=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("done_at", UtcTime),
    sa.UniqueConstraint("attempt_id", "kind"),
    sa.Index(None, "lead_id"),
)

activities = sa.Table(
    "activities",
    metadata,
    _id(),
    _ref("lead_id", "leads.id"),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False, unique=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("outcome", sa.String(32), nullable=False),
    sa.Column("talked_s", sa.Integer, nullable=False),
    sa.Column("recording", CleanText, nullable=False),
    sa.Index(None, "lead_id", "at"),
)

stop_list = sa.Table(
    "stop_list",
    metadata,
    sa.Column("phone", CleanText, primary_key=True),
    sa.Column("since", UtcTime, nullable=False),
    sa.Column("reason", CleanText, nullable=False),
)
