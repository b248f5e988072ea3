"""Tables of what is set in the browser, and of test calls. Drawn in robot.storage.tables."""

from __future__ import annotations

import sqlalchemy as sa

from robot.storage.schema import metadata
from robot.storage.types import CleanText, Facts, UtcTime

kept_settings = sa.Table(
    # What the head of sales has set, by its name: "company", and "crm.…" for the mapping of a CRM, which wins over the
    # settings' file; "schema" for which versions of the product may work on these tables (robot.storage.migrate).
    "kept_settings",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("content", Facts, nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
)

trial_calls = sa.Table(
    # Calls that somebody asked for to hear whether the telephone works. They cost what calls cost. `code`: how it
    # ended, "" while it lasts.
    "trial_calls",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("phone", CleanText, nullable=False),
    sa.Column("asked_by", CleanText, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("spent_on", sa.Date, nullable=False),
    sa.Column("cost_kopecks", sa.Integer, nullable=False),
    sa.Column("answered", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("heard", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("talked_s", sa.Integer, nullable=False, server_default="0"),
    sa.Column("code", sa.String(64), nullable=False, server_default=""),
    sa.Column("ended_at", UtcTime),
    sa.Index(None, "at"),
)
