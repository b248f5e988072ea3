"""What a script stands on: the phrases, objections and intents of its parts and of the common ground."""

from __future__ import annotations

import copy
from typing import Any

from scripts_dialog import library
from scripts_dialog.editing.document import plain
from scripts_dialog.loading.layers import section
from scripts_dialog.loading.loader import common_ground
from scripts_dialog.loading.parts import Parts
from scripts_dialog.loading.read import Source
from scripts_dialog.model import Place


class Below:
    """Of one script; read when it is made. A name belongs to the topmost layer that has it."""

    def __init__(self, data: Any) -> None:
        """data: the script's own text as it was read; only its `include` is looked at."""
        parts = Parts(None)
        parts.include(Source("", plain({"include": data.get("include")}), {"": Place("", 1)}), {})
        self._layers: list[tuple[str, Source]] = [
            *reversed([(name, layer.source) for name, layer in parts.layers.items()]),
            (library.COMMON, common_ground()),
        ]

    def owner(self, name: str, *, of: str = "phrases") -> str:
        """The part of a phrase (or of an intent, an objection), "common", or "" when none has it."""
        return next((layer for layer, source in self._layers if name in section(source, of)), "")

    def raw(self, name: str, *, of: str = "phrases") -> Any:
        """As it is written there, plain, its ways out led where the script leads them."""
        found = next((section(source, of)[name] for _, source in self._layers if name in section(source, of)), None)
        return copy.deepcopy(found)

    def copy_of(self, phrase: str) -> dict[str, dict[str, Any]]:
        """The phrase, or the one that it is written in, with all that is written in it: by section and name. Empty when
        nothing below has it."""
        steps = phrase.split(".")
        of, first = ("objections", 2) if steps[0] == "objections" else ("phrases", 1)
        for end in range(first, len(steps) + 1):
            name = ".".join(steps[first - 1 : end])
            owner = ".".join(steps[:end])
            raw = self.raw(name, of=of)
            if isinstance(raw, dict):
                inner = self._inside(f"{owner}.", self.owner(name, of=of))
                whole = {name: _in_place(raw, inner)}
                rest = {key: value for key, value in inner.items() if value is not None}
                return {of: whole, "phrases": rest} if of == "objections" else {of: {**whole, **rest}}
        return {}

    def _inside(self, prefix: str, layer: str) -> dict[str, Any]:
        source = next(source for name, source in self._layers if name == layer)
        phrases = section(source, "phrases")
        return {name: copy.deepcopy(raw) for name, raw in phrases.items() if name.startswith(prefix)}


def _in_place(raw: Any, inner: dict[str, Any]) -> Any:
    """Phrases that were lifted out of it put back where they are led to; those put back are None in `inner`."""
    if isinstance(raw, dict):
        return {key: _in_place(value, inner) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_in_place(value, inner) for value in raw]
    if isinstance(raw, str) and inner.get(raw) is not None:
        node, inner[raw] = inner[raw], None
        return _in_place(node, inner)
    return raw
