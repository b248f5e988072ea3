"""Cues: words that nearly always mean an intent. Compared by dictionary form, so endings may be lost or wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts_dialog.model import Intent
from scripts_dialog.understanding.text import lemma, normalize

_NEGATION = {"не", "ни", "нет"}
_STEM = 3
"""Cues that begin with a starred word are filed under its first letters; stems are longer than that."""


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
        self._by_first: dict[str, list[_Cue]] = {}
        for name, intent in intents.items():
            for written in intent.cues:
                words = tuple(_words(written))
                if not words:
                    continue
                cue = _Cue(name, words, tuple(lemma(word) for word in words))
                first = words[0][:_STEM] if words[0].endswith("*") else ""
                for key in {first} if first else {words[0], cue.forms[0]}:
                    self._by_first.setdefault(key, []).append(cue)

    def find(self, tokens: Sequence[str], forms: Sequence[str]) -> dict[str, str]:
        """Intent -> the words that mean it. A cue right after a negation does not count, unless it begins with one."""
        found: dict[str, str] = {}
        for start, (token, form) in enumerate(zip(tokens, forms, strict=True)):
            negated = start > 0 and tokens[start - 1] in _NEGATION
            for key in {token, form, token[:_STEM]}:
                for cue in self._by_first.get(key, ()):
                    end = start + len(cue.words)
                    refused = negated and cue.words[0] not in _NEGATION
                    if end <= len(tokens) and not refused and cue.at(tokens, forms, start):
                        words = " ".join(tokens[start:end])
                        if len(words) > len(found.get(cue.intent, "")):
                            found[cue.intent] = words
        return found


def _words(written: str) -> list[str]:
    return [word if word.endswith("*") else normalize(word) for word in written.lower().replace("ё", "е").split()]
