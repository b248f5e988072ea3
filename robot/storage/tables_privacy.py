"""Tables of people who had themselves erased, and of files that are to go. Drawn in robot.storage.tables."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from robot.storage.schema import BigId, metadata, own_id, partial_index
from robot.storage.tables_desk import server_keys
from robot.storage.types import CleanText, Scalars, UtcTime

PERSONS_KEY = "persons"
"""Of server_keys: what digests of numbers are made with. Made with the tables: without it nobody may be dialed."""

KEY_BYTES = 32

erasures = sa.Table(
    # Who is never called again, and nothing of him is known but this: HMAC-SHA256 of his number. `lead_id`: under which
    # his consents and the figures of his calls stand, without him; NULL of somebody who was no lead.
    "erasures",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("since", UtcTime, nullable=False),
    sa.Column("lead_id", BigId),
    sa.Index(None, "since"),
)

erasure_certificates = sa.Table(
    # What was erased, each time it was asked for: figures, no personal data.
    "erasure_certificates",
    metadata,
    own_id(),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("who", CleanText, nullable=False),
    sa.Column("gone", Scalars, nullable=False),
    sa.Column("kept", Scalars, nullable=False),
    sa.Column("elsewhere", Scalars, nullable=False),
    sa.Index(None, "digest"),
    sa.Index(None, "at"),
)

doomed_recordings = sa.Table(
    # Recordings whose files are to be removed by whichever node has them; `path` as attempts had it.
    "doomed_recordings",
    metadata,
    sa.Column("path", CleanText, primary_key=True),
    sa.Column("node", CleanText, nullable=False),
    sa.Column("since", UtcTime, nullable=False),
    sa.Column("gone_at", UtcTime),
    partial_index("ix_doomed_recordings_open", "node", "since", where="gone_at IS NULL"),
)


def make_key(connection: sa.Connection) -> None:
    """The key of new tables."""
    connection.execute(
        sa.insert(server_keys).values(name=PERSONS_KEY, key=secrets.token_bytes(KEY_BYTES), made_at=datetime.now(UTC))
    )


@sa.event.listens_for(server_keys, "after_create")
def _with_key(_table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    make_key(connection)
