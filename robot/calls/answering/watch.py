"""The watch over the first seconds of a call: hands sound and words to `Answering` as they come.

A recognizer that streams is asked for its words so far; one that does not takes a glance at the utterance under way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from robot.calls.answering.machine import Answering, Move
from robot.calls.answering.verdict import Heard, Verdict
from robot.calls.ear import Ear
from robot.calls.turns import Utterance
from robot.calls.utterances import Place, Words
from robot.speech.base import Transcript
from robot.speech.errors import RecognitionFailed
from telephony.base import Frame


class AnswerWatch:
    """Of one call. Call `step` after the ear has heard the frame."""

    def __init__(self, ear: Ear, answering: Answering | None = None) -> None:
        self._ear = ear
        self._answering = answering or Answering()
        self._looks: set[asyncio.Task[None]] = set()

    @property
    def verdict(self) -> Verdict:
        return self._answering.verdict

    def step(self, frame: Frame, at_ms: int, *, opening: bool) -> Move:
        """opening: the robot has not spoken yet."""
        utterance = self._ear.utterance if self._ear.in_speech else None
        move = self._answering.step(at_ms, frame.heard, utterance)
        if utterance is not None and move is not Move.LEAVE and self._answering.wants_words(at_ms):
            self._look(utterance, opening=opening)
        return move

    def heard(self, words: Words) -> None:
        """An utterance is over and recognized."""
        where, opening = words.where, words.place is Place.OPENING
        self._answering.words(Heard(words.transcript.text, where.from_ms, where.to_ms, opening=opening))

    def cancel(self) -> None:
        for look in self._looks:
            look.cancel()

    def _look(self, utterance: Utterance, *, opening: bool) -> None:
        if partial := self._ear.recognition.partial:
            self._take(partial, utterance, opening=opening)
            return
        words = self._ear.recognition.glance()
        look = asyncio.create_task(self._recognize(words, utterance, opening=opening))
        self._looks.add(look)
        look.add_done_callback(self._looks.discard)

    async def _recognize(self, words: Coroutine[Any, Any, Transcript], utterance: Utterance, *, opening: bool) -> None:
        try:
            transcript = await words
        except RecognitionFailed:
            return  # the whole utterance will fail too, and that is told
        self._take(transcript.text, utterance, opening=opening)

    def _take(self, text: str, utterance: Utterance, *, opening: bool) -> None:
        self._answering.words(Heard(text, utterance.from_ms, utterance.to_ms, final=False, opening=opening))
