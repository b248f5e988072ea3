"""Tasks, attempts and turns: what there is to achieve, each dial, and each phrase of a talk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from robot.domain.campaigns import Campaign
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from robot.domain.priorities import PRIORITY_CALLBACK as PRIORITY_CALLBACK  # noqa: PLC0414
from robot.domain.priorities import PRIORITY_COLD as PRIORITY_COLD  # noqa: PLC0414


class TaskState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class CallTask:
    """One thing to achieve with one lead. `attempts` counts the dials that reached the network so far; `deadline_at` is
    by when it was promised to ring, None where nothing was; `script` is spoken instead of the campaign's, "" is that
    one."""

    id: int
    campaign_id: int
    lead_id: int
    state: TaskState
    due_at: datetime
    priority: int = 0
    attempts: int = 0
    deadline_at: datetime | None = None
    script: str = ""


@dataclass(frozen=True, slots=True)
class ClaimedTask:
    """A task that is this node's until its lease runs out, with all that a call needs to know. campaign: with the
    script that this call speaks."""

    task: CallTask
    lead: Lead
    campaign: Campaign


class TurnEnding(StrEnum):
    """How one phrase of the robot ended."""

    ANSWERED = "answered"
    """The client said something the script understood there (an objection included)."""
    SILENT = "silent"
    NOT_UNDERSTOOD = "not_understood"
    HUNG_UP_DURING = "hung_up_during"
    """Hung up while it was spoken, and more was to come."""
    HUNG_UP_AFTER = "hung_up_after"
    """Hung up while the robot waited for the answer to it."""
    SPOKEN = "spoken"
    """Nothing was to be answered: the talk went on, or the robot ended it. A farewell cut short by the client's hanging
    up is SPOKEN too (`said_to_ms` tells how much was heard): nobody is lost at it."""
    CUT_OFF = "cut_off"
    """The robot's own fault ended the call here."""


WITHDRAWN = "withdrawn"
"""Role of a turn the robot began too early and took back: nobody reached its phrase."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word of the client, with the recognizer's confidence in it (0..1). Milliseconds as in `Turn`."""

    text: str
    from_ms: int
    to_ms: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One robot phrase and what the client answered. Milliseconds count from the answer of the call (the recording's
    zero). `said` is the full text; `said_to_ms` minus `said_from_ms` tells how much of it was played. `response_ms`:
    last sound of the client to first sound of this phrase, None where nothing had been said. `ending` is None while
    the phrase is under way. `role` tells why it was said: only "phrase" (and "objection") means that the phrase was
    reached; re-asks, slots offered and values read back are further turns of the same phrase. `words` are those of
    `heard` where the engine times them. `played_ms` of the phrase's `length_ms` reached the client: cut and said on, or
    begun anew, counts once; None where it is not known. `false_starts`: how often the robot began to speak though the
    client had not finished his answer to this phrase, and took it back."""

    number: int
    phrase: str
    role: str = "phrase"
    visit: int = 1
    variant: str = ""
    said: str = ""
    said_from_ms: int = 0
    said_to_ms: int | None = None
    interrupted: bool = False
    heard: str = ""
    confidence: float | None = None
    heard_from_ms: int | None = None
    heard_to_ms: int | None = None
    response_ms: int | None = None
    ending: TurnEnding | None = None
    kind: str = ""
    intent: str = ""
    matched: str = ""
    went_to: str = ""
    words: tuple[HeardWord, ...] = ()
    played_ms: int | None = None
    length_ms: int | None = None
    false_starts: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What the script asked to be done beyond the call: set_stage, create_task, send_document, add_note
    (scripts_dialog.actions)."""

    name: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallResult:
    """What an attempt came to. `counts` is False when the fault was ours and the client's phone never rang: the
    attempt is recorded but not held against the lead. `meeting` is the held slot the client agreed to.
    `recording` is a path relative to the data directory."""

    outcome: Outcome
    ended_at: datetime
    reason: str = ""
    answered_at: datetime | None = None
    ended_by: str = ""
    counts: bool = True
    meeting: Slot | None = None
    callback_at: datetime | None = None
    recording: str = ""
    collected: Mapping[str, str] = field(default_factory=dict)
    script_version: str = ""
    """The hash of the script that was spoken: figures of different versions are never mixed unknowingly."""
    answered_as: str = ""
    """Who took the telephone, as told by the robot (`robot.calls.answering.Answer`): "human", "menu", ..."""
    wishes: tuple[Wish, ...] = ()

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.MEETING_BOOKED) is not (self.meeting is not None):
            raise ValueError("a meeting without its slot, or a slot without its meeting")


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """An attempt found unfinished after a restart. made: dials of its task that counted before it. max_attempts: those
    the campaign allows."""

    id: UUID
    task_id: int
    answered: bool
    made: int = 0
    max_attempts: int = 3
