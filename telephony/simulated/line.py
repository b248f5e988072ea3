"""The simulated exchange as a line: it rings the people of a directory and joins them to the robot, in this process,
on the event loop's own time, so that it runs in real time and on a virtual clock."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from telephony.base import Call, CallSpec, Ended, EndedBy, Incoming, LineHealth, TakeCall
from telephony.callers import caller_number
from telephony.errors import Busy, Congestion, DialError, LineDown, NoAnswer, Rejected, UnknownNumber, UnsafeValue
from telephony.safety import checked
from telephony.simulated.call import SimulatedCall
from telephony.simulated.condition import Condition
from telephony.simulated.recording import ClientRecording
from telephony.simulated.subscriber import Directory, PickUp, Ringing, Said, Subscriber

_START_WAIT_S = 5.0
_REFUSALS: dict[PickUp, type[DialError]] = {
    PickUp.BUSY: Busy,
    PickUp.NO_ANSWER: NoAnswer,
    PickUp.REJECT: Rejected,
    PickUp.UNKNOWN_NUMBER: UnknownNumber,
    PickUp.CONGESTION: Congestion,
    PickUp.FORBIDDEN: Congestion,
}


@dataclass(frozen=True, slots=True)
class SimulatedLineSettings:
    """channels: calls at once, ringing ones included; one more gets Congestion. noise_rms: of 32768, on the wire.
    record_dir: where the client's side of every call is kept as <call_id>.wav; None keeps nothing."""

    channels: int = 100
    noise_rms: float = 20.0
    alaw: bool = True
    record_dir: Path | None = None


class SimulatedLine:
    """`telephony.base.Line` and `Receives`. on_lateness hears of every tick how late it was, in seconds."""

    name = "simulated"

    def __init__(
        self,
        directory: Directory,
        settings: SimulatedLineSettings | None = None,
        *,
        on_lateness: Callable[[float], None] = lambda _late_s: None,
    ) -> None:
        self._directory = directory
        self._settings = settings or SimulatedLineSettings()
        self._on_lateness = on_lateness
        self._up = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None
        self._ringing: dict[UUID, asyncio.Event] = {}
        self._calls: dict[UUID, SimulatedCall] = {}
        self._take: TakeCall | None = None
        self._came_in: set[UUID] = set()
        self._at_most = 0

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as self._tasks:
                self._up.set()
                await asyncio.Event().wait()
        finally:
            self._up.clear()
            self._tasks = None
            for call_id in [*self._ringing, *self._calls]:
                self._take_down(call_id, Ended(EndedBy.LINE, "line_stopped"))
            self._calls.clear()

    async def dial(self, spec: CallSpec) -> Call:
        checked(spec)
        try:
            async with asyncio.timeout(_START_WAIT_S):
                await self._up.wait()
        except TimeoutError as error:
            raise LineDown("the simulated exchange does not run", remedy="Start the line before dialing.") from error
        if spec.call_id in self._ringing or spec.call_id in self._calls:
            raise UnsafeValue("a call with this id is under way already")
        if len(self._ringing) + len(self._calls) >= self._settings.channels:
            raise Congestion(f"all {self._settings.channels} channels are taken")
        subscriber = self._directory.subscriber(spec.number)
        await self._ring(spec, subscriber.ringing)
        return self._join(spec, subscriber)

    def on_call(self, take: TakeCall, *, at_most: int) -> Callable[[], None]:
        if self._take is not None:
            raise ValueError("somebody takes the calls of this line already")
        self._take, self._at_most = take, at_most

        def stop() -> None:
            if self._take is take:
                self._take = None

        return stop

    async def ring(self, number: str, *, dialed: str = "", caller: str | None = None) -> Call:
        """The person at `number` rings in; returns the robot's end of the call when he is answered. caller: what he
        shows, his own number by default. Raises Busy, as he hears it, and LineDown."""
        if self._tasks is None:
            raise LineDown("the simulated exchange does not run", remedy="Start the line before ringing in.")
        if self._take is None or len(self._came_in) >= self._at_most:
            raise Busy("nobody takes the call")
        spec = CallSpec(uuid4(), number)
        call = self._join(spec, self._directory.subscriber(number))
        self._came_in.add(spec.call_id)
        self._take(Incoming(call, caller_number(number if caller is None else caller), dialed))
        return call

    def _join(self, spec: CallSpec, subscriber: Subscriber) -> SimulatedCall:
        """An answered call, carried from now on."""
        if self._tasks is None:
            raise LineDown("the simulated exchange was stopped")
        call = SimulatedCall(spec, subscriber, self._condition(spec), self._recording(spec))
        self._calls[spec.call_id] = call
        self._tasks.create_task(self._carry(call), name=f"call {spec.call_id}")
        return call

    async def live_calls(self) -> frozenset[UUID]:
        return frozenset([*self._ringing, *(call_id for call_id, call in self._calls.items() if call.ended is None)])

    async def end_call(self, call_id: UUID) -> None:
        self._take_down(call_id, Ended(EndedBy.ROBOT, "normal_clearing"))

    async def health(self) -> LineHealth:
        if not self._up.is_set():
            return LineHealth(ok=False, detail="the simulated exchange does not run")
        return LineHealth(ok=True)

    def told(self, to: UUID | str, said: Said) -> None:
        """Give the meaning of the phrase the robot begins to play, by call id or to whoever is on the line at a number.
        Harmless when the call has gone."""
        for call in list(self._calls.values()):
            if to in (call.call_id, call.number):
                call.told(said)

    async def _ring(self, spec: CallSpec, ringing: Ringing) -> None:
        """Return when it is answered."""
        taken_down = self._ringing[spec.call_id] = asyncio.Event()
        then, after_s = ringing.then, ringing.after_s
        if then is PickUp.NO_ANSWER or after_s > spec.ring_timeout_s:
            then, after_s = PickUp.NO_ANSWER, spec.ring_timeout_s
        try:
            async with asyncio.timeout(after_s):
                await taken_down.wait()
        except TimeoutError:
            if (refusal := _REFUSALS.get(then)) is not None:
                raise refusal(f"the simulated subscriber: {then}") from None
            return
        finally:
            del self._ringing[spec.call_id]
        if not self._up.is_set():
            raise LineDown("the simulated exchange was stopped while it rang")
        raise DialError("the call was taken down while it rang")

    async def _carry(self, call: SimulatedCall) -> None:
        try:
            await call.carry(self._on_lateness)
        finally:
            self._calls.pop(call.call_id, None)
            self._came_in.discard(call.call_id)
            call.end(Ended(EndedBy.LINE, "line_stopped"))

    def _take_down(self, call_id: UUID, ended: Ended) -> None:
        if (ringing := self._ringing.get(call_id)) is not None:
            ringing.set()
        if (call := self._calls.get(call_id)) is not None:
            call.end(ended)

    def _condition(self, spec: CallSpec) -> Condition:
        seed = zlib.crc32(spec.number.encode())
        return Condition(noise_rms=self._settings.noise_rms, alaw=self._settings.alaw, seed=seed)

    def _recording(self, spec: CallSpec) -> ClientRecording | None:
        folder = self._settings.record_dir
        return ClientRecording(folder / f"{spec.call_id}.wav") if folder is not None else None
