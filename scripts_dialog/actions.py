"""What the engine asks of its caller, in the order in which it must be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from scripts_dialog.marks import Mark
from scripts_dialog.outcomes import Outcome
from scripts_dialog.values import Expects, Slot, SlotRequest


class Role(StrEnum):
    """Why something is said. Only PHRASE means that the phrase was reached."""

    PHRASE = "phrase"
    OBJECTION = "objection"
    AGAIN = "again"
    SILENCE = "silence"
    NOT_UNDERSTOOD = "not_understood"
    BOOKING = "booking"
    """Slots offered, read back, or asked about inside a book_meeting phrase."""
    COLLECTING = "collecting"
    """A value read back or asked again inside a collect phrase."""


@dataclass(frozen=True, slots=True)
class Say:
    """Speak `text`; a voice that can also keeps its `marks` (pauses and emphasis by their place in the text).
    `recording` is the studio recording to play instead, a file under `recordings/` beside the script; when it cannot be
    had the text is spoken. `visit` counts from 1 how often the phrase was entered in this call; `variant` names the A/B
    variant, empty when there is one text."""

    phrase: str
    text: str
    role: Role = Role.PHRASE
    visit: int = 1
    variant: str = ""
    interruptible: bool = True
    recording: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for the client. Send `Silence` when nothing is said for `silence_after_s` seconds, and end the turn at the
    latest after `max_s` seconds of speech. `bias` are answers likely to come, best first, for the recognizer."""

    phrase: str
    silence_after_s: float
    max_s: float
    expects: Expects = Expects.OPEN
    bias: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindSlots:
    """Look for free times and answer with `SlotsFound`. Slots found are offered to nobody else until one is booked,
    others are looked for, or they are released."""

    request: SlotRequest


@dataclass(frozen=True, slots=True)
class BookSlot:
    """Book, and answer with `SlotBooked` or `SlotTaken`. Only after the client said yes to the slot read to him."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class ReleaseSlots:
    """The slots offered in this call are not needed any more; a meeting that is booked stays."""


@dataclass(frozen=True, slots=True)
class Collected:
    """A variable got a value from the client: digits, an ISO 8601 time with offset, an e-mail, a name, text."""

    variable: str
    value: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Connect the client with a live person, answer with `Transferred`. `to` is the script's word for whom."""

    to: str


@dataclass(frozen=True, slots=True)
class CrmAction:
    """Something for the CRM: set_stage, create_task, send_document, add_note."""

    name: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StopCalling:
    """The client demands never to be called again: into the stop list, whatever follows."""

    said: str


class Turn(StrEnum):
    """How the client's part of a turn was taken."""

    ANSWER = "answer"
    OBJECTION = "objection"
    HARD_RULE = "hard_rule"
    VALUE = "value"
    """A time, a choice, a number … that the phrase had asked for."""
    SILENCE = "silence"
    NOT_UNDERSTOOD = "not_understood"
    INTERRUPTED = "interrupted"
    KEY = "key"
    HUNG_UP = "hung_up"


@dataclass(frozen=True, slots=True)
class Understood:
    """A record for the log and the drop-off report; nothing to carry out. Comes first among the actions of a step.
    `matched` are the words (or the rule) that decided; `next_phrase` is where the talk is after the step."""

    phrase: str
    kind: Turn
    intent: str = ""
    confidence: float = 0.0
    matched: str = ""
    text: str = ""
    next_phrase: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """Hang up once everything before it is said. `callback_at` is aware."""

    outcome: Outcome
    reason: str = ""
    callback_at: datetime | None = None


Action = (
    Say
    | Listen
    | FindSlots
    | BookSlot
    | ReleaseSlots
    | Collected
    | Transfer
    | CrmAction
    | StopCalling
    | Understood
    | End
)
