"""Two versions of the product on one database: whatever the older one writes and reads must go on working when the
newer one has brought the tables up. So from `WORKS_FROM` on revisions only add: docs/upgrading.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from robot.storage.engine import Database
from robot.storage.migrate import WORKS_FROM, migrate, revisions


@dataclass(frozen=True)
class Shape:
    """What statements may count on: columns (type, whether null is taken, whether one may leave it out), and what makes
    the database refuse a row."""

    columns: dict[tuple[str, str], tuple[str, bool, bool]]
    refusals: set[tuple[str, str, str]]


async def shape_of(database: Database) -> Shape:
    async with database.read() as connection:
        return await connection.run_sync(_shape)


def _shape(connection: sa.Connection) -> Shape:
    inspector = sa.inspect(connection)
    columns: dict[tuple[str, str], tuple[str, bool, bool]] = {}
    refusals: set[tuple[str, str, str]] = set()
    for table in inspector.get_table_names():
        keys = set(inspector.get_pk_constraint(table)["constrained_columns"])
        for column in inspector.get_columns(table):
            omitted = column["nullable"] or column["default"] is not None or column["name"] in keys
            columns[table, column["name"]] = (str(column["type"]), bool(column["nullable"]), bool(omitted))
        refusals |= {(table, "key", _names(keys))}
        refusals |= {(table, "unique", _names(one["column_names"])) for one in inspector.get_unique_constraints(table)}
        refusals |= {
            (table, "unique", _names(one["column_names"])) for one in inspector.get_indexes(table) if one["unique"]
        }
        refusals |= {(table, "check", str(one["sqltext"])) for one in inspector.get_check_constraints(table)}
        refusals |= {
            (table, "reference", _names(one["constrained_columns"])) for one in inspector.get_foreign_keys(table)
        }
    return Shape(columns, refusals)


def _names(columns: Any) -> str:
    return ",".join(sorted(str(column) for column in columns))


def what_the_older_one_would_miss(before: Shape, after: Shape) -> list[str]:
    """Each as a sentence; empty where the newer tables serve both."""
    tables = {table for table, _ in before.columns}
    found = []
    for (table, column), (kind, nullable, _) in sorted(before.columns.items()):
        now = after.columns.get((table, column))
        if now is None:
            found.append(f"{table}.{column} is gone or has another name")
        elif now[0] != kind:
            found.append(f"{table}.{column} was {kind} and is {now[0]}")
        elif nullable and not now[1]:
            found.append(f"{table}.{column} takes null no more")
    for (table, column), (_, _, omitted) in sorted(after.columns.items()):
        if table in tables and (table, column) not in before.columns and not omitted:
            found.append(f"{table}.{column} is new, and whoever does not know it cannot write a row")
    for table, kind, what in sorted(after.refusals - before.refusals):
        if table in tables and not _of_new_columns(before, table, kind, what):
            found.append(f"{table} refuses more than before: {kind} ({what})")
    return found


def _of_new_columns(before: Shape, table: str, kind: str, what: str) -> bool:
    """What binds new columns alone binds nobody who does not know them."""
    return kind != "check" and not any((table, column) in before.columns for column in what.split(","))


async def check_expanding(database: Database) -> None:
    """An empty database, brought up revision by revision from that of the oldest version that is to go on working."""
    line = [one.revision for one in reversed(list(revisions().walk_revisions()))]
    await migrate(database, revision=WORKS_FROM)
    oldest = await shape_of(database)
    assert ("attempts", "outcome") in oldest.columns, "the test can fail"
    before = oldest
    for revision in line[line.index(WORKS_FROM) + 1 :]:
        await migrate(database, revision=revision)
        after = await shape_of(database)
        assert what_the_older_one_would_miss(before, after) == [], f"revision {revision}"
        before = after
    assert what_the_older_one_would_miss(oldest, before) == []
