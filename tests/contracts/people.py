"""The people a line is tried with: each number behaves one way, always.

They speak pure tones, so that either end can tell who was heard through A-law, jitter and two exchanges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from telephony.audio import FRAME_BYTES, SAMPLE_RATE_HZ, SILENCE
from telephony.simulated.subscriber import PickUp, Ringing, Said, Subscriber

TALKER = "+74951110001"  # answers and speaks a tone as long as the call lasts
LISTENER = "+74951110002"  # answers and keeps silent
SHORT_TALKER = "+74951110003"  # answers, speaks, hangs up after a second
BUSY = "+74951110004"
NO_ANSWER = "+74951110005"
REJECTS = "+74951110006"
UNKNOWN = "+74951110007"
SLOW = "+74951110008"  # answers after ten seconds
SECOND_TALKER = "+74951110009"  # as TALKER, with another tone
ECHO = "+74951110010"  # says what he hears
RINGS_LONG = "+74951110011"  # rings two seconds, then as TALKER
OBEDIENT = "+74951110012"  # keeps silent until he is told what the robot says, then speaks a tone
CONGESTED = "+74951110013"  # no circuit leads there
FORBIDDEN = "+74951110014"  # the operator refuses our call
DESK = "101"  # an extension of the office: as SECOND_TALKER

CLIENT_HZ = 700.0
SECOND_CLIENT_HZ = 1700.0
ROBOT_HZ = 1100.0
SHORT_TALK_S = 1.0


def tone(frequency_hz: float, seconds: float, start_s: float = 0.0) -> bytes:
    """8 kHz PCM of a sine at a third of full scale, its phase continuous over `start_s`."""
    at = start_s + np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return (10_000 * np.sin(2 * np.pi * frequency_hz * at)).astype("<i2").tobytes()


def share_of(frequency_hz: float, pcm: bytes) -> float:
    """Share of the audio's energy within 60 Hz of a frequency, 0..1; 0 for silence."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE_HZ) - frequency_hz) < 60
    total = float(power.sum())
    return float(power[near].sum()) / total if total > 1e6 else 0.0


def is_hushed(frame: bytes) -> bool:
    """Silence, or the comfort noise of a line that nobody speaks on: the faintest tone here is twenty times louder."""
    return len(frame) == FRAME_BYTES and int(np.abs(np.frombuffer(frame, "<i2").astype(int)).max()) < 300


ECHO_FRAMES = 3
"""What an echo is behind by, at most."""


@dataclass(slots=True)
class Person:
    """One of the people above, in one call."""

    ringing: Ringing
    says_hz: float | None = None
    stays_s: float | None = None
    echoes: bool = False
    told_hz: float | None = None
    _ticks: int = field(default=0, init=False)
    _echo: bytearray = field(default_factory=bytearray, init=False)

    def tick(self, at_s: float, heard: bytes) -> bytes | None:
        start_s = self._ticks * 0.02
        self._ticks += 1
        if self.stays_s is not None and start_s >= self.stays_s:
            return None
        if self.echoes:
            self._echo += heard
            del self._echo[: max(0, len(self._echo) - ECHO_FRAMES * FRAME_BYTES)]  # of a standstill nothing stays late
            said = bytes(self._echo[:FRAME_BYTES])
            del self._echo[:FRAME_BYTES]
            return said.ljust(FRAME_BYTES, b"\0")
        return SILENCE if self.says_hz is None else tone(self.says_hz, 0.02, start_s)[:FRAME_BYTES]

    def told(self, said: Said) -> None:
        """Only one of these people cares for what is meant."""
        if self.told_hz is not None:
            self.says_hz = self.told_hz


ANSWERS = Ringing(PickUp.ANSWER, 0.2)
PEOPLE: dict[str, Callable[[], Person]] = {
    TALKER: lambda: Person(ANSWERS, CLIENT_HZ),
    SECOND_TALKER: lambda: Person(ANSWERS, SECOND_CLIENT_HZ),
    DESK: lambda: Person(ANSWERS, SECOND_CLIENT_HZ),
    LISTENER: lambda: Person(ANSWERS),
    SHORT_TALKER: lambda: Person(ANSWERS, CLIENT_HZ, SHORT_TALK_S),
    SLOW: lambda: Person(Ringing(PickUp.ANSWER, 10.0)),
    BUSY: lambda: Person(Ringing(PickUp.BUSY, 0.2)),
    NO_ANSWER: lambda: Person(Ringing(PickUp.NO_ANSWER)),
    ECHO: lambda: Person(ANSWERS, echoes=True),
    RINGS_LONG: lambda: Person(Ringing(PickUp.ANSWER, 2.0), CLIENT_HZ),
    OBEDIENT: lambda: Person(ANSWERS, told_hz=CLIENT_HZ),
    REJECTS: lambda: Person(Ringing(PickUp.REJECT, 0.2)),
    CONGESTED: lambda: Person(Ringing(PickUp.CONGESTION, 0.2)),
    FORBIDDEN: lambda: Person(Ringing(PickUp.FORBIDDEN, 0.2)),
}


class ContractDirectory:
    def subscriber(self, number: str) -> Subscriber:
        return PEOPLE.get(number, lambda: Person(Ringing(PickUp.UNKNOWN_NUMBER)))()


def contract_directory(seed: int = 0) -> ContractDirectory:
    """The shape of a directory factory: `seed` changes nothing, these people are always the same."""
    return ContractDirectory()
