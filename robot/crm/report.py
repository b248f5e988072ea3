"""What a call means for the outside: one record, complete when the call is over, from which every delivery is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from robot.domain.calls import Wish as Wish  # noqa: PLC0414
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance. `by_client`: else by the robot. Milliseconds of the call."""

    by_client: bool
    from_ms: int
    to_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Booked:
    """The meeting. `place`: an address or a link, "" when the settings name none. moves: the attempt that booked the
    meeting which this one stands in for."""

    slot: Slot
    manager: str
    place: str = ""
    moves: UUID | None = None


@dataclass(frozen=True, slots=True)
class CallReport:
    """lead: the card as the call left it; its texts are hostile. corrects: the call whose outcome a person has changed;
    attempt_id is of the correction then, so that what is made for it is told apart from what the call made. recording:
    a path relative to the data directory, "" without one. task: kind and time of what a manager has to do
    (robot.crm.stages.TaskKind), None when nothing."""

    attempt_id: UUID
    campaign: str
    campaign_title: str
    lead: Lead
    inbound: bool
    outcome: Outcome
    reason: str
    started_at: datetime
    talked_s: int
    ended_at: datetime
    stage: str
    collected: Mapping[str, str] = field(default_factory=dict)
    meeting: Booked | None = None
    task: tuple[str, datetime] | None = None
    callback_at: datetime | None = None
    wishes: Sequence[Wish] = ()
    recording: str = ""
    said: Sequence[Said] = ()
    corrects: UUID | None = None
