"""What a call hears, from whoever brings it to whoever listens, until the call has ended."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from telephony.base import Ended, Frame


class FrameQueue:
    """One writer, one reader. ended: None while frames may come."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()
        self._news = asyncio.Event()
        self.ended: Ended | None = None

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frame: Frame) -> None:
        self._frames.append(frame)
        self._news.set()

    def end(self, ended: Ended) -> bool:
        """The first reason stays; False for a later one. What was put before is still read."""
        if self.ended is not None:
            return False
        self.ended = ended
        self._news.set()
        return True

    async def __aiter__(self) -> AsyncIterator[Frame]:
        while True:
            while self._frames:
                yield self._frames.popleft()
            if self.ended is not None:
                return
            self._news.clear()
            await self._news.wait()
