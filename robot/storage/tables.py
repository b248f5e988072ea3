"""The tables. Portable SQL only: the same statements run on SQLite and PostgreSQL.

campaigns ─┬─ campaign_managers ── managers
           ├─ lanes ── tasks ── attempts ── turns
leads ─────┴───────────┘            ├─ call_reviews ── turn_reviews
  ├─ outbox, sent ── sent_parts ────┼─ slots ── meetings
  ├─ manager_tasks, activities ─────┤
  └─ consents                       └─ moved_meetings, transfer_legs
stop_list, stop_patterns, stop_removals (by number: also of people who are no leads)
happenings ── tasks
lead_index ── leads
call_index, call_comments, outcome_corrections, suggested_examples, call_orders ── attempts
user_telephones ── users; server_keys
nodes, spend_days, requests, throttles, change_cursors, touched
report_phrases, report_edges, report_objections, report_arms, report_outcomes, report_hours, report_leads (sums);
report_state
scripts ── script_revisions, script_versions, script_recordings ── script_sounds; script_pins ── campaigns
users ── sessions; api_tokens, guesses, journal, kept_settings, trial_calls
erasures, erasure_certificates, doomed_recordings (of people who are no leads any more)
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
from robot.storage.tables_desk import (
    call_comments,
    call_index,
    call_orders,
    outcome_corrections,
    server_keys,
    suggested_examples,
    user_telephones,
)
from robot.storage.tables_leads import lead_index
from robot.storage.tables_outbox import outbox, throttles
from robot.storage.tables_privacy import doomed_recordings, erasure_certificates, erasures
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
from robot.storage.tables_reports import (
    report_arms,
    report_edges,
    report_hours,
    report_leads,
    report_objections,
    report_outcomes,
    report_phrases,
    report_state,
)
from robot.storage.tables_scripts import (
    script_pins,
    script_recordings,
    script_revisions,
    script_sounds,
    script_versions,
    scripts,
)
from robot.storage.tables_sending import sent, sent_parts
from robot.storage.tables_settings import kept_settings, trial_calls
from robot.storage.tables_triggers import change_cursors, happenings, touched

__all__ = [
    "BigId",
    "activities",
    "api_tokens",
    "attempts",
    "busy_times",
    "call_comments",
    "call_index",
    "call_orders",
    "call_reviews",
    "campaign_managers",
    "campaigns",
    "change_cursors",
    "consents",
    "doomed_recordings",
    "erasure_certificates",
    "erasures",
    "guesses",
    "happenings",
    "journal",
    "kept_settings",
    "lanes",
    "lead_index",
    "leads",
    "manager_tasks",
    "managers",
    "meetings",
    "metadata",
    "moved_meetings",
    "nodes",
    "outbox",
    "outcome_corrections",
    "report_arms",
    "report_edges",
    "report_hours",
    "report_leads",
    "report_objections",
    "report_outcomes",
    "report_phrases",
    "report_state",
    "requests",
    "script_pins",
    "script_recordings",
    "script_revisions",
    "script_sounds",
    "script_versions",
    "scripts",
    "sent",
    "sent_parts",
    "server_keys",
    "sessions",
    "slots",
    "spend_days",
    "stop_list",
    "stop_patterns",
    "stop_removals",
    "suggested_examples",
    "tasks",
    "throttles",
    "touched",
    "transfer_legs",
    "trial_calls",
    "turn_reviews",
    "turns",
    "user_telephones",
    "users",
]
