"""Scripts that are edited in the browser: drafts with their history, versions, studio recordings, pins.

Revision ID: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0015"
down_revision = "0014"
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = types.UtcTime(timezone=True)
Text = types.CleanText()
Name = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "scripts",
        sa.Column("name", Name, nullable=False),
        sa.Column("made_by", Text, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("put_away_at", Moment, nullable=True),
        sa.Column("positions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scripts")),
    )
    op.create_table(
        "script_revisions",
        _script(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", Text, nullable=False),
        sa.Column("author", Text, nullable=False),
        sa.Column("saved_at", Moment, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("undoes_to", sa.Integer(), nullable=True),
        sa.Column("redoes_to", sa.Integer(), nullable=True),
        _script_key("script_revisions"),
        sa.PrimaryKeyConstraint("script", "number", name=op.f("pk_script_revisions")),
    )
    op.create_table(
        "script_versions",
        _script(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(32), nullable=False),
        sa.Column("title", Text, nullable=False),
        sa.Column("goal", sa.String(32), nullable=False),
        sa.Column("phrases", sa.Integer(), nullable=False),
        sa.Column("text", Text, nullable=False),
        sa.Column("bundle", types.Facts(), nullable=False),
        sa.Column("recordings", types.Facts(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("note", Text, nullable=False),
        sa.Column("author", Text, nullable=False),
        sa.Column("published_at", Moment, nullable=True),
        sa.Column("ancestor", sa.Integer(), nullable=True),
        sa.Column("restored", sa.Integer(), nullable=True),
        _script_key("script_versions"),
        sa.PrimaryKeyConstraint("script", "version", name=op.f("pk_script_versions")),
    )
    op.create_index(op.f("ix_script_versions_hash"), "script_versions", ["hash"])
    op.create_table(
        "script_sounds",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_script_sounds")),
    )
    op.create_table(
        "script_recordings",
        _script(),
        sa.Column("file", sa.String(120), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        _script_key("script_recordings"),
        sa.ForeignKeyConstraint(
            ["digest"], ["script_sounds.digest"], name=op.f("fk_script_recordings_digest_script_sounds")
        ),
        sa.PrimaryKeyConstraint("script", "file", name=op.f("pk_script_recordings")),
    )
    op.create_table(
        "script_pins",
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("script", Name, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_script_pins_campaign_id_campaigns")),
        sa.PrimaryKeyConstraint("campaign_id", "script", name=op.f("pk_script_pins")),
    )


def _script() -> sa.Column[str]:
    return sa.Column("script", Name, nullable=False)


def _script_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["script"], ["scripts.name"], name=op.f(f"fk_{table}_script_scripts"))
