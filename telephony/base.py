"""The port of a telephone line: dial a number, get a call that carries audio both ways.

A call is a stream of ticks. Every 20 ms of the line's own clock it yields a `Frame` with what was heard since the last
tick and what was said in it, whether or not anything arrived: whoever converses needs no timer of its own, a recorder
gets both sides aligned, and a simulated line can run on a virtual clock.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID

from telephony.playback import Playback


@dataclass(frozen=True, slots=True)
class CallSpec:
    """One dial. `call_id` is ours and is the channel's id in the PBX too; numbers are E.164 with the plus, or, where
    `office` says so, an extension of the office's own exchange."""

    call_id: UUID
    number: str
    caller_id: str = ""
    caller_name: str = ""
    ring_timeout_s: float = 30.0
    office: bool = False


class EndedBy(StrEnum):
    CLIENT = "client"
    ROBOT = "robot"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended. `cause` is the Q.850 cause in words ("normal_clearing") or our own reason."""

    by: EndedBy
    cause: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What crossed the line in one tick.

    at_s: the loop's time of the tick. heard: 8 kHz PCM that arrived since the last tick, usually one frame of 320
    bytes, none or several when the network is uneven. said: the 320 bytes put on the wire. digits: DTMF received.
    """

    at_s: float
    heard: bytes
    said: bytes
    digits: str = ""


class Call(Protocol):
    """An answered call."""

    @property
    def call_id(self) -> UUID: ...

    @property
    def ended(self) -> Ended | None:
        """None while the call is up."""
        ...

    def frames(self) -> AsyncIterator[Frame]:
        """Ticks until the call ends. Iterate once. A slow consumer never delays the wire: ticks wait for it."""
        ...

    def play(self, pcm: bytes) -> Playback:
        """Say 8 kHz PCM after what is being said already. Returns at once."""
        ...

    async def hang_up(self) -> None:
        """End the call for both sides. Idempotent; harmless when the call has ended."""
        ...


@dataclass(frozen=True, slots=True)
class LineHealth:
    """Can the line dial now, and if not, why (a sentence for the person in charge)."""

    ok: bool
    detail: str = ""


class Line(Protocol):
    """Where calls are made."""

    @property
    def name(self) -> str: ...

    async def run(self) -> None:
        """Carry calls until cancelled; reconnects by itself; raises only what cannot mend itself (AmiRefused,
        PortInUse). Dialing waits up to a few seconds for a line that is still coming up."""
        ...

    async def dial(self, spec: CallSpec) -> Call:
        """Ring, and return the call when it is answered. Raises DialError, LineDown or UnsafeValue.
        Cancelling it takes the ringing call down."""
        ...

    async def live_calls(self) -> frozenset[UUID]:
        """Ids of our calls that the PBX still carries, ringing or answered, from this process or one before it.
        Raises LineDown when the PBX cannot be asked."""
        ...

    async def end_call(self, call_id: UUID) -> None:
        """Take down a call found by `live_calls`. Harmless when it has gone."""
        ...

    async def health(self) -> LineHealth: ...


@dataclass(frozen=True, slots=True)
class Incoming:
    """Somebody rang in and was answered. caller: his number in E.164, "" when he withholds it or it is none. dialed:
    the number he dialed, as the network wrote it. Whoever takes it must read the call's frames and end the call."""

    call: Call
    caller: str
    dialed: str


TakeCall = Callable[[Incoming], None]


@runtime_checkable
class Receives(Protocol):
    """A line on which calls come in too."""

    def on_call(self, take: TakeCall, *, at_most: int) -> Callable[[], None]:
        """From now on answer whoever rings in and hand him to `take`, on the loop, which must return at once: who
        takes the call owns the task that carries it. One caller more than `at_most` at once hears the busy tone, and
        so does everybody before this call and after the function it returns has been called; calls under way stay.
        Raises ValueError when somebody takes the calls already."""
        ...
