"""An understanding that remembers: a pause and the end of the turn after it ask for the meaning of the same words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from scripts_dialog.meaning import Meaning, Understands

MOST = 256
"""Utterances: those of the calls under way."""


class Remembering:
    """`Understands` over another one."""

    def __init__(self, inner: Understands, most: int | None = MOST) -> None:
        """most: utterances remembered; None: all of them."""
        self._inner = inner
        self._meaning = lru_cache(maxsize=most)(self._understand)

    def understand(self, text: str, *, expected: Sequence[str] = (), also: Sequence[str] = ()) -> Meaning:
        return self._meaning(text, tuple(expected), tuple(also))

    def examples(self, intents: Sequence[str]) -> tuple[str, ...]:
        return self._inner.examples(intents)

    def implied(self, intent: str) -> str | None:
        return self._inner.implied(intent)

    def _understand(self, text: str, expected: tuple[str, ...], also: tuple[str, ...]) -> Meaning:
        return self._inner.understand(text, expected=expected, also=also)
