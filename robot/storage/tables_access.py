"""Tables of who may use the web application, and of what they changed. Drawn in robot.storage.tables."""

from __future__ import annotations

import sqlalchemy as sa

from robot.storage.schema import BigId, metadata, own_id, partial_index, ref
from robot.storage.types import CleanText, Labels, Scalars, UtcTime

users = sa.Table(
    # People who sign in. `key`: the name as it is compared. `password`: an argon2 hash, "" none yet. `link`: the hash
    # of a link that signs in once, until `link_until`; "" none.
    "users",
    metadata,
    own_id(),
    sa.Column("name", CleanText, nullable=False),
    sa.Column("key", CleanText, nullable=False, unique=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("language", sa.String(8), nullable=False, server_default="ru"),
    sa.Column("password", CleanText, nullable=False, server_default=""),
    sa.Column("link", sa.String(64), nullable=False, server_default=""),
    sa.Column("link_until", UtcTime),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("signed_in_at", UtcTime),
    sa.Column("disabled_at", UtcTime),
    partial_index("ix_users_link", "link", where="link <> ''", unique=True),
)

sessions = sa.Table(
    # Who is signed in. `key`: the hash of what the browser keeps; who reads this table cannot take a session over.
    "sessions",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    ref("user_id", "users.id"),
    sa.Column("since", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False),
    sa.Column("by_link", sa.Boolean, nullable=False),
    sa.Index(None, "user_id"),
    sa.Index(None, "seen_at"),
)

api_tokens = sa.Table(
    # Programs that use the API. A token that was taken back stays: the journal names it.
    "api_tokens",
    metadata,
    own_id(),
    sa.Column("name", CleanText, nullable=False, unique=True),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("scopes", Labels, nullable=False),
    sa.Column("made_by", CleanText, nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("used_at", UtcTime),
    sa.Column("revoked_at", UtcTime),
)

guesses = sa.Table(
    # How often somebody tried to sign in, by account and by address, since when; over all nodes.
    "guesses",
    metadata,
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("since", UtcTime, nullable=False),
    sa.Index(None, "since"),
)

journal = sa.Table(
    # Who changed what. Only ever added to. `user_id` without a key: what was done stays when a user does not.
    "journal",
    metadata,
    own_id(),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("who", CleanText, nullable=False),
    sa.Column("user_id", BigId),
    sa.Column("what", sa.String(64), nullable=False),
    sa.Column("subject", CleanText, nullable=False, server_default=""),
    sa.Column("before", Scalars, nullable=False),
    sa.Column("after", Scalars, nullable=False),
    sa.Index(None, "what", "id"),
    sa.Index(None, "who", "id"),
    sa.Index(None, "at"),
)
