"""Looking at the words of a pause: has the client finished?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from robot.calls.ear import Ear
from robot.calls.turns import Utterance
from robot.speech.errors import RecognitionFailed
from robot.speech.guards import normalized

LEAST_AGAIN_MS = 200
"""After sound in which no word was heard: it may be the beginning of one."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """The words of an utterance, and where it had them first."""

    from_ms: int
    words: str
    to_ms: int


class Glances:
    """Of one call. judge: words -> how much quiet ends the turn, in milliseconds. delay: seconds to let a pause grow
    first. One look at a time: `look` at a pause, `drop` when speech goes on, `leave` when it is over: then the look
    goes on for whoever ends the utterance."""

    def __init__(self, ear: Ear, judge: Callable[[str], int], delay: Callable[[], float]) -> None:
        self._ear = ear
        self._judge = judge
        self._delay = delay
        self._looking: asyncio.Task[None] | None = None
        self._seen: _Seen | None = None

    def look(self) -> None:
        self.drop()
        self._looking = asyncio.create_task(self._look())

    def drop(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def leave(self) -> None:
        self._looking = None

    async def _look(self) -> None:
        where = self._ear.utterance
        if (delay_s := self._delay()) > 0:
            self._ear.look_later(round(1000 * delay_s))
            await asyncio.sleep(delay_s)
        try:
            words = await self._ear.recognition.glance()
        except RecognitionFailed:
            return  # the whole utterance will fail too, and that is told
        if self._looking is asyncio.current_task():
            self._ear.wait(self._quiet_ms(words.text, where))

    def _quiet_ms(self, text: str, where: Utterance) -> int:
        """A breath or a noise after the words does not begin the pause anew: the words had been waited for already."""
        quiet_ms = self._judge(text)
        seen = _Seen(where.from_ms, normalized(text), where.to_ms)
        before = self._seen
        if before is None or not seen.words or (before.from_ms, before.words) != (seen.from_ms, seen.words):
            self._seen = seen
            return quiet_ms
        return max(min(quiet_ms, LEAST_AGAIN_MS), quiet_ms - (seen.to_ms - before.to_ms))
