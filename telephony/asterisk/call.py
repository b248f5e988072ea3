"""An answered call on the Asterisk line: the handler of one audio connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID

from telephony.asterisk.audio_server import AudioLink, LinkEnd
from telephony.asterisk.causes import ended_by_peer
from telephony.audio import FRAME_MS
from telephony.base import Ended, EndedBy, Frame
from telephony.comfort import ComfortNoise
from telephony.frames import FrameQueue
from telephony.playback import OutgoingAudio, Playback

CAUSE_WAIT_S = 2.0  # AMI tells the cause a moment before or after the audio ends, but we may read it late
UNREAD_LIMIT_FRAMES = 60_000 // FRAME_MS


class AsteriskCall:
    """Begins as a ringing one without audio; `on_start` makes it answered. on_answered, on_ended: for the line."""

    def __init__(self, call_id: UUID, on_answered: Callable[[], None], on_ended: Callable[[], None]) -> None:
        self._call_id = call_id
        self._on_answered = on_answered
        self._on_ended = on_ended
        self._outgoing = OutgoingAudio(ComfortNoise(call_id.int).frame)
        self._frames = FrameQueue()
        self._link: AudioLink | None = None
        self._cause: int | None = None
        self._waiting_for_cause: asyncio.TimerHandle | None = None
        self._settled = asyncio.Event()

    @property
    def call_id(self) -> UUID:
        return self._call_id

    @property
    def answered(self) -> bool:
        return self._link is not None

    @property
    def ended(self) -> Ended | None:
        return self._frames.ended

    def frames(self) -> AsyncIterator[Frame]:
        return aiter(self._frames)

    def play(self, pcm: bytes) -> Playback:
        playback = self._outgoing.play(pcm)
        if self.ended is not None:
            playback.stop()
        return playback

    async def hang_up(self) -> None:
        if self._waiting_for_cause is not None:  # the client was faster; who ended it will be known in a moment
            await self._settled.wait()
        self._finish(Ended(EndedBy.ROBOT, "normal_clearing"))

    def abandon(self, cause: str) -> None:
        """The line gives the call up: it is closing, or the call cannot go on."""
        self._finish(Ended(EndedBy.LINE, cause))

    def hung_up(self, cause: int) -> None:
        """AMI: the channel has gone, for this Q.850 cause."""
        self._cause = cause
        if self._waiting_for_cause is not None:
            self._settle()

    # AudioHandler

    def on_start(self, link: AudioLink) -> None:
        self._link = link
        self._on_answered()

    def on_tick(self, at_s: float, heard: bytes, digits: str) -> bytes | None:
        if len(self._frames) >= UNREAD_LIMIT_FRAMES:
            self._finish(Ended(EndedBy.LINE, "nobody_listens"))
            return None
        said = self._outgoing.next_frame()
        self._frames.put(Frame(at_s, heard, said, digits))
        return said

    def on_end(self, _end: LinkEnd, /) -> None:
        if self.ended is not None:
            return
        if self._cause is not None:
            self._settle()
        else:
            self._waiting_for_cause = asyncio.get_running_loop().call_later(CAUSE_WAIT_S, self._settle)

    def _settle(self) -> None:
        self._finish(ended_by_peer(self._cause))

    def _finish(self, ended: Ended) -> None:
        if not self._frames.end(ended):
            return
        self._settled.set()
        if self._waiting_for_cause is not None:
            self._waiting_for_cause.cancel()
            self._waiting_for_cause = None
        if self._link is not None:
            self._link.hang_up()
        self._on_ended()
