"""Pauses and emphasis: how they are written in a text, and where they are in the words that come out of it.

    Здравствуйте! [пауза 300мс] Предложение *очень* короткое.

`[пауза]` is 400 ms, `[пауза 1с]` a second; English `[pause 300ms]` is the same. The words between two stars are
stressed. The plain text has neither, so a voice that cannot do it simply speaks on. An ellipsis stays in the text, as
every voice slows down at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

PAUSE_MS = 400
MAX_PAUSE_MS = 5000

_MARK = re.compile(
    r"\[\s*(?:пауза|pause)(?:\s+(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>мс|ms|сек|с|s))?\s*\]|(?P<star>\*)",
    re.IGNORECASE,
)
_MILLISECONDS = {"мс": 1, "ms": 1, "с": 1000, "сек": 1000, "s": 1000}
_SURPLUS = (
    re.compile(r"(?<=\s)\s+"),
    re.compile(r"\s+(?=[,.!?:;])"),
    re.compile(r",+(?=[,.!?:;])"),
    re.compile(r"^\s+|\s+$"),
)
"""What an absent value or a mark leaves behind, in the order in which it is removed."""


class MarkError(ValueError):
    """The text has a bracket or a star that marks nothing."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence of `ms` milliseconds before the character `at` of the plain text."""

    at: int
    ms: int


@dataclass(frozen=True, slots=True)
class Emphasis:
    """The characters [start, end) of the plain text are stressed."""

    start: int
    end: int


Mark = Pause | Emphasis


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words ready to be said: `text` is plain, `marks` are in the order of the text."""

    text: str
    marks: tuple[Mark, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words to be spoken in one go, and the silence after them."""

    text: str
    pause_ms: int = 0


def stretches(text: str, marks: Iterable[Mark]) -> tuple[Stretch, ...]:
    """The text cut at its pauses, in order. A pause before the first word opens with an empty stretch; pauses that meet
    are one long one."""
    cut: list[Stretch] = []
    start = 0
    for mark in marks:
        if not isinstance(mark, Pause):
            continue
        words = text[start : mark.at].strip()
        start = mark.at
        if words or not cut:
            cut.append(Stretch(words, mark.ms))
        else:
            cut[-1] = replace(cut[-1], pause_ms=cut[-1].pause_ms + mark.ms)
    rest = text[start:].strip()
    return (*cut, Stretch(rest)) if rest or not cut else tuple(cut)


@dataclass(frozen=True, slots=True)
class Star:
    """Where emphasis begins or ends, in a parsed template."""


def split(text: str) -> list[str | Pause | Star]:
    """Plain parts and marks in order; the `at` of a pause is not known yet. Raises MarkError."""
    parts: list[str | Pause | Star] = []
    end = 0
    for match in _MARK.finditer(text):
        parts.append(_plain(text[end : match.start()]))
        parts.append(Star() if match["star"] else Pause(0, _milliseconds(match["number"], match["unit"])))
        end = match.end()
    parts.append(_plain(text[end:]))
    return [part for part in parts if part != ""]


def join(parts: Iterable[str | Pause | Star]) -> Spoken:
    """Put parts together and tidy up what absent values leave behind: double spaces, hanging commas."""
    text, marks, opened = "", list[Mark](), -1
    for part in parts:
        match part:
            case Pause():
                marks.append(replace(part, at=len(text)))
            case Star() if opened < 0:
                opened = len(text)
            case Star():
                marks.append(Emphasis(opened, len(text)))
                opened = -1
            case str():
                text += part
    for surplus in _SURPLUS:
        marks = [_moved(mark, surplus, text) for mark in marks]
        text = surplus.sub("", text)
    kept = [mark for mark in marks if isinstance(mark, Pause) or text[mark.start : mark.end].strip()]
    return Spoken(text, tuple(sorted(kept, key=lambda mark: mark.at if isinstance(mark, Pause) else mark.start)))


def _moved(mark: Mark, surplus: re.Pattern[str], text: str) -> Mark:
    def moved(at: int) -> int:
        return at - sum(max(0, min(at, cut.end()) - cut.start()) for cut in surplus.finditer(text))

    if isinstance(mark, Pause):
        return replace(mark, at=moved(mark.at))
    return Emphasis(moved(mark.start), moved(mark.end))


def _plain(text: str) -> str:
    if "[" in text or "]" in text:
        raise MarkError(text)
    return text


def _milliseconds(number: str | None, unit: str | None) -> int:
    if number is None or unit is None:
        return PAUSE_MS
    milliseconds = round(float(number.replace(",", ".")) * _MILLISECONDS[unit.lower()])
    if not 0 < milliseconds <= MAX_PAUSE_MS:
        raise MarkError(f"{number}{unit}")
    return milliseconds
