"""Words as they come out of a recognizer, made comparable."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_JUNK = re.compile(r"[^\w\s@.,:;!?+-]+")
_WORD = re.compile(r"[\w@+]+(?:[.-][\w]+)*")
_TWICE = re.compile(r"\b(\w+)-\1\b")
MAX_CHARS = 600
"""Nobody says more in one turn; what is longer is noise and only costs time."""


def normalize(text: str) -> str:
    """Lower case, ё as е, one kind of space, no exotic punctuation."""
    return " ".join(_JUNK.sub(" ", text[:MAX_CHARS].lower().replace("ё", "е")).split())


def words(text: str) -> list[str]:
    """The words of a text, normalized and with immediate repetitions ("да да да", "не надо не надо") said once."""
    return undouble(_WORD.findall(_TWICE.sub(r"\1", normalize(text))))


def undouble(tokens: list[str]) -> list[str]:
    """Drop a run of up to four words that repeats the run just before it."""
    kept: list[str] = []
    for token in tokens:
        kept.append(token)
        for size in range(1, 5):
            if len(kept) >= 2 * size and kept[-size:] == kept[-2 * size : -size]:
                del kept[-size:]
                break
    return kept


@lru_cache(maxsize=1)
def analyzer() -> Any:
    from pymorphy3 import MorphAnalyzer  # noqa: PLC0415 - loads dictionaries

    return MorphAnalyzer(lang="ru")


@lru_cache(maxsize=50_000)
def lemma(word: str) -> str:
    """The dictionary form, ё as е; a word without Russian letters stays."""
    return str(analyzer().parse(word)[0].normal_form).replace("ё", "е")


def lemmas(tokens: list[str]) -> list[str]:
    return [lemma(token) for token in tokens]
