"""One decoding for several who await it: a glance at the words so far, and the end of the utterance right after it.

Belongs to one event loop. The decoding begins when the first of them awaits, and is cancelled when the last one goes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from robot.speech.base import Transcript


class SharedWords:
    """start: begins the decoding; called again when everybody had gone before it was done and somebody comes back."""

    def __init__(self, start: Callable[[], Coroutine[Any, Any, Transcript]]) -> None:
        self._start = start
        self._decoding: asyncio.Task[Transcript] | None = None
        self._waiting = 0

    async def words(self) -> Transcript:
        """Raises what the decoding raised, to each who awaits."""
        if self._decoding is None or self._decoding.cancelled():
            self._decoding = asyncio.create_task(self._start())
        decoding = self._decoding
        self._waiting += 1
        try:
            return await asyncio.shield(decoding)
        finally:
            self._waiting -= 1
            if not self._waiting and not decoding.done():
                self._decoding = None
                decoding.cancel()
