"""Hearing the recordings of ended calls a second time, with a more accurate recognizer, and marking where it disagrees.

Pure but for the ports: the caller says when to stop, who recognizes, and what the words mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from uuid import UUID

from robot.calls.recordings import RecordingUnreadable, Sides, read
from robot.domain.calls import HeardWord, Turn
from robot.speech.base import Word
from robot.speech.errors import RecognitionFailed
from telephony.audio import SAMPLE_RATE_HZ

BEFORE_MS, AFTER_MS = 300, 400
"""Heard beside an utterance: what a detector of speech cut off its edges is often why it was misheard."""
MOST_MS = 28_000
"""A recognizer's window."""
WORD_ERRORS = 0.5
"""Above this share of other words the hearings disagree."""


class Disagreement(StrEnum):
    NONE = ""
    WORDS = "words"
    """Other words, as far as can be told of the same meaning."""
    MEANING = "meaning"
    """The script would have understood something else."""


@dataclass(frozen=True, slots=True)
class TurnReview:
    """What was heard the second time of the turn with this number. word_errors: share of the longer text's words."""

    number: int
    text: str
    confidence: float
    intent: str
    word_errors: float
    disagrees: Disagreement


@dataclass(frozen=True, slots=True)
class CallReview:
    """problem: why there are no turns ("recording_unreadable", "recognition_failed"), "" when all is well. words: where
    those lie that the robot had heard, by the turn's number, of turns whose engine had not timed them; they belong to
    the turns, not to the review."""

    engine: str
    reviewed_at: datetime
    turns: Sequence[TurnReview] = ()
    problem: str = ""
    words: Mapping[int, tuple[HeardWord, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unreviewed:
    """A call that waits. recording: relative to the data directory."""

    id: UUID
    recording: str
    script: str
    script_version: str
    turns: Sequence[Turn]


class Reviews(Protocol):
    async def waiting(self, *, since: datetime | None, limit: int) -> Sequence[Unreviewed]:
        """Ended calls with a recording that were not reviewed, newest first."""
        ...

    async def keep(self, call: UUID, review: CallReview) -> None:
        """An earlier review of this call is replaced."""
        ...

    async def of(self, call: UUID) -> CallReview | None: ...

    async def calls_under_way(self, now: datetime) -> int:
        """On all nodes."""
        ...


class Hearing(Protocol):
    """A recognizer that has time. May be slow: used in a thread or a process of its own."""

    @property
    def name(self) -> str: ...

    def hear(self, pcm: bytes, answers: Sequence[str]) -> tuple[str, float]:
        """Text and confidence (0..1) of one utterance, 8 kHz PCM. answers: expected there, best first. Raises
        RecognitionFailed."""
        ...

    def align(self, pcm: bytes, text: str) -> Sequence[Word]:
        """Where the words of a text lie in an utterance. Raises RecognitionFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the script makes of words said at a phrase."""

    intent: str
    answers: Sequence[str] = ()


Understand = Callable[[Unreviewed, Turn, str], Meaning | None]
"""None where it cannot be told: the script is not there, or has changed since the call."""


def review(
    call: Unreviewed,
    data: Path,
    hearing: Hearing,
    understand: Understand,
    *,
    now: datetime,
    stop: Callable[[], bool] = lambda: False,
) -> CallReview | None:
    """Hear every utterance of the client again. Blocking, up to seconds an utterance. data: the folder that the stored
    paths of recordings are relative to. None when `stop` told so between two utterances."""
    try:
        sides = read(data / call.recording)
    except RecordingUnreadable as error:
        return CallReview(hearing.name, now, problem=error.code)
    found, words = [], {}
    for turn in call.turns:
        if turn.heard_from_ms is None or turn.heard_to_ms is None:
            continue
        if stop():
            return None
        pcm = _utterance(sides, turn.heard_from_ms, turn.heard_to_ms)
        before = understand(call, turn, turn.heard)
        try:
            text, confidence = hearing.hear(pcm, before.answers if before else ())
            if turn.heard and not turn.words:
                words[turn.number] = _timed(hearing.align(pcm, turn.heard), max(0, turn.heard_from_ms - BEFORE_MS))
        except RecognitionFailed as error:
            return CallReview(hearing.name, now, problem=error.code)
        after = understand(call, turn, text)
        found.append(compared(turn, text, confidence, before, after))
    return CallReview(hearing.name, now, found, words=words)


def _timed(words: Sequence[Word], from_ms: int) -> tuple[HeardWord, ...]:
    """In the time of the call."""
    return tuple(
        HeardWord(word.text, from_ms + word.from_ms, from_ms + word.to_ms, round(word.confidence, 3)) for word in words
    )


def compared(turn: Turn, text: str, confidence: float, before: Meaning | None, after: Meaning | None) -> TurnReview:
    errors = word_errors(turn.heard, text)
    disagrees = Disagreement.WORDS if errors > WORD_ERRORS else Disagreement.NONE
    if before is not None and after is not None and before.intent != after.intent:
        disagrees = Disagreement.MEANING
    return TurnReview(turn.number, text, confidence, after.intent if after else "", errors, disagrees)


def word_errors(one: str, other: str) -> float:
    """Words to insert, delete or replace, as a share of the longer text's: 0 for equal texts, 1 for other ones."""
    first, second = _words(one), _words(other)
    if not first and not second:
        return 0.0
    row = list(range(len(second) + 1))
    for number, word in enumerate(first, 1):
        diagonal, row[0] = row[0], number
        for place, told in enumerate(second, 1):
            diagonal, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, diagonal + (word != told))
    return row[-1] / max(len(first), len(second))


def _words(text: str) -> list[str]:
    kept = (sign if sign.isalnum() else " " for sign in text.lower().replace("ё", "е"))
    return "".join(kept).split()


def _utterance(sides: Sides, from_ms: int, to_ms: int) -> bytes:
    first = max(0, from_ms - BEFORE_MS)
    behind = min(to_ms + AFTER_MS, first + MOST_MS)
    per_ms = SAMPLE_RATE_HZ // 1000
    return sides.client[first * per_ms : behind * per_ms].astype("<i2").tobytes()
