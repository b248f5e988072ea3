"""The words by which machines are told from people: `signs.yaml` beside this file, compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from scripts_dialog.understanding.mishearing import mended, sound
from scripts_dialog.understanding.text import normalize

_FILE = Path(__file__).with_name("signs.yaml")
_WORD = re.compile(r"\w+")
_KEY = re.compile(r"[А-Я]+(?: [А-Я]+)*")
LEAST_FORMULA = 85.0
LEAST_KEY = 85.0
"""Per cent of a formula's sounds, and of its words in capitals, that must be found in order, in one place."""

_Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """kind: a value of `Answer`. words: those it was told by."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class _Machine:
    """anywhere, opening: alternatives, each one or more patterns that must all be found."""

    kind: str
    anywhere: tuple[_Patterns, ...]
    opening: tuple[_Patterns, ...]
    formulas: tuple[str, ...]
    unless: _Patterns

    def find(self, whole: str, opening: str, opening_sound: str) -> str | None:
        if any(pattern.search(whole) for pattern in self.unless):
            return None
        found = _all_of(self.anywhere, whole) or _all_of(self.opening, opening)
        return found or next((one.lower() for one in self.formulas if _formula(one, opening_sound)), None)


class Signs:
    """Texts come as the recognizer gave them."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        parts: Mapping[str, str] = data["parts"]
        self._machines = tuple(
            _Machine(
                kind,
                tuple(_alternative(one, parts) for one in raw.get("anywhere", [])),
                tuple(_alternative(one, parts) for one in raw.get("opening", [])),
                tuple(raw.get("formulas", [])),
                tuple(_compiled(one, parts) for one in raw.get("unless", [])),
            )
            for kind, raw in data["machines"].items()
        )
        self._people = {
            name: tuple(_compiled(one, parts) for one in data[name])
            for name in ("greeting", "secretary", "recorded", "messages")
        }

    def machine(self, whole: str, opening: str) -> Sign | None:
        """The machine that says this, if one does; `opening` is the part said before the robot spoke."""
        heard = sound(opening)  # as it came: putting words right may lead away from a formula
        whole, opening = plain(whole), plain(opening)
        for machine in self._machines:
            if (words := machine.find(whole, opening, heard)) is not None:
                return Sign(machine.kind, words)
        return None

    def greeting(self, text: str) -> str | None:
        """What a person says on taking the telephone."""
        return self._person("greeting", text)

    def secretary(self, text: str) -> str | None:
        return self._person("secretary", text)

    def recorded(self, text: str) -> str | None:
        """What recordings begin with, and firms' people too."""
        return self._person("recorded", text)

    def about_messages(self, text: str) -> bool:
        return self._person("messages", text) is not None

    def _person(self, name: str, text: str) -> str | None:
        text = plain(text)
        return next((found[0].strip() for one in self._people[name] if (found := one.search(text))), None)


@lru_cache(maxsize=1)
def signs() -> Signs:
    """Read once."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - only here

    return Signs(YAML(typ="safe", pure=True).load(_FILE.read_text(encoding="utf-8")))


@lru_cache(maxsize=500)
def plain(text: str) -> str:
    """The words alone: lower case, ё as е, no punctuation, words that do not exist put right by their sound."""
    return " ".join(_WORD.findall(mended(normalize(text))))


def _all_of(alternatives: Sequence[_Patterns], text: str) -> str | None:
    """What was found of the first alternative that is there as a whole."""
    for patterns in alternatives:
        found = [match[0].strip() for one in patterns if (match := one.search(text))]
        if len(found) == len(patterns):
            return " … ".join(found)
    return None


def _formula(formula: str, heard: str) -> bool:
    """By sound and without spaces: recognizers put them anywhere («но мир» for «номер»). What tells it from a
    person's words (capitals) must be there by itself."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - only when no pattern was found

    whole = sound(formula)
    if len(heard) < len(whole) * LEAST_FORMULA / 100 or fuzz.partial_ratio(whole, heard) < LEAST_FORMULA:
        return False
    keys = [sound(key) for key in _KEY.findall(formula)]
    return all(fuzz.partial_ratio(key, heard) >= LEAST_KEY for key in keys)


def _alternative(raw: str | list[str], parts: Mapping[str, str]) -> _Patterns:
    return tuple(_compiled(one, parts) for one in ([raw] if isinstance(raw, str) else raw))


def _compiled(raw: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    for name, part in parts.items():
        raw = raw.replace(f"${name}", part)
    return re.compile(raw)
