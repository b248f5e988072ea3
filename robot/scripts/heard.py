"""What clients said after a phrase and the robot did not understand, out of the turns of calls. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from robot.domain.calls import Turn, TurnEnding


@dataclass(frozen=True, slots=True)
class Unheard:
    """`call`, `at_ms`: where it was said last; milliseconds of the recording."""

    text: str
    count: int
    call: UUID
    at_ms: int


def unheard_in(calls: Iterable[tuple[UUID, Sequence[Turn]]], phrase: str) -> list[Unheard]:
    """calls: the newest first. The same words count once more, however they are written; the most frequent come
    first, then the newest."""
    found: dict[str, Unheard] = {}
    for call, turns in calls:
        for turn in turns:
            text = turn.heard.strip()
            if turn.phrase != phrase or turn.ending is not TurnEnding.NOT_UNDERSTOOD or not text:
                continue
            key = " ".join(text.casefold().split())
            at_ms = turn.said_from_ms if turn.heard_from_ms is None else turn.heard_from_ms
            known = found.get(key)
            found[key] = replace(known, count=known.count + 1) if known else Unheard(text, 1, call, at_ms)
    return sorted(found.values(), key=lambda one: -one.count)
