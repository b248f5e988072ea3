"""Targets written in place become phrases of their own: `wrong_number: {say: ..., end: wrong_number}` under the phrase
`greeting` is the phrase `greeting.wrong_number`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts_dialog.loading.read import Source
from scripts_dialog.model import Objection
from scripts_dialog.nodes import KINDS
from scripts_dialog.nodes.base import Fallback
from scripts_dialog.nodes.branch import Case

MOVES = frozenset().union(Objection.moves, Fallback.moves, Case.moves, *(kind.moves for kind in KINDS.values()))


def lift_inline(source: Source, exits: Mapping[str, str] | None = None) -> None:
    """Rewrite `source.data` so that every target is a name. `exits` of a part are led where its includer says."""
    phrases = source.data.get("phrases")
    lifted: dict[str, Any] = {}
    lift = _Lift(source, lifted, exits or {})
    if isinstance(phrases, dict):
        for name, phrase in list(phrases.items()):
            lift.phrase(phrase, name, f"phrases.{name}")
    objections = source.data.get("objections")
    if isinstance(objections, dict):
        for name, objection in objections.items():
            lift.phrase(objection, f"objections.{name}", f"objections.{name}")
    defaults = source.data.get("defaults")
    if isinstance(defaults, dict):
        lift.phrase(defaults, "defaults", "defaults")
    if lifted:
        own = phrases if isinstance(phrases, dict) else {}
        source.data["phrases"] = {**lifted, **own}


class _Lift:
    def __init__(self, source: Source, lifted: dict[str, Any], exits: Mapping[str, str]) -> None:
        self.source = source
        self.lifted = lifted
        self.exits = exits

    def phrase(self, part: Any, owner: str, path: str) -> None:
        if not isinstance(part, dict):
            return
        for key in MOVES & part.keys():
            part[key] = self._target(part[key], f"{owner}.{key}", f"{path}.{key}")
        answers = part.get("answers")
        if isinstance(answers, dict):
            for intent in answers:
                name = f"{owner}.{intent.split(',')[0].strip()}"
                answers[intent] = self._target(answers[intent], name, f"{path}.answers.{intent}")
        for name in ("silence", "not_understood"):
            fallback = part.get(name)
            if isinstance(fallback, dict) and "then" in fallback:
                fallback["then"] = self._target(fallback["then"], f"{owner}.{name}", f"{path}.{name}.then")
        cases = part.get("branch")
        if isinstance(cases, list):
            for index, case in enumerate(cases):
                if isinstance(case, dict) and "goto" in case:
                    case["goto"] = self._target(case["goto"], f"{owner}.{index + 1}", f"{path}.branch.{index}.goto")

    def _target(self, target: Any, name: str, path: str) -> Any:
        if not isinstance(target, dict):
            return self.exits.get(target, target) if isinstance(target, str) else target
        places = self.source.places
        for where, place in list(places.items()):
            if where == path or where.startswith(f"{path}."):
                places[f"phrases.{name}{where[len(path) :]}"] = place
        self.phrase(target, name, f"phrases.{name}")
        self.lifted[name] = target
        return name
