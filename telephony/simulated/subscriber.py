"""The port of a simulated telephone subscriber: how he takes a call, and what he does in each 20 ms of it.

The same subscribers answer on the simulated line (in process, real or virtual clock) and in the lab (behind two real
Asterisks). They are pure: time comes in as an argument, audio goes in and out as 8 kHz PCM frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class PickUp(StrEnum):
    """What the network does with a call to this subscriber."""

    ANSWER = "answer"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECT = "reject"
    UNKNOWN_NUMBER = "unknown_number"
    CONGESTION = "congestion"
    """The network has no way to him: all circuits are busy, his exchange is down."""
    FORBIDDEN = "forbidden"
    """The operator refuses our call: no money, no right to the caller id, too many at once."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """How the call is taken; `after_s` is how long it rings before that (unused for NO_ANSWER)."""

    then: PickUp
    after_s: float = 0.5


@dataclass(frozen=True, slots=True)
class Said:
    """What the robot began to say, as a person would have understood it. Reaches subscribers beside the audio, never
    through it; nothing flows the other way."""

    phrase: str
    text: str


class Subscriber(Protocol):
    """One subscriber during one call."""

    @property
    def ringing(self) -> Ringing: ...

    def tick(self, at_s: float, heard: bytes) -> bytes | None:
        """Hear up to a few frames (b"" when nothing arrived), say exactly one (320 bytes, silence included), or hang up
        with None. Called every 20 ms from the moment of answer; `at_s` never goes back."""
        ...

    def told(self, said: Said) -> None:
        """The meaning of the phrase the robot has just begun to play."""
        ...


class Directory(Protocol):
    """Who lives behind which number."""

    def subscriber(self, number: str) -> Subscriber:
        """A fresh subscriber for one call to an E.164 number; an unknown number gets PickUp.UNKNOWN_NUMBER."""
        ...
