"""A call that is no telephone's: whoever holds it feeds what is heard and carries away what is said, on the line's own
clock. Of a browser's microphone, for one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from uuid import UUID

from telephony.audio import BYTES_PER_MS
from telephony.base import Ended, EndedBy, Frame
from telephony.clock import ticks
from telephony.frames import FrameQueue
from telephony.playback import OutgoingAudio, Playback

MOST_HEARD_MS = 400
"""What has piled up beyond this is late: a talk goes on without it."""
DIGITS = frozenset("0123456789*#")


class HandFedCall:
    """`telephony.base.Call`. `carry` it from the answer on."""

    def __init__(self, call_id: UUID) -> None:
        self._call_id = call_id
        self._outgoing = OutgoingAudio()
        self._heard = bytearray()
        self._digits = ""
        self._frames = FrameQueue()

    @property
    def call_id(self) -> UUID:
        return self._call_id

    @property
    def ended(self) -> Ended | None:
        return self._frames.ended

    def frames(self) -> AsyncIterator[Frame]:
        return aiter(self._frames)

    def play(self, pcm: bytes) -> Playback:
        return self._outgoing.play(pcm)

    async def hang_up(self) -> None:
        self.end(EndedBy.ROBOT)

    def end(self, by: EndedBy) -> None:
        """The first reason stays. Idempotent."""
        self._frames.end(Ended(by, "normal_clearing"))

    def hear(self, pcm: bytes) -> None:
        """8 kHz PCM of any length."""
        self._heard += pcm
        late = len(self._heard) - MOST_HEARD_MS * BYTES_PER_MS
        if late > 0:
            del self._heard[: late + late % 2]

    def press(self, digits: str) -> None:
        """Keys of the telephone; others are no keys."""
        self._digits += "".join(digit for digit in digits if digit in DIGITS)

    async def carry(self, away: Callable[[bytes], None]) -> None:
        """Until the call ends. away: is given the 20 ms that are said, at each tick; returns at once."""
        async for tick in ticks():
            if self.ended is not None:
                return
            said = self._outgoing.next_frame()
            whole = len(self._heard) - len(self._heard) % 2
            heard, self._heard = bytes(self._heard[:whole]), self._heard[whole:]
            digits, self._digits = self._digits, ""
            self._frames.put(Frame(tick.at_s, heard, said, digits))
            away(said)
