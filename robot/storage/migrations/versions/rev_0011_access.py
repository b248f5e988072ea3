"""Who may use the web application, and what they changed.

Revision ID: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from robot.storage import types

revision = "0011"
down_revision = "0010"
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = types.UtcTime(timezone=True)
Text = types.CleanText()


def upgrade() -> None:
    _users()
    _sessions()
    _tokens()
    op.create_table(
        "guesses",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_guesses")),
    )
    op.create_index(op.f("ix_guesses_since"), "guesses", ["since"])
    _journal()


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False, server_default="ru"),
        sa.Column("password", Text, nullable=False, server_default=""),
        sa.Column("link", sa.String(64), nullable=False, server_default=""),
        sa.Column("link_until", Moment, nullable=True),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("signed_in_at", Moment, nullable=True),
        sa.Column("disabled_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("key", name=op.f("uq_users_key")),
    )
    condition = sa.text("link <> ''")
    op.create_index("ix_users_link", "users", ["link"], unique=True, sqlite_where=condition, postgresql_where=condition)


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("by_link", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"])
    op.create_index(op.f("ix_sessions_seen_at"), "sessions", ["seen_at"])


def _tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("scopes", types.Labels(), nullable=False),
        sa.Column("made_by", Text, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("used_at", Moment, nullable=True),
        sa.Column("revoked_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("key", name=op.f("uq_api_tokens_key")),
        sa.UniqueConstraint("name", name=op.f("uq_api_tokens_name")),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", BigId, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", Text, nullable=False),
        sa.Column("user_id", BigId, nullable=True),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("subject", Text, nullable=False, server_default=""),
        sa.Column("before", types.Scalars(), nullable=False),
        sa.Column("after", types.Scalars(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    for columns in (("what", "id"), ("who", "id"), ("at",)):
        op.create_index(op.f(f"ix_journal_{'_'.join(columns)}"), "journal", list(columns))
