"""A line whose every call is written down beforehand, for tests of whatever makes calls.

    line = ScriptedLine([
        [Answer(), Hear(pcm), UntilSaid(), Silence(400), Hear(more), HangUp()],   # the first dial
        [Refuse(Busy())],                                                         # the second one
    ])

    line = ScriptedLine({"+74951110001": [Decline(PickUp.BUSY)]})                 # whoever that number is dialed

Time is the event loop's, a virtual clock included. What the robot played is in `line.played`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from telephony.audio import FRAME_BYTES, FRAME_MS, SILENCE
from telephony.base import Call, CallSpec
from telephony.errors import TelephonyError
from telephony.simulated.line import SimulatedLine, SimulatedLineSettings
from telephony.simulated.subscriber import PickUp, Ringing, Said, Subscriber


@dataclass(frozen=True, slots=True)
class Answer:
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Decline:
    """It rings, and is not answered: busy, rejected, nobody there."""

    how: PickUp
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Refuse:
    """The dial fails at once."""

    error: TelephonyError


@dataclass(frozen=True, slots=True)
class Hear:
    """The robot hears this 8 kHz PCM."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Silence:
    """The robot hears nothing for so long."""

    ms: int


@dataclass(frozen=True, slots=True)
class UntilSaid:
    """The client waits until the robot has said something and been silent for `quiet_ms`."""

    quiet_ms: int = 200


@dataclass(frozen=True, slots=True)
class HangUp:
    """The client hangs up. Without it he stays silent on the line."""


Step = Answer | Decline | Refuse | Hear | Silence | UntilSaid | HangUp


class ScriptedClient:
    """A `Subscriber` that follows steps. played: what it heard of the robot, from the answer on."""

    def __init__(self, steps: Sequence[Step]) -> None:
        match steps:
            case [Answer(after_s), *_]:
                self.ringing = Ringing(PickUp.ANSWER, after_s)
            case [Decline(how, after_s)]:
                self.ringing = Ringing(how, after_s)
            case _:
                raise ValueError("a call begins with Answer, or is one Decline or Refuse")
        self.played = bytearray()
        self._steps = self._follow(steps[1:])

    def told(self, said: Said) -> None:
        """It does not listen to meanings."""

    def tick(self, at_s: float, heard: bytes) -> bytes | None:  # noqa: ARG002
        self.played += heard
        return next(self._steps)

    def _follow(self, steps: Sequence[Step]) -> Iterator[bytes | None]:
        for step in steps:
            match step:
                case Hear(pcm):
                    for at in range(0, len(pcm), FRAME_BYTES):
                        yield pcm[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
                case Silence(ms):
                    yield from [SILENCE] * (ms // FRAME_MS)
                case UntilSaid(quiet_ms):
                    yield from self._until_said(quiet_ms // FRAME_MS)
                case HangUp():
                    yield None
                case Answer() | Decline() | Refuse():
                    raise ValueError(f"{step} stands only at the beginning of a call")
        while True:
            yield SILENCE

    def _until_said(self, quiet_frames: int) -> Iterator[bytes]:
        begun, quiet = False, 0
        while not begun or quiet < quiet_frames:
            loud = any(self.played[-FRAME_BYTES:])
            begun, quiet = begun or loud, 0 if loud else quiet + 1
            yield SILENCE


class ScriptedLine(SimulatedLine):
    """`calls`: the steps of each dial in order, where more dials are a mistake of the test; or the steps of every dial
    by number, where an unlisted one is unknown. dialed: what was asked for. Sound passes unchanged."""

    name = "scripted"

    def __init__(
        self,
        calls: Iterable[Sequence[Step]] | Mapping[str, Sequence[Step]],
        settings: SimulatedLineSettings | None = None,
    ) -> None:
        super().__init__(self, settings or SimulatedLineSettings(noise_rms=0.0, alaw=False))
        self._by_number: dict[str, Sequence[Step]] | None = dict(calls) if isinstance(calls, Mapping) else None
        self._in_order: deque[Sequence[Step]] = deque(() if isinstance(calls, Mapping) else calls)
        self._clients: list[ScriptedClient] = []
        self.dialed: list[CallSpec] = []

    @property
    def played(self) -> list[bytes]:
        """What the robot said in each answered call, from the answer on."""
        return [bytes(client.played) for client in self._clients]

    async def dial(self, spec: CallSpec) -> Call:
        if self._by_number is None and not self._in_order:
            raise LookupError(f"dial number {len(self.dialed) + 1} is not in the script")
        self.dialed.append(spec)
        match self._steps(spec.number):
            case [Refuse(error), *_]:
                self._taken()
                raise error
        return await super().dial(spec)

    def subscriber(self, number: str) -> Subscriber:
        client = ScriptedClient(self._steps(number))
        self._taken()
        self._clients.append(client)
        return client

    def _steps(self, number: str) -> Sequence[Step]:
        """Of the dial at hand."""
        if self._by_number is None:
            return self._in_order[0]
        return self._by_number.get(number, (Decline(PickUp.UNKNOWN_NUMBER),))

    def _taken(self) -> None:
        if self._by_number is None:
            self._in_order.popleft()
