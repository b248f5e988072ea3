"""The journal of changes: who changed what, when, from what to what. Pure.

An entry is never altered or taken out. It holds no secret and no number in full: who reads it need not see those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """what: a word such as quota_changed. subject: of what, as its page names it (a campaign's short name, a masked
    number, a user's name). before, after: only what differs, by the names the API gives it."""

    at: datetime
    who: str
    what: str
    subject: str = ""
    before: Mapping[str, Scalar] = field(default_factory=dict)
    after: Mapping[str, Scalar] = field(default_factory=dict)
    user_id: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are asked for. what, who, subject: "" any. since, until: None without a bound."""

    what: str = ""
    who: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


def differing(
    before: Mapping[str, Scalar], after: Mapping[str, Scalar]
) -> tuple[Mapping[str, Scalar], Mapping[str, Scalar]]:
    """Both without what is alike."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return (
        {name: before[name] for name in names if name in before},
        {name: after[name] for name in names if name in after},
    )
