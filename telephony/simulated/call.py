"""One answered call of the simulated exchange: two parties joined every 20 ms by the line's clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from uuid import UUID

from telephony.base import CallSpec, Ended, EndedBy, Frame
from telephony.clock import Tick, ticks
from telephony.frames import FrameQueue
from telephony.playback import OutgoingAudio, Playback
from telephony.simulated.condition import Condition
from telephony.simulated.recording import ClientRecording
from telephony.simulated.subscriber import Said, Subscriber

_NORMAL = "normal_clearing"


class SimulatedCall:
    """`telephony.base.Call`. The line carries it (`carry`) from the answer on."""

    def __init__(
        self, spec: CallSpec, subscriber: Subscriber, condition: Condition, recording: ClientRecording | None
    ) -> None:
        self.number = spec.number
        self._call_id = spec.call_id
        self._subscriber = subscriber
        self._condition = condition
        self._recording = recording
        self._outgoing = OutgoingAudio()
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
        self.end(Ended(EndedBy.ROBOT, _NORMAL))

    def end(self, ended: Ended) -> None:
        """End it for both sides; the first reason stays. Idempotent."""
        if self._frames.end(ended) and self._recording is not None:
            self._recording.close()

    def told(self, said: Said) -> None:
        """Pass a hint to the client, beside the audio."""
        self._subscriber.told(said)

    async def carry(self, on_lateness: Callable[[float], None]) -> None:
        """Pass sound both ways until the call ends."""
        if self._recording is not None:
            self._recording.open()
        async for tick in ticks():
            if self.ended is not None:
                return
            on_lateness(tick.late_s)
            self._exchange(tick)

    def _exchange(self, tick: Tick) -> None:
        said = self._outgoing.next_frame()
        heard_by_client = self._condition.carry(said)
        answer = self._subscriber.tick(tick.at_s, heard_by_client)
        if answer is None:
            self.end(Ended(EndedBy.CLIENT, _NORMAL))
            return
        if self._recording is not None:
            self._recording.add(answer, heard_by_client)
        self._frames.put(Frame(tick.at_s, self._condition.carry(answer), said))
