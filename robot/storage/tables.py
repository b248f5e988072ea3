"""The tables. Portable SQL only: the same statements run on SQLite and PostgreSQL.

campaigns ─┬─ campaign_managers ── managers
           ├─ lanes ── tasks ── attempts ── turns
leads ─────┴───────────┘            ├─ call_reviews ── turn_reviews
  │                                 ├─ slots ── meetings
  ├─ manager_tasks, activities ─────┤
  └─ consents                       └─ transfer_legs
stop_list, stop_patterns, stop_removals (by number: also of people who are no leads)
nodes, spend_days, requests
"""

from __future__ import annotations

import sqlalchemy as sa

from robot.storage.types import CleanText, Facts, UtcTime, Weekdays, Words

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


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index of the rows where a condition holds."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


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
    sa.Column("goal", sa.String(16), nullable=False, server_default="meeting"),
    sa.Column("state", sa.String(16), nullable=False, server_default="running"),
    sa.Column("hours", CleanText, nullable=False, server_default=""),
    sa.Column("advertising", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    sa.Column("inbound_script", CleanText, nullable=False, server_default="missed_call_back"),
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
    sa.Column("score", sa.Integer, nullable=False, server_default="0"),
    sa.Column("cool_until", UtcTime),
)

lanes = sa.Table(
    # Tasks of one campaign that may be dialed at the same hours and are equally urgent and equally promising. A claim
    # looks at the heads of the lanes that are open now, so its cost does not grow with the queue, however many people
    # sleep at the moment. `band` is the tenth of the score (0..9).
    "lanes",
    metadata,
    _id(),
    _ref("campaign_id", "campaigns.id"),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("band", sa.Integer, nullable=False, server_default="0"),
    sa.Column("zones", CleanText, nullable=False),
    sa.UniqueConstraint("campaign_id", "priority", "band", "zones"),
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
    sa.Column("rank", sa.Integer, nullable=False, server_default="0"),
    sa.Column("deadline_at", UtcTime),
    sa.Column("source", CleanText, nullable=False, server_default=""),
    sa.Column("reason", CleanText, nullable=False, server_default=""),
    sa.CheckConstraint("(state = 'claimed') = (owner IS NOT NULL)", name="owner"),
    sa.CheckConstraint("(owner IS NULL) = (lease_until IS NULL)", name="lease"),
    sa.CheckConstraint("(state = 'done') = (outcome IS NOT NULL)", name="outcome"),
    sa.Index(None, "lane_id", "state", "due_at", "rank", "id"),
    # Claims that their nodes did not renew.
    _partial("ix_tasks_lease_until", "lease_until", where="owner IS NOT NULL"),
    # One number in two calls at once is impossible, whoever makes a mistake: a lead is a number.
    _partial("uq_tasks_lead_claimed", "lead_id", where="owner IS NOT NULL", unique=True),
    _partial("uq_tasks_lead_open", "lead_id", "campaign_id", where="outcome IS NULL", unique=True),
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
    sa.Column("direction", sa.String(8), nullable=False, server_default="out"),
    sa.Column("caller_id", CleanText, nullable=False, server_default=""),
    # What is reserved while the call lasts, then what it cost; counted toward the day it was reserved on.
    sa.Column("cost_kopecks", sa.Integer, nullable=False, server_default="0"),
    sa.Column("spent_on", sa.Date),
    sa.Column("goal_reached", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    # Who or what answered: human, voicemail, ...
    sa.Column("verdict", CleanText, nullable=False, server_default=""),
    sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended"),
    sa.Index(None, "campaign_id", "day"),
    sa.Index(None, "campaign_id", "started_at"),
    sa.Index(None, "started_at"),
    sa.Index(None, "lead_id"),
    _partial("ix_attempts_goal_reached", "campaign_id", "day", where="goal_reached"),
    # At most one attempt of a task is under way.
    _partial("uq_attempts_task_open", "task_id", where="ended_at IS NULL", unique=True),
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
    sa.Column("words", Words, nullable=False, server_default="[]"),
    sa.Column("played_ms", sa.Integer),
    sa.Column("length_ms", sa.Integer),
    sa.Column("false_starts", sa.Integer, nullable=False, server_default="0"),
)

call_reviews = sa.Table(
    # Calls whose recording was heard a second time, by an engine with more time.
    "call_reviews",
    metadata,
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), primary_key=True),
    sa.Column("engine", CleanText, nullable=False),
    sa.Column("reviewed_at", UtcTime, nullable=False),
    sa.Column("problem", CleanText, nullable=False, server_default=""),
)

turn_reviews = sa.Table(
    "turn_reviews",
    metadata,
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("call_reviews.attempt_id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("text", CleanText, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("intent", CleanText, nullable=False),
    sa.Column("word_errors", sa.Float, nullable=False),
    sa.Column("disagrees", sa.String(16), nullable=False),
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
    _id(),
    sa.Column("entry", CleanText, nullable=False),
    sa.Column("removed_at", UtcTime, nullable=False),
    sa.Column("removed_by", CleanText, nullable=False),
    sa.Column("reason", CleanText, nullable=False),
)

consents = sa.Table(
    "consents",
    metadata,
    _id(),
    _ref("lead_id", "leads.id"),
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

spend_days = sa.Table(
    # What the calls of a day cost, with the worst case of those under way: one row, so that nodes cannot both take the
    # last rouble.
    "spend_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("kopecks", sa.BigInteger, nullable=False),
)

transfer_legs = sa.Table(
    # Calls to outside numbers of managers, made for a client who was being transferred: reserved, then what they cost.
    "transfer_legs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False),
    sa.Column("number", CleanText, nullable=False),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
    sa.Column("talked_s", sa.Integer, nullable=False, server_default="0"),
    sa.Column("cost_kopecks", sa.Integer, nullable=False),
    sa.Column("spent_on", sa.Date, nullable=False),
    sa.Index(None, "attempt_id"),
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
