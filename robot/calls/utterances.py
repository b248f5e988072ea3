"""The utterances of the client: recognized off the loop, handed on in the order in which they were said."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

import structlog

from robot.calls.ear import Ear
from robot.calls.turns import Utterance
from robot.domain.calls import HeardWord
from robot.speech.base import Transcript
from robot.speech.errors import RecognitionFailed

log = structlog.get_logger(__name__)

LAST_WORDS_S = 3.0


class Place(Enum):
    """Where in the talk an utterance was said."""

    OPENING = auto()
    """On taking the phone, before the robot spoke."""
    ANSWER = auto()
    ASIDE = auto()
    """Under the robot's voice, without stopping it: the "yes, yes" of a listener."""


@dataclass(frozen=True, slots=True)
class Words:
    """One utterance recognized. took_s: from the end of the turn to its words. goes_on: it follows an answer so soon
    that it is the rest of it. timed: its words in the time of the call, where the engine times them."""

    transcript: Transcript
    where: Utterance
    place: Place
    took_s: float
    goes_on: bool = False
    timed: tuple[HeardWord, ...] = ()

    def since(self, before: Words) -> Words:
        """The same words, said from where the others began: these are in them."""
        return replace(self, where=Utterance(before.where.from_ms, self.where.to_ms))

    def after(self, before: Words | None) -> Words:
        """What was said in one breath with a pause in it, as one. A noise after words leaves the words as they were."""
        if before is None:
            return self
        if not self.transcript.text:
            return before
        text = f"{before.transcript.text} {self.transcript.text}".strip()
        confidence = min(before.transcript.confidence, self.transcript.confidence)
        where = Utterance(before.where.from_ms, self.where.to_ms)
        timed = (*before.timed, *self.timed)
        return replace(self, transcript=Transcript(text, confidence), where=where, timed=timed)


@dataclass(frozen=True, slots=True)
class _Audio:
    """What the recognizer was given of an utterance: from where in the call."""

    where: Utterance
    from_ms: int

    def timed(self, heard: Transcript) -> tuple[HeardWord, ...]:
        return tuple(
            HeardWord(word.text, self.from_ms + word.from_ms, self.from_ms + word.to_ms, round(word.confidence, 3))
            for word in heard.words
        )


class Utterances:
    """Of one call. `deliver` is called on the loop, once for every utterance, a wordless one included."""

    def __init__(self, ear: Ear, deliver: Callable[[Words], None]) -> None:
        self._ear = ear
        self._deliver = deliver
        self._under_way: set[asyncio.Task[None]] = set()
        self._last: asyncio.Task[None] | None = None

    def ended(self, place: Place) -> None:
        """The utterance at the ear is over."""
        words = self._ear.recognition.finish()
        audio = _Audio(self._ear.utterance, self._ear.accepted_from_ms)
        task = asyncio.create_task(self._recognize(words, audio, place, self._last))
        self._last = task
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def last_words(self) -> None:
        """The call has ended: what was being said still counts, and what is being recognized is waited for a moment."""
        if self._ear.in_speech:
            self.ended(Place.ANSWER)
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_WORDS_S)

    def cancel(self) -> None:
        for task in self._under_way:
            task.cancel()

    async def _recognize(
        self, words: Awaitable[Transcript], audio: _Audio, place: Place, before: asyncio.Task[None] | None
    ) -> None:
        began = time.monotonic()
        try:
            transcript = await words
        except RecognitionFailed as failure:
            log.warning("recognition_failed", error=str(failure))
            transcript = Transcript("", 0.0)
        took_s = time.monotonic() - began
        if before is not None:
            await asyncio.wait([before])
        self._deliver(Words(transcript, audio.where, place, took_s, timed=audio.timed(transcript)))
