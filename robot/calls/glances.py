"""Looking at the words of a pause: has the client finished?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from robot.calls.ear import Ear
from robot.speech.errors import RecognitionFailed


class Glances:
    """Of one call. judge: words -> how much quiet ends the turn, in milliseconds. delay: seconds to let a pause grow
    first. One look at a time: `look` at a pause, `drop` when speech goes on, `leave` when it is over: then the look
    goes on for whoever ends the utterance."""

    def __init__(self, ear: Ear, judge: Callable[[str], int], delay: Callable[[], float]) -> None:
        self._ear = ear
        self._judge = judge
        self._delay = delay
        self._looking: asyncio.Task[None] | None = None

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
        if (delay_s := self._delay()) > 0:
            await asyncio.sleep(delay_s)
        try:
            words = await self._ear.recognition.glance()
        except RecognitionFailed:
            return  # the whole utterance will fail too, and that is told
        if self._looking is asyncio.current_task():
            self._ear.wait(self._judge(words.text))
