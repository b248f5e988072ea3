"""Short words that cover a wait: a client who hears nothing for a second says "алло?" and the talk begins to stumble.

They are rendered before the first dial like every other phrase, fit any gender of the robot, promise nothing, and none
comes twice in a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

AFTER_MS = 700
"""Of silence, counted from the end of the client's turn. What takes less needs no filler."""


class Wait(StrEnum):
    """What the client waits for."""

    CALENDAR = "calendar"
    """Free times are looked for, or one is being booked."""
    RENDERING = "rendering"
    """The words are known and not spoken yet."""
    THINKING = "thinking"
    """The answer is still being recognized or understood."""


FILLERS: Mapping[Wait, tuple[str, ...]] = {
    Wait.CALENDAR: (
        "Секунду, смотрю время…",
        "Так, сейчас посмотрю…",
        "Минутку, сверяюсь с календарём…",
    ),
    Wait.RENDERING: ("Так…", "Да, секунду…", "Сейчас…"),
    Wait.THINKING: ("Секунду…", "Так, минутку…", "Так…"),
}

FILLER_TEXTS: tuple[str, ...] = tuple(dict.fromkeys(text for texts in FILLERS.values() for text in texts))
"""All of them, to be rendered in advance."""


class Fillers:
    """Of one call: which one comes next. Two calls with different seeds begin with different ones."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._said = dict.fromkeys(Wait, 0)

    def next(self, wait: Wait) -> str:
        """The text to say while this is waited for."""
        texts = FILLERS[wait]
        number = self._seed + self._said[wait]
        self._said[wait] += 1
        return texts[number % len(texts)]
