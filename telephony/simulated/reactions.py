"""Which rule of a person answers what he was told, and which of its sentences comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from telephony.simulated.dice import Dice
from telephony.simulated.persona import Rule, plain
from telephony.simulated.subscriber import Said


class Reactions:
    """The memory of one call: how often each rule answered, what was said already, what the robot repeated."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._used: Counter[str] = Counter()
        self._order: dict[tuple[str, ...], list[str]] = {}
        self._told: Counter[str] = Counter()

    def told(self, said: Said) -> int:
        """How often this very sentence has been said to him now."""
        text = plain(said.text)
        self._told[text] += 1
        return self._told[text]

    def after(self, rules: Sequence[Rule], heard: Sequence[Said]) -> Rule | None:
        """The answer to phrases heard to their end: the last one that means something to him counts. Nothing
        understood at all is a phrase without words."""
        for said in reversed(heard or [Said("", "")]):
            for rule in rules:
                if rule.during_s is None and self._may(rule) and rule.fits(said):
                    return rule
        return None

    def during(self, rules: Sequence[Rule], said: Said) -> Rule | None:
        """The rule that acts in the middle of this phrase."""
        for rule in rules:
            if rule.during_s is not None and self._may(rule) and rule.fits(said):
                return rule
        return None

    def use(self, rule: Rule) -> str:
        """Count it, and give the words: "" for silence."""
        self._used[rule.name] += 1
        return self.next_of(rule.name, rule.say)

    def next_of(self, purpose: str, sentences: tuple[str, ...]) -> str:
        """One of the sentences; the next time another one, until all have been said."""
        if not sentences:
            return ""
        left = self._order.setdefault(sentences, [])
        if not left:
            left.extend(sentences)
        choice = self._dice.one_of(f"words of {purpose}", left)
        left.remove(choice)
        return choice

    def _may(self, rule: Rule) -> bool:
        return rule.times is None or self._used[rule.name] < rule.times
