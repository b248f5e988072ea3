"""What can be watched of a call while it goes on: for the screen, the metrics and the simulated people's hints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from robot.domain.calls import CallResult, ClaimedTask, Turn


@dataclass(frozen=True, slots=True)
class Dialing:
    """An attempt begins. came_in: the client rang, and is answered at once."""

    attempt_id: UUID
    claimed: ClaimedTask
    came_in: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    attempt_id: UUID


@dataclass(frozen=True, slots=True)
class PhraseStarted:
    """Its first frame went out. `response_ms` as in Turn. to_yes_no: it replies to the answer to a question of yes or
    no."""

    attempt_id: UUID
    number: str
    phrase: str
    text: str
    response_ms: int | None
    to_yes_no: bool = False


@dataclass(frozen=True, slots=True)
class BargedIn:
    """The client took the turn while the robot spoke, which fell silent `stop_ms` after it could have heard him."""

    attempt_id: UUID
    stop_ms: int


@dataclass(frozen=True, slots=True)
class ClientHeard:
    """An utterance was recognized, `took_s` after its end was noticed."""

    attempt_id: UUID
    text: str
    took_s: float


@dataclass(frozen=True, slots=True)
class TurnEnded:
    attempt_id: UUID
    turn: Turn


@dataclass(frozen=True, slots=True)
class CallEnded:
    attempt_id: UUID
    claimed: ClaimedTask
    result: CallResult


CallEvent = Dialing | Answered | PhraseStarted | BargedIn | ClientHeard | TurnEnded | CallEnded
Observer = Callable[[CallEvent], None]
"""Called on the loop; must return at once."""
