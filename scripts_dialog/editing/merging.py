"""Two people's edits of one text put together, phrase by phrase.

What one of them changed and the other did not is taken from him. Both added examples to one intent: both are kept. Both
changed the same phrase: a conflict, for people to settle.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from scripts_dialog.editing.differences import HEADER, units_of
from scripts_dialog.editing.document import Document, drop, grown, plain, put

_SECTIONS = ("objections", "intents", "variables")


@dataclass(frozen=True, slots=True)
class Merged:
    """text: both edits, "" when `conflicts` (ids of phrases, as in `differences`) keep them apart."""

    text: str
    conflicts: tuple[str, ...] = ()


def merge(base: str, yours: str, theirs: str) -> Merged:
    """base: what both began with."""
    if theirs in (base, yours):
        return Merged(yours)
    if yours == base:
        return Merged(theirs)
    start, mine, other = units_of(base), units_of(yours), units_of(theirs)
    both = [
        name
        for name in dict.fromkeys((*mine, *other, *start))
        if mine.get(name) != start.get(name) and other.get(name) not in (start.get(name), mine.get(name))
    ]
    conflicts = [name for name in both if not _only_added(name, start.get(name), mine.get(name), other.get(name))]
    if conflicts:
        return Merged("", tuple(conflicts))
    wanted = _expected(start, mine, other)
    changed = [name for name in dict.fromkeys((*start, *mine)) if mine.get(name) != start.get(name)]
    for text in (_lines_together(base, yours, theirs), _laid_over(theirs, yours, changed, wanted)):
        if text is not None and _same(units_of(text), wanted):
            return Merged(text)
    return Merged("", tuple(changed))


def _expected(start: dict[str, Any], mine: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    expected: dict[str, Any] = {}
    for name in dict.fromkeys((*other, *mine)):
        changed = mine.get(name) != start.get(name)
        both = changed and other.get(name) not in (start.get(name), mine.get(name))
        value = _united(mine[name], other[name]) if both else mine.get(name) if changed else other.get(name)
        if value is not None:
            expected[name] = value
    return expected


def _same(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return found.keys() == wanted.keys() and all(
        found[name] == value or _examples(found[name]) == _examples(value) != set() for name, value in wanted.items()
    )


def _only_added(name: str, start: Any, mine: Any, other: Any) -> bool:
    """Both added examples to an intent, and changed nothing else of it."""
    if not name.startswith("intents.") or not (isinstance(mine, dict) and isinstance(other, dict)):
        return False
    rest = [_without_examples(one) for one in (start or {}, mine, other)]
    known = _examples(start or {})
    same = rest[1] == rest[2] and (start is None or rest[0] == rest[1])
    return same and known <= _examples(mine) and known <= _examples(other)


def _united(mine: Any, other: Any) -> Any:
    return {**other, "examples": sorted(_examples(mine) | _examples(other))}


def _without_examples(intent: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in intent.items() if key not in ("examples", "also")}


def _examples(intent: Any) -> set[str]:
    found: set[str] = set()
    for key in ("examples", "also"):
        written = intent.get(key) if isinstance(intent, dict) else None
        lines = written.splitlines() if isinstance(written, str) else written or ()
        found |= {str(line).strip() for line in lines if str(line).strip()}
    return found


def _laid_over(theirs: str, yours: str, changed: list[str], wanted: dict[str, Any]) -> str | None:
    """Your phrases put into their text, where the lines of both stand in each other's way. None where a changed phrase
    is written in place of a target."""
    document, source = Document(theirs), Document(yours)
    for name in changed:
        first, _, rest = name.partition(".")
        section, key = (first, rest) if first in _SECTIONS and rest else ("phrases", name)
        ours, within = source.section(section), document.section(section)
        if name in HEADER:
            ours, within, key = source.data, document.data, name
        if name not in wanted and key in within:
            drop(within, key)
        elif name not in wanted or key not in ours:
            return None
        elif name in HEADER:
            put(within, key, ours[key])
        else:
            united = section == "intents" and wanted[name] != plain(ours[key])
            document.add(section, key, grown(wanted[name]) if united else ours[key], apart=section != "variables")
    return document.text()


def _lines_together(base: str, yours: str, theirs: str) -> str | None:
    """The lines of all three laid over each other, so that comments and order survive. What both inserted in one place
    is put one after the other. None where they changed the same lines."""
    start = base.splitlines(keepends=True)
    mine = _hunks(start, yours.splitlines(keepends=True))
    other = _hunks(start, theirs.splitlines(keepends=True))
    done: list[str] = []
    at = 0
    while mine or other:
        ours = not other or (bool(mine) and mine[0][0] <= other[0][0])
        first, second = (mine, other) if ours else (other, mine)
        begin, end, lines = first.pop(0)
        if begin < at:
            return None
        if second and second[0][0] < end:
            twin = second.pop(0)
            if twin != (begin, end, lines):
                return None
        done += [*start[at:begin], *lines]
        at = end
    return "".join((*done, *start[at:]))


def _hunks(start: list[str], changed: list[str]) -> list[tuple[int, int, list[str]]]:
    matcher = SequenceMatcher(None, start, changed, autojunk=False)
    return [(a, b, changed[c:d]) for kind, a, b, c, d in matcher.get_opcodes() if kind != "equal"]
