"""What was understood, and the port through which the engine asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class IntentMatch:
    """`confidence` is 0..1; `matched` are the words that decided, as an explanation; `hard` marks a hard rule."""

    intent: str
    confidence: float
    matched: str
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """Intents of one utterance, the weightiest first; empty when nothing was understood."""

    intents: tuple[IntentMatch, ...] = ()

    def find(self, intent: str) -> IntentMatch | None:
        return next((match for match in self.intents if match.intent == intent), None)


class Understands(Protocol):
    """Turns words into intents. Pure: equal words give equal intents."""

    def understand(self, text: str, *, expected: Sequence[str] = (), also: Sequence[str] = ()) -> Meaning:
        """`expected` are intents answered right here, `also` those answered anywhere; both empty means any intent."""
        ...

    def examples(self, intents: Sequence[str]) -> tuple[str, ...]:
        """A few typical sentences of these intents, for the recognizer."""
        ...

    def implied(self, intent: str) -> str | None:
        """The plainer intent that `intent` passes for."""
        ...
