"""What differs between two texts of a script, phrase by phrase and word by word; white space, comments and the order of
keys do not count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from scripts_dialog.editing.shapes import PhraseChange, PieceChange, WordChange
from scripts_dialog.loading.inline import lift_inline
from scripts_dialog.loading.read import read_yaml
from scripts_dialog.templates import flatten

_WORDS = re.compile(r"\s+|[\w{}.|:*\[\]]+|[^\w\s]")
HEADER = ("title", "goal", "start", "include", "defaults")

Units = Mapping[str, Any]
"""What is compared, by id: phrases by their names, "objections.x", "intents.x", "variables.x", keys of the header."""


def units_of(text: str) -> dict[str, Any]:
    """Phrases that are written in place are units of their own. Empty for what cannot be read."""
    source = read_yaml(text, "")
    if not source.findings:
        lift_inline(source)
    data = source.data
    units: dict[str, Any] = {key: data[key] for key in HEADER if key in data}
    units |= {f"variables.{name}": value for name, value in flatten(_mapping(data, "variables")).items()}
    units |= {f"intents.{name}": value for name, value in _mapping(data, "intents").items()}
    units |= {f"objections.{name}": value for name, value in _mapping(data, "objections").items()}
    return units | _mapping(data, "phrases")


def differences(before: str, after: str) -> tuple[PhraseChange, ...]:
    old, new = units_of(before), units_of(after)
    found: list[PhraseChange] = []
    for name in dict.fromkeys((*old, *new)):
        pieces = tuple(_pieces(old.get(name), new.get(name)))
        if pieces or (name in old) != (name in new):
            title = _title(new.get(name)) or _title(old.get(name)) or name
            kind = "added" if name not in old else "removed" if name not in new else "changed"
            found.append(PhraseChange(id=name, title=title, kind=kind, pieces=pieces))
    return tuple(found)


def _pieces(old: Any, new: Any) -> Iterator[PieceChange]:
    before, after = dict(_flat(old)), dict(_flat(new))
    for where in dict.fromkeys((*before, *after)):
        was, now = before.get(where, ""), after.get(where, "")
        if was != now:
            words = tuple(_words(was, now)) if " " in was or " " in now else ()
            yield PieceChange(where=where, before=was, after=now, words=words)


def _flat(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """(where, what) of every scalar. Variants go by their names, so that their order does not count."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("answers", "cues") and isinstance(item, dict):
                for intents, target in item.items():
                    for intent in str(intents).split(","):
                        yield from _flat(target, _join(where, f"{key}.{intent.strip()}"))
            else:
                yield from _flat(item, _join(where, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            name = str(item.get("variant") or index) if isinstance(item, dict) else str(index)
            yield from _flat(item, _join(where, name) if len(value) > 1 or isinstance(item, dict) else where)
    elif value is not None:
        yield where, str(value)


def _words(before: str, after: str) -> Iterator[WordChange]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield WordChange(kind="same", text="".join(old[a:b]))
            continue
        if b > a:
            yield WordChange(kind="removed", text="".join(old[a:b]))
        if d > c:
            yield WordChange(kind="added", text="".join(new[c:d]))


def _title(unit: Any) -> str:
    return str(unit.get("title") or "") if isinstance(unit, dict) else ""


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _mapping(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name)
    return dict(found) if isinstance(found, dict) else {}
