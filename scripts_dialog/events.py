"""What happens to a dialog from outside."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scripts_dialog.values import Slot


class Side(StrEnum):
    CLIENT = "client"
    ROBOT = "robot"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Heard:
    """The client said something, end of turn. `confidence` is the recognizer's, 0..1."""

    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was said for `Listen.silence_after_s` after the robot fell silent."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The client spoke over a phrase, which was cut; what he said comes as `Heard` afterwards."""

    played_ms: int
    total_ms: int


@dataclass(frozen=True, slots=True)
class Dtmf:
    """A key of the telephone: 0-9, * or #."""

    digit: str


@dataclass(frozen=True, slots=True)
class HungUp:
    by: Side = Side.CLIENT


@dataclass(frozen=True, slots=True)
class SlotsFound:
    """Answer to `FindSlots`; empty when nothing is free."""

    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class SlotBooked:
    """Answer to `BookSlot`: the meeting exists."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class SlotTaken:
    """Answer to `BookSlot`: somebody else was faster."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """Answer to `Transfer`."""

    ok: bool


Event = Heard | Silence | Interrupted | Dtmf | HungUp | SlotsFound | SlotBooked | SlotTaken | Transferred
