"""What all tables are made with: names of constraints, keys, references, partial indexes."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is an INTEGER."""


def own_id() -> sa.Column[int]:
    return sa.Column("id", BigId, primary_key=True)


def ref(
    name: str, target: str, *, nullable: bool = False, kind: sa.types.TypeEngine[object] | None = None
) -> sa.Column[object]:
    return sa.Column(name, kind or BigId, sa.ForeignKey(target), nullable=nullable)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index of the rows where a condition holds."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
