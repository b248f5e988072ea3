"""People who had themselves erased, and files that are to go.

Revision ID: 0019
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0019"
down_revision = "0018"
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = types.UtcTime(timezone=True)
_KEYS = sa.table("server_keys", sa.column("name"), sa.column("key", sa.LargeBinary), sa.column("made_at", Moment))


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("lead_id", BigId),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_since"), "erasures", ["since"])
    op.create_table(
        "erasure_certificates",
        sa.Column("id", BigId, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", types.CleanText(), nullable=False),
        sa.Column("gone", types.Scalars(), nullable=False),
        sa.Column("kept", types.Scalars(), nullable=False),
        sa.Column("elsewhere", types.Scalars(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_certificates")),
    )
    op.create_index(op.f("ix_erasure_certificates_digest"), "erasure_certificates", ["digest"])
    op.create_index(op.f("ix_erasure_certificates_at"), "erasure_certificates", ["at"])
    op.create_table(
        "doomed_recordings",
        sa.Column("path", types.CleanText(), nullable=False),
        sa.Column("node", types.CleanText(), nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("gone_at", Moment),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_doomed_recordings")),
    )
    where = sa.text("gone_at IS NULL")
    op.create_index(
        "ix_doomed_recordings_open", "doomed_recordings", ["node", "since"], sqlite_where=where, postgresql_where=where
    )
    op.execute(_KEYS.insert().values(name="persons", key=secrets.token_bytes(32), made_at=datetime.now(UTC)))
