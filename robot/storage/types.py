"""Column types that keep what must not get in out: local times, and characters a database cannot hold."""

# ruff: noqa: ARG002 (the methods' signature is SQLAlchemy's)

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from robot.crm.writes import Journal
from robot.domain.calls import HeardWord, Wish

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Replace NUL (PostgreSQL refuses it) and lone surrogates (not encodable) by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


class UtcTime(sa.types.TypeDecorator[datetime]):
    """An aware moment, UTC in storage and when read. A naive one is refused: its zone would be guessed."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a naive datetime is not stored: say which time zone it is in")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(sa.types.TypeDecorator[str]):
    """Text from outside: what people said, typed or imported."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else clean(value)


class Facts(sa.types.TypeDecorator[Mapping[str, str]]):
    """A flat mapping of names to text, as JSON."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: sa.Dialect) -> dict[str, str]:
        return {clean(str(k)): clean(str(v)) for k, v in (value or {}).items()}

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> dict[str, str]:
        return dict(value or {})


class Words(sa.types.TypeDecorator[tuple[HeardWord, ...]]):
    """Timed words, as JSON lists of text, beginning, end and confidence: a talk has hundreds."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[HeardWord] | None, dialect: sa.Dialect) -> list[list[Any]]:
        return [[clean(word.text), word.from_ms, word.to_ms, word.confidence] for word in value or ()]

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> tuple[HeardWord, ...]:
        return tuple(HeardWord(*word) for word in value or ())


class Wishes(sa.types.TypeDecorator[tuple[Wish, ...]]):
    """What a script asked to be done, as JSON lists of name and parameters."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[Wish] | None, dialect: sa.Dialect) -> list[list[Any]]:
        return [[clean(wish.name), {clean(k): clean(v) for k, v in wish.params.items()}] for wish in value or ()]

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> tuple[Wish, ...]:
        return tuple(Wish(name, params) for name, params in value or ())


class Progress(sa.types.TypeDecorator[Journal]):
    """How far a delivery has come, as JSON."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Journal | None, dialect: sa.Dialect) -> dict[str, Any]:
        done = {clean(name): clean(made) for name, made in value.done.items()} if value else {}
        return {"begun": sorted(value.begun) if value else [], "done": done}

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Journal:
        return Journal(set(value["begun"]), dict(value["done"])) if value else Journal()


class Labels(sa.types.TypeDecorator[frozenset[str]]):
    """A few words that are compared, as a JSON list."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, dialect: sa.Dialect) -> list[str]:
        return sorted(clean(word) for word in value or ())

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> frozenset[str]:
        return frozenset(value or ())


class Weekdays(sa.types.TypeDecorator[frozenset[int]]):
    """Days of the week as bits, Monday lowest."""

    impl = sa.SmallInteger
    cache_ok = True

    def process_bind_param(self, value: frozenset[int] | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else sum(1 << day for day in value if 0 <= day <= 6)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> frozenset[int] | None:
        return None if value is None else frozenset(day for day in range(7) if value >> day & 1)


class Scalars(sa.types.TypeDecorator[Mapping[str, str | int | float | bool | None]]):
    """A flat mapping of names to values of JSON."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(
        self, value: Mapping[str, str | int | float | bool | None] | None, dialect: sa.Dialect
    ) -> dict[str, Any]:
        return {clean(k): clean(v) if isinstance(v, str) else v for k, v in (value or {}).items()}

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> dict[str, Any]:
        return dict(value or {})
