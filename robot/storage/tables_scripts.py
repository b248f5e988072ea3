"""Tables of scripts that are edited in the browser. Drawn in robot.storage.tables."""

from __future__ import annotations

import sqlalchemy as sa

from robot.storage.schema import BigId, metadata
from robot.storage.types import CleanText, Facts, UtcTime

_NAME = sa.String(64)


def _script() -> sa.Column[str]:
    return sa.Column("script", _NAME, sa.ForeignKey("scripts.name"), primary_key=True)


scripts = sa.Table(
    # A shipped script gets a row when it is first edited. `positions`: of cards on the canvas, {phrase: [x, y]}.
    "scripts",
    metadata,
    sa.Column("name", _NAME, primary_key=True),
    sa.Column("made_by", CleanText, nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("put_away_at", UtcTime),
    sa.Column("positions", sa.JSON, nullable=False),
)

script_revisions = sa.Table(
    # The draft is the one with the highest number. `base`: the version it grew from. `undoes_to`, `redoes_to`: the
    # revisions whose text one step back or forth brings.
    "script_revisions",
    metadata,
    _script(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", CleanText, nullable=False),
    sa.Column("author", CleanText, nullable=False),
    sa.Column("saved_at", UtcTime, nullable=False),
    sa.Column("what", sa.String(16), nullable=False),
    sa.Column("base", sa.Integer),
    sa.Column("undoes_to", sa.Integer),
    sa.Column("redoes_to", sa.Integer),
)

script_versions = sa.Table(
    # Never changed. The live one has the highest number. `bundle`: the texts of the parts it stood on. `recordings`:
    # digests of studio recordings by file name. `findings`: warnings of the check.
    "script_versions",
    metadata,
    _script(),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.String(32), nullable=False, index=True),
    sa.Column("title", CleanText, nullable=False),
    sa.Column("goal", sa.String(32), nullable=False),
    sa.Column("phrases", sa.Integer, nullable=False),
    sa.Column("text", CleanText, nullable=False),
    sa.Column("bundle", Facts, nullable=False),
    sa.Column("recordings", Facts, nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("note", CleanText, nullable=False),
    sa.Column("author", CleanText, nullable=False),
    sa.Column("published_at", UtcTime),
    sa.Column("ancestor", sa.Integer),
    sa.Column("restored", sa.Integer),
)

script_sounds = sa.Table(
    # Studio recordings by the SHA-256 of their content: versions go on sounding as they did.
    "script_sounds",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
)

script_recordings = sa.Table(
    # What file names mean to the draft.
    "script_recordings",
    metadata,
    _script(),
    sa.Column("file", sa.String(120), primary_key=True),
    sa.Column("digest", sa.String(64), sa.ForeignKey("script_sounds.digest"), nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
)

script_pins = sa.Table(
    # Campaigns that stay with a version of a script. The others follow the newest.
    "script_pins",
    metadata,
    sa.Column("campaign_id", BigId, sa.ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    sa.Column("script", _NAME, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)
