"""Tables by which leads and stops are looked for. Drawn in robot.storage.tables."""

from __future__ import annotations

import sqlalchemy as sa

from robot.storage.schema import BigId, metadata
from robot.storage.tables_queue import stop_list, tasks
from robot.storage.types import CleanText

lead_index = sa.Table(
    # What a lead is found by, folded to one spelling: a part of a word, or of the number, may stand anywhere in it, so
    # it is read through; being narrow it is read fast. See robot.storage.lead_index.
    "lead_index",
    metadata,
    sa.Column("lead_id", BigId, sa.ForeignKey("leads.id"), primary_key=True, autoincrement=False),
    sa.Column("text", CleanText, nullable=False),
)

sa.Index("ix_tasks_campaign_id_lead_id", tasks.c.campaign_id, tasks.c.lead_id)
sa.Index("ix_stop_list_since_phone", stop_list.c.since, stop_list.c.phone)
