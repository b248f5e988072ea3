"""People's work with calls: how calls are found, comments, corrected outcomes, examples, orders in calls under way.

Revision ID: 0014
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from robot.domain.calls import Turn, TurnEnding
from robot.storage import types
from robot.storage.call_index import found_by, microseconds

revision = "0014"
down_revision = "0013"
branch_labels: str | None = None
depends_on: str | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = types.UtcTime(timezone=True)


def upgrade() -> None:
    _call_index()
    _added_by_people()
    _orders()
    op.create_index(op.f("ix_attempts_outcome"), "attempts", ["outcome", "started_at"])
    _fill()


def _fill() -> None:
    """Calls that ended before are found too: what they are found by follows from their turns."""
    bind = op.get_bind()
    ids = bind.execute(sa.select(_ATTEMPTS.c.id).where(_ATTEMPTS.c.ended_at.is_not(None))).scalars().all()
    taken: set[int] = set()
    for start in range(0, len(ids), _AT_ONCE):
        calls = ids[start : start + _AT_ONCE]
        turns: dict[UUID, list[Turn]] = {}
        for row in bind.execute(_SPOKEN.where(_TURNS.c.attempt_id.in_(calls))):
            values = dict(row._mapping)
            ending = TurnEnding(row.ending) if row.ending else None
            turns.setdefault(values.pop("attempt_id"), []).append(Turn(**{**values, "ending": ending}))
        rows = []
        for row in bind.execute(_ENDED.where(_ATTEMPTS.c.id.in_(calls))):
            place = microseconds(row.started_at)
            while place in taken:
                place += 1
            taken.add(place)
            found = found_by(row, turns.get(row.id, ()), corrected=False)
            rows.append({"place": place, "attempt_id": row.id, **found})
        bind.execute(sa.insert(_INDEX), rows)


def _call_index() -> None:
    op.create_table(
        "call_index",
        sa.Column("place", BigId, nullable=False, autoincrement=False),
        _attempt(),
        sa.Column("length_ms", sa.Integer(), nullable=True),
        _text("last_phrase"),
        sa.Column("last_ms", sa.Integer(), nullable=False),
        _text("lost_phrase"),
        sa.Column("lost_how", sa.String(16), nullable=False),
        sa.Column("lost_ms", sa.Integer(), nullable=False),
        sa.Column("not_understood", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_call_index")),
        _of_attempt("call_index"),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_call_index_attempt_id")),
    )
    statements = _ON_SQLITE if op.get_bind().dialect.name == "sqlite" else _ON_POSTGRES
    for statement in statements:
        op.execute(statement)


def _added_by_people() -> None:
    op.create_table(
        "call_comments",
        *_by_somebody(),
        _text("text"),
        sa.Column("at_ms", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_comments")),
        _of_attempt("call_comments"),
    )
    op.create_index(op.f("ix_call_comments_attempt_id_id"), "call_comments", ["attempt_id", "id"])
    op.create_table(
        "outcome_corrections",
        *_by_somebody(),
        sa.Column("was", sa.String(32), nullable=False),
        _text("was_reason"),
        sa.Column("outcome", sa.String(32), nullable=False),
        _text("reason"),
        _text("note"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_corrections")),
        _of_attempt("outcome_corrections"),
    )
    op.create_index(op.f("ix_outcome_corrections_attempt_id_id"), "outcome_corrections", ["attempt_id", "id"])
    op.create_table(
        "suggested_examples",
        *_by_somebody(),
        sa.Column("number", sa.Integer(), nullable=False),
        *(_text(name) for name in ("script", "phrase", "text", "intent")),
        sa.Column("decided_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggested_examples")),
        _of_attempt("suggested_examples"),
        sa.UniqueConstraint("attempt_id", "number", name=op.f("uq_suggested_examples_attempt_id_number")),
    )
    _partial_index("ix_suggested_examples_open", "suggested_examples", ["script", "id"], "decided_at IS NULL")


def _orders() -> None:
    op.create_table(
        "call_orders",
        sa.Column("id", BigId, nullable=False),
        _attempt(),
        *(_text(name) for name in ("node", "telephone", "who")),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("done_at", Moment, nullable=True),
        sa.Column("problem", sa.String(32), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_orders")),
        _of_attempt("call_orders"),
    )
    _partial_index("ix_call_orders_open", "call_orders", ["node", "id"], "done_at IS NULL")
    op.create_table(
        "server_keys",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_server_keys")),
    )
    op.create_table(
        "user_telephones",
        sa.Column("user_id", BigId, nullable=False),
        _text("number"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user_telephones")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_telephones_user_id_users")),
    )


def _by_somebody() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", BigId, nullable=False),
        _attempt(),
        sa.Column("at", Moment, nullable=False),
        _text("who"),
        sa.Column("user_id", BigId, nullable=True),
    )


def _attempt() -> sa.Column[object]:
    return sa.Column("attempt_id", sa.Uuid(), nullable=False)


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, types.CleanText(), nullable=False)


def _of_attempt(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f(f"fk_{table}_attempt_id_attempts"))


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


_AT_ONCE = 500

_ATTEMPTS = sa.table(
    "attempts",
    sa.column("id", sa.Uuid()),
    *(sa.column(name, Moment) for name in ("started_at", "answered_at", "ended_at")),
    *(
        sa.column(name)
        for name in ("ended_by", "outcome", "reason", "script_version", "script_name", "campaign_id", "lead_id")
    ),
)
_MEETINGS = sa.table("meetings", sa.column("attempt_id", sa.Uuid()), sa.column("slot_id"))
_SLOTS = sa.table("slots", sa.column("id"), sa.column("manager_id"))
_TURNS = sa.table(
    "turns",
    sa.column("attempt_id", sa.Uuid()),
    *(sa.column(name) for name in ("number", "phrase", "role", "visit", "said", "said_from_ms", "heard", "ending")),
)
_INDEX = sa.table(
    "call_index",
    sa.column("place"),
    sa.column("attempt_id", sa.Uuid()),
    *(sa.column(name) for name in ("length_ms", "last_phrase", "last_ms", "lost_phrase", "lost_how", "lost_ms")),
    *(sa.column(name) for name in ("not_understood", "tokens")),
)
_ENDED = (
    sa.select(_ATTEMPTS, _SLOTS.c.manager_id)
    .join_from(_ATTEMPTS, _MEETINGS, _MEETINGS.c.attempt_id == _ATTEMPTS.c.id, isouter=True)
    .join(_SLOTS, _SLOTS.c.id == _MEETINGS.c.slot_id, isouter=True)
)
_SPOKEN = sa.select(_TURNS).order_by(_TURNS.c.attempt_id, _TURNS.c.number)

_ON_SQLITE = (
    "CREATE VIRTUAL TABLE call_tokens USING fts5(tokens, content='call_index', content_rowid='place', "
    "tokenize='ascii', detail=none, columnsize=0)",
    "CREATE TRIGGER call_index_added AFTER INSERT ON call_index BEGIN "
    "INSERT INTO call_tokens(rowid, tokens) VALUES (new.place, new.tokens); END",
    "CREATE TRIGGER call_index_removed AFTER DELETE ON call_index BEGIN "
    "INSERT INTO call_tokens(call_tokens, rowid, tokens) VALUES ('delete', old.place, old.tokens); END",
    "CREATE TRIGGER call_index_changed AFTER UPDATE OF tokens ON call_index BEGIN "
    "INSERT INTO call_tokens(call_tokens, rowid, tokens) VALUES ('delete', old.place, old.tokens); "
    "INSERT INTO call_tokens(rowid, tokens) VALUES (new.place, new.tokens); END",
)
_ON_POSTGRES = ("CREATE INDEX ix_call_index_tokens ON call_index USING gin (string_to_array(tokens, ' '))",)
