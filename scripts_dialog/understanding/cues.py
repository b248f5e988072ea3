"""Cues: words that nearly always mean an intent. Compared by dictionary form, so endings may be lost or wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts_dialog.model import Intent
from scripts_dialog.understanding.text import lemma, normalize

_NEGATION = {"не", "ни", "нет"}


@dataclass(frozen=True, slots=True)
class _Cue:
    intent: str
    words: tuple[str, ...]
    forms: tuple[str, ...]

    def at(self, tokens: Sequence[str], forms: Sequence[str], start: int) -> bool:
        for offset, (word, form) in enumerate(zip(self.words, self.forms, strict=True)):
            token = tokens[start + offset]
            if word.endswith("*"):
                if not token.startswith(word[:-1]):
                    return False
            elif token != word and forms[start + offset] != form:
                return False
        return True


class Cues:
    """All cues of a set of intents, found by their first word."""

    def __init__(self, intents: Mapping[str, Intent]) -> None:
        self._cues: list[_Cue] = []
        for name, intent in intents.items():
            for written in intent.cues:
                words = tuple(_words(written))
                if words:
                    self._cues.append(_Cue(name, words, tuple(lemma(word) for word in words)))

    def find(self, tokens: Sequence[str], forms: Sequence[str]) -> dict[str, str]:
        """Intent -> the words that mean it. A cue right after a negation does not count, unless it begins with one."""
        found: dict[str, str] = {}
        for cue in self._cues:
            size = len(cue.words)
            for start in range(len(tokens) - size + 1):
                negated = start > 0 and tokens[start - 1] in _NEGATION and cue.words[0] not in _NEGATION
                if not negated and cue.at(tokens, forms, start):
                    words = " ".join(tokens[start : start + size])
                    if len(words) > len(found.get(cue.intent, "")):
                        found[cue.intent] = words
                    break
        return found


def _words(written: str) -> list[str]:
    return [word if word.endswith("*") else normalize(word) for word in written.lower().replace("ё", "е").split()]
