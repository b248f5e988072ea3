"""Filters and pages of Bitrix24's lists: a prefix on the field's name says how it is compared. Pure."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from robot.crm.bitrix24.fake.errors import ApiError

PAGE = 50

_OPERATORS: tuple[tuple[str, Callable[[Any, Any], bool]], ...] = (
    (">=", lambda mine, theirs: _value(mine) >= _value(theirs)),
    ("<=", lambda mine, theirs: _value(mine) <= _value(theirs)),
    ("!=", lambda mine, theirs: str(mine) != str(theirs)),
    ("!@", lambda mine, theirs: str(mine) not in map(str, theirs)),
    (">", lambda mine, theirs: _value(mine) > _value(theirs)),
    ("<", lambda mine, theirs: _value(mine) < _value(theirs)),
    ("@", lambda mine, theirs: str(mine) in map(str, theirs)),
    ("%", lambda mine, theirs: str(theirs) in str(mine)),
    ("!", lambda mine, theirs: str(mine) != str(theirs)),
    ("=", lambda mine, theirs: str(mine) == str(theirs)),
)


def chosen(rows: Iterable[Mapping[str, Any]], wanted: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Rows that fit all of it. Numbers and times are compared as such, everything else as text."""
    return [row for row in rows if all(_fits(row, name, value) for name, value in wanted.items())]


def _fits(row: Mapping[str, Any], name: str, value: Any) -> bool:
    for sign, compare in _OPERATORS:
        if name.startswith(sign):
            return compare(row.get(name.removeprefix(sign), ""), value)
    mine = row.get(name, "")
    return str(mine) in map(str, value) if isinstance(value, list) else str(mine) == str(value)


def _value(one: Any) -> Any:
    text = str(one)
    if text.isascii() and text.isdecimal():
        return 0, float(text), ""
    with contextlib.suppress(ValueError, OverflowError):
        return 0, datetime.fromisoformat(text).timestamp(), ""
    return 1, 0.0, text


def ordered(rows: Sequence[Mapping[str, Any]], order: Mapping[str, str]) -> list[Mapping[str, Any]]:
    done = list(rows)
    for name, way in reversed(list(order.items())):
        done.sort(key=lambda row: _value(row.get(name, "")), reverse=str(way).upper() == "DESC")
    return done


def page(rows: Sequence[Mapping[str, Any]], start: Any) -> tuple[list[Mapping[str, Any]], int | None]:
    """Fifty rows, and where the next page begins."""
    if not str(start).lstrip("-").isdecimal():
        raise ApiError("INVALID_ARG_VALUE", "Invalid value {start}")
    first = max(int(start), 0)
    rest = first + PAGE
    return list(rows[first:rest]), rest if rest < len(rows) else None
