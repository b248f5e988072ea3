"""What a client actually heard of a phrase that was cut off."""

from __future__ import annotations

import re

CLAUSE = 3.0
"""How many letters long the pause after a comma is."""
SENTENCE = 6.0
DIGIT = 5.0
"""A digit is a word when it is spoken: "7" takes as long as "семь"."""
TAIL_MS = 60
"""Less than this is missing from the end: the voice had finished."""

_WORD = re.compile(r"\S+")


def heard_text(text: str, played_ms: int | None, length_ms: int | None) -> str:
    """The words of `text` that were spoken to their ends when `played_ms` of its `length_ms` had been played. The whole
    text where nothing is known of a cut. Time runs evenly over letters and the pauses between clauses: a word more or
    less at the cut."""
    if played_ms is None or length_ms is None or played_ms >= length_ms - TAIL_MS:
        return text
    words = list(_WORD.finditer(text))
    lengths = [_length(word.group()) for word in words]
    pauses = [_pause(word.group()) for word in words]
    whole = sum(lengths) + sum(pauses[:-1])
    reached, end = whole * played_ms / length_ms, 0
    for word, length, pause in zip(words, lengths, pauses, strict=True):
        if length > reached:
            break
        end, reached = word.end(), reached - length - pause
    return text[:end]


def _length(word: str) -> float:
    return sum(DIGIT if sign.isdigit() else 1.0 if sign.isalpha() else 0.0 for sign in word)


def _pause(word: str) -> float:
    """After a word; a dash stands alone and is a pause itself."""
    last = word.rstrip('»")”')[-1:]
    if last in ".!?…":
        return SENTENCE
    return CLAUSE if last in ",;:—–" else 0.0
