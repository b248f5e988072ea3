"""Where phrases are in the tree: under `phrases` and `objections`, or in place of a target; and where they lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scripts_dialog.editing.document import Document
from scripts_dialog.loading.inline import MOVES

OBJECTION = "objections."


@dataclass(frozen=True, slots=True)
class Spot:
    """`within[key]` is the phrase. inline: it stands in place of a target."""

    within: Any
    key: Any
    inline: bool = False

    @property
    def node(self) -> Any:
        return self.within[self.key]


@dataclass(frozen=True, slots=True)
class Slot:
    """`within[key]` is a target: a name, or a phrase written in place, whose id is then `name`. owner: the phrase it
    leads from."""

    owner: str
    name: str
    within: Any
    key: Any


def find(document: Document, phrase: str) -> Spot | None:
    """Also "defaults". None when the script's own text does not have it."""
    data = document.data
    if phrase == "defaults" and isinstance(data.get("defaults"), dict):
        return Spot(data, "defaults")
    section, name = (
        ("objections", phrase.removeprefix(OBJECTION)) if phrase.startswith(OBJECTION) else ("phrases", phrase)
    )
    found = data.get(section)
    if isinstance(found, dict) and isinstance(found.get(name), dict):
        return Spot(found, name)
    for slot in slots(document):
        if slot.name == phrase and isinstance(slot.within[slot.key], dict):
            return Spot(slot.within, slot.key, inline=True)
    return None


def inline(document: Document) -> frozenset[str]:
    """The ids of phrases that are written in place of a target."""
    return frozenset(slot.name for slot in slots(document) if isinstance(slot.within[slot.key], dict))


def slots(document: Document) -> Iterator[Slot]:
    """Every target of the script's own text. As `lift_inline` names them."""
    for section, prefix in (("phrases", ""), ("objections", OBJECTION)):
        found = document.data.get(section)
        for name, node in list(found.items()) if isinstance(found, dict) else ():
            yield from _below(f"{prefix}{name}", node)
    yield from _below("defaults", document.data.get("defaults"))


def _below(owner: str, node: Any) -> Iterator[Slot]:
    if not isinstance(node, dict):
        return
    for slot in _of(owner, node):
        yield slot
        yield from _below(slot.name, slot.within[slot.key])


def _of(owner: str, node: Any) -> Iterator[Slot]:
    for key in sorted(MOVES & node.keys()):
        yield Slot(owner, f"{owner}.{key}", node, key)
    answers = node.get("answers")
    for intents in list(answers) if isinstance(answers, dict) else ():
        yield Slot(owner, f"{owner}.{group(intents)[0]}", answers, intents)
    for name in ("silence", "not_understood"):
        fallback = node.get(name)
        if isinstance(fallback, dict) and "then" in fallback:
            yield Slot(owner, f"{owner}.{name}", fallback, "then")
    cases = node.get("branch")
    for index, case in enumerate(cases if isinstance(cases, list) else ()):
        if isinstance(case, dict) and "goto" in case:
            yield Slot(owner, f"{owner}.{index + 1}", case, "goto")


def group(intents: object) -> list[str]:
    """«yes, decision_maker» stands for two answers."""
    return [one.strip() for one in str(intents).split(",")]
