"""Hard rules: what must never hang on a classifier (`rules.yaml` beside this file). They look at the words alone, in
any phrase of any script, and come before everything else in the order in which the file has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scripts_dialog.meaning import IntentMatch

CONFIDENCE = 0.97
_FILE = Path(__file__).with_name("rules.yaml")


@dataclass(frozen=True, slots=True)
class Rule:
    intent: str
    any: re.Pattern[str]
    unless: re.Pattern[str] | None
    never: re.Pattern[str] | None = None

    def match(self, text: str) -> IntentMatch | None:
        found = self.any.search(text)
        if found is None or (self.unless is not None and self.unless.search(text)):
            return None
        return IntentMatch(self.intent, CONFIDENCE, found[0].strip(), hard=True)

    def denies(self, text: str) -> bool:
        """Its words are there and do not mean it, or words are there that mean something else."""
        if self.any.search(text):
            return self.unless is not None and self.unless.search(text) is not None
        return self.never is not None and self.never.search(text) is not None


def denied(text: str) -> frozenset[str]:
    """Intents that are not meant, however like their examples it sounds («сегодня не звоните», «нам нужно больше
    звонков»)."""
    return frozenset(rule.intent for rule in _rules() if rule.denies(text))


def hard_rules(text: str) -> tuple[IntentMatch, ...]:
    """Rules that apply to normalized text, in the order of their weight."""
    return tuple(match for rule in _rules() if (match := rule.match(text)))


@lru_cache(maxsize=1)
def _rules() -> tuple[Rule, ...]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only here

    data = YAML(typ="safe", pure=True).load(_FILE.read_text(encoding="utf-8"))
    parts: dict[str, str] = data.pop("parts")

    def compiled(patterns: list[str]) -> re.Pattern[str] | None:
        joined = "|".join(f"(?:{pattern})" for pattern in patterns)
        for name, part in parts.items():
            joined = joined.replace(f"${name}", part)
        return re.compile(joined) if patterns else None

    rules = (
        (name, compiled(raw["any"]), compiled(raw.get("unless", [])), compiled(raw.get("never", [])))
        for name, raw in data.items()
    )
    return tuple(Rule(name, found, unless, never) for name, found, unless, never in rules if found is not None)
