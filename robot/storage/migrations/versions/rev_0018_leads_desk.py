"""Leads and stops as people look for them.

Revision ID: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types
from robot.storage.lead_index import text_of

revision = "0018"
down_revision = "0017"
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT_ONCE = 5000
_LEADS = sa.table("leads", sa.column("id"), sa.column("name"), sa.column("company"), sa.column("phone"))
_INDEX = sa.table("lead_index", sa.column("lead_id"), sa.column("text"))


def upgrade() -> None:
    op.create_table(
        "lead_index",
        sa.Column("lead_id", BigId, nullable=False, autoincrement=False),
        sa.Column("text", types.CleanText(), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_lead_index")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_index_lead_id_leads")),
    )
    op.create_index(op.f("ix_tasks_campaign_id_lead_id"), "tasks", ["campaign_id", "lead_id"])
    op.create_index(op.f("ix_stop_list_since_phone"), "stop_list", ["since", "phone"])
    _fill()


def _fill() -> None:
    """Leads that are there already are found too."""
    bind, last = op.get_bind(), 0
    while rows := bind.execute(sa.select(_LEADS).where(_LEADS.c.id > last).order_by(_LEADS.c.id).limit(_AT_ONCE)).all():
        found = [{"lead_id": row.id, "text": text_of(row.name, row.company, row.phone)} for row in rows]
        bind.execute(sa.insert(_INDEX), found)
        last = rows[-1].id
