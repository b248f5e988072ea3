"""Tables of what was done: attempts, their words, meetings and costs. Drawn in robot.storage.tables."""

from __future__ import annotations

import sqlalchemy as sa

from robot.storage.schema import BigId, metadata, own_id, partial_index, ref
from robot.storage.types import CleanText, Facts, UtcTime, Wishes, Words

OFFERED, HELD = "offered", "held"
"""States of a slot."""

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    ref("task_id", "tasks.id"),
    ref("campaign_id", "campaigns.id"),
    ref("lead_id", "leads.id"),
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
    sa.Column("callback_at", UtcTime),
    sa.Column("wishes", Wishes, nullable=False, server_default="[]"),
    # Spoken in it; the hour of the campaign's clock at which it began; and how long after the lead came that was.
    sa.Column("script_name", CleanText, nullable=False, server_default=""),
    sa.Column("hour", sa.SmallInteger),
    sa.Column("waited_s", sa.BigInteger),
    sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended"),
    sa.Index(None, "campaign_id", "day"),
    sa.Index(None, "campaign_id", "started_at"),
    sa.Index(None, "started_at"),
    sa.Index(None, "lead_id"),
    partial_index("ix_attempts_goal_reached", "campaign_id", "day", where="goal_reached"),
    # At most one attempt of a task is under way.
    partial_index("uq_attempts_task_open", "task_id", where="ended_at IS NULL", unique=True),
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
    # Stretches of the managers' time that are taken: offered to somebody in a call, or held for him, or booked. A
    # client may be offered several, and holds one.
    "slots",
    metadata,
    own_id(),
    ref("manager_id", "managers.id"),
    sa.Column("starts_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    ref("campaign_id", "campaigns.id"),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False),
    sa.Column("state", sa.String(8), nullable=False, server_default=HELD),
    sa.UniqueConstraint("manager_id", "starts_at"),
    sa.CheckConstraint("starts_at < ends_at", name="order"),
    sa.Index(None, "campaign_id", "day"),
    sa.Index(None, "attempt_id"),
    partial_index("uq_slots_attempt_held", "attempt_id", where="state = 'held'", unique=True),
)

meetings = sa.Table(
    "meetings",
    metadata,
    own_id(),
    sa.Column("slot_id", BigId, sa.ForeignKey("slots.id"), nullable=False, unique=True),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False, unique=True),
    ref("campaign_id", "campaigns.id"),
    ref("lead_id", "leads.id"),
    sa.Column("booked_at", UtcTime, nullable=False),
    sa.Index(None, "lead_id"),
    sa.Index(None, "campaign_id", "booked_at"),
)

moved_meetings = sa.Table(
    # What was agreed in a call, until the lead agreed on another time in a later one.
    "moved_meetings",
    metadata,
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), primary_key=True),
    ref("manager_id", "managers.id"),
    sa.Column("starts_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    sa.Column("moved_by", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False),
    sa.Index(None, "moved_by"),
)

manager_tasks = sa.Table(
    "manager_tasks",
    metadata,
    own_id(),
    ref("lead_id", "leads.id"),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False),
    ref("manager_id", "managers.id", nullable=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("done_at", UtcTime),
    sa.UniqueConstraint("attempt_id", "kind"),
    sa.Index(None, "lead_id"),
)

activities = sa.Table(
    "activities",
    metadata,
    own_id(),
    ref("lead_id", "leads.id"),
    sa.Column("attempt_id", sa.Uuid, sa.ForeignKey("attempts.id"), nullable=False, unique=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("outcome", sa.String(32), nullable=False),
    sa.Column("talked_s", sa.Integer, nullable=False),
    sa.Column("recording", CleanText, nullable=False),
    sa.Index(None, "lead_id", "at"),
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
