"""The rollups that reports are read from: sums by key, defined in robot.analytics.tally; and who may not be counted
twice. No foreign keys: a row tells of many."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from robot.analytics.tally import KEYS, MEASURES, Rollup
from robot.storage.schema import BigId, metadata
from robot.storage.types import CleanText

_KINDS: dict[str, Any] = {"grain": sa.String(1), "day": sa.Date(), "campaign_id": BigId, "hour": sa.SmallInteger()}


def _rollup(rollup: Rollup) -> sa.Table:
    keys = [
        sa.Column(name, _KINDS.get(name, CleanText()), primary_key=True, autoincrement=False) for name in KEYS[rollup]
    ]
    sums = [sa.Column(name, sa.BigInteger, nullable=False, server_default="0") for name in MEASURES[rollup]]
    return sa.Table(rollup.value, metadata, *keys, *sums, sqlite_with_rowid=False)


report_phrases = _rollup(Rollup.PHRASES)
report_edges = _rollup(Rollup.EDGES)
report_objections = _rollup(Rollup.OBJECTIONS)
report_arms = _rollup(Rollup.ARMS)
report_outcomes = _rollup(Rollup.OUTCOMES)
report_hours = _rollup(Rollup.HOURS)
report_leads = _rollup(Rollup.LEADS)

ROLLUPS = {
    Rollup.PHRASES: report_phrases,
    Rollup.EDGES: report_edges,
    Rollup.OBJECTIONS: report_objections,
    Rollup.ARMS: report_arms,
    Rollup.OUTCOMES: report_outcomes,
    Rollup.HOURS: report_hours,
    Rollup.LEADS: report_leads,
}

report_state = sa.Table(
    # One row: by which definition the rollups were counted. Another one, or none, and they are counted anew.
    "report_state",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("definition", sa.Integer, nullable=False),
)
