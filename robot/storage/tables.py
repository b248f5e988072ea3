"""The tables. Portable SQL only: the same statements run on SQLite and PostgreSQL.

campaigns ─┬─ campaign_managers ── managers
           ├─ lanes ── tasks ── attempts ── turns
leads ─────┴───────────┘            ├─ call_reviews ── turn_reviews
  ├─ outbox, sent ── sent_parts ────┼─ slots ── meetings
  ├─ manager_tasks, activities ─────┤
  └─ consents                       └─ moved_meetings, transfer_legs
stop_list, stop_patterns, stop_removals (by number: also of people who are no leads)
happenings ── tasks
nodes, spend_days, requests, throttles, change_cursors, touched
users ── sessions; api_tokens, guesses, journal
"""

from __future__ import annotations

from robot.storage.schema import BigId, metadata
from robot.storage.tables_access import api_tokens, guesses, journal, sessions, users
from robot.storage.tables_calls import (
    activities,
    attempts,
    call_reviews,
    manager_tasks,
    meetings,
    moved_meetings,
    slots,
    spend_days,
    transfer_legs,
    turn_reviews,
    turns,
)
from robot.storage.tables_outbox import outbox, throttles
from robot.storage.tables_queue import (
    busy_times,
    campaign_managers,
    campaigns,
    consents,
    lanes,
    leads,
    managers,
    nodes,
    requests,
    stop_list,
    stop_patterns,
    stop_removals,
    tasks,
)
from robot.storage.tables_sending import sent, sent_parts
from robot.storage.tables_triggers import change_cursors, happenings, touched

__all__ = [
    "BigId",
    "activities",
    "api_tokens",
    "attempts",
    "busy_times",
    "call_reviews",
    "campaign_managers",
    "campaigns",
    "change_cursors",
    "consents",
    "guesses",
    "happenings",
    "journal",
    "lanes",
    "leads",
    "manager_tasks",
    "managers",
    "meetings",
    "metadata",
    "moved_meetings",
    "nodes",
    "outbox",
    "requests",
    "sent",
    "sent_parts",
    "sessions",
    "slots",
    "spend_days",
    "stop_list",
    "stop_patterns",
    "stop_removals",
    "tasks",
    "throttles",
    "touched",
    "transfer_legs",
    "turn_reviews",
    "turns",
    "users",
]
