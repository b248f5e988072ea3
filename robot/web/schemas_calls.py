"""Calls on the wire: the list, one call, and what people add to it. Milliseconds count from the recording's first
sample; telephone numbers are masked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from robot.analytics.call_search import LostHow
from robot.analytics.quality_text import Mark
from robot.domain.call_orders import OrderKind, OrderProblem
from robot.domain.calls import TurnEnding
from robot.domain.outcomes import Outcome

Name = Annotated[str, StringConstraints(max_length=200)]
Remark = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Place = Annotated[int, Field(ge=0, le=24 * 3600 * 1000)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class CallsFilter(_In):
    """All conditions hold. campaign: its short name. script: the one that was spoken. arm: "phrase:variant". outcome:
    any of those named. lost_at: the phrase that lost the call, as the drop-off counts it; ended_at: the phrase said
    last; passed: a phrase it reached. client_words, robot_words: all of them, in any form. least_s, most_s: length of
    the talk. manager: id of whom the meeting is with. lead: id."""

    campaign: Name = ""
    script: Name = ""
    arm: Name = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    outcome: list[Outcome] = Field(default_factory=list, max_length=len(Outcome))
    reason: Name = ""
    ended_at: Name = ""
    lost_at: Name = ""
    passed: Name = ""
    client_words: Name = ""
    robot_words: Name = ""
    least_s: int | None = Field(default=None, ge=0, le=100_000)
    most_s: int | None = Field(default=None, ge=0, le=100_000)
    manager: int | None = Field(default=None, ge=1, le=2**62)
    script_version: Name = ""
    lead: int | None = Field(default=None, ge=1, le=2**62)
    not_understood: bool = False
    talked: bool = False
    corrected: bool = False


class CallsQuery(CallsFilter):
    """after: `next` of the page before."""

    after: Annotated[str, StringConstraints(max_length=100)] = ""
    limit: int = Field(default=50, ge=1, le=200)


class LostOut(_Out):
    """The phrase that lost the call, and how; at_ms: where it began to be said, to play from there."""

    phrase: str
    how: LostHow
    at_ms: int


class MarkReasonOut(_Out):
    """Why a call has its mark, in words."""

    code: str
    text: str


class CallRow(_Out):
    """outcome: as corrected, null while the call goes on. length_ms: from the answer to the end. last_phrase: said
    last, from last_ms on. mark: of the talk; why, by reasons. recorded: there is something to hear."""

    id: UUID
    campaign: str
    campaign_title: str
    script: str
    script_version: str
    direction: str
    lead_id: int
    name: str
    company: str
    phone: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    reason: str
    ended_by: str
    length_ms: int | None
    last_phrase: str
    last_ms: int
    lost: LostOut | None
    not_understood: int
    manager: str
    mark: Mark
    reasons: list[MarkReasonOut]
    recorded: bool
    corrected: bool
    comments: int


class CallsOut(_Out):
    items: list[CallRow]
    next: str = ""


class CallsCount(_Out):
    """more: there are more than so many; counting stops there."""

    count: int
    more: bool


class ChoicesQuery(_In):
    campaign: Name = ""


class Choice(_Out):
    id: str
    title: str


class CallChoicesOut(_Out):
    """What can be filtered by, as it occurs in the latest calls."""

    campaigns: list[Choice]
    managers: list[Choice]
    phrases: list[str]
    reasons: list[str]
    script_versions: list[str]


class WordOut(_Out):
    text: str
    from_ms: int
    to_ms: int
    confidence: float


class SecondHearing(_Out):
    """What a slower recognizer heard of the same sound. disagrees: "", words or meaning."""

    text: str
    confidence: float
    intent: str
    word_errors: float
    disagrees: str


class CallTurnOut(_Out):
    """One phrase and the answer to it. said_heard: what of it reached the client. gap_ms: from the client's last sound
    to the first of this phrase. interrupted: the client spoke over it. false_starts: how often the robot began too
    early after it. example: somebody took the client's words for an example."""

    number: int
    phrase: str
    role: str
    visit: int
    variant: str
    said: str
    said_heard: str
    said_from_ms: int
    said_to_ms: int | None
    interrupted: bool
    heard: str
    confidence: float | None
    heard_from_ms: int | None
    heard_to_ms: int | None
    gap_ms: int | None
    ending: TurnEnding | None
    kind: str
    intent: str
    went_to: str
    words: list[WordOut]
    false_starts: int
    second: SecondHearing | None
    example: bool


class SignedQuery(_In):
    """As the call's `recording` gives them."""

    expires: int = Field(ge=0, le=2**40)
    signature: Annotated[str, StringConstraints(max_length=64)]


class CallRecordingOut(_Out):
    """Addresses for the one who asked, good until expires_at; the sound answers range requests. media: audio/ogg
    (Opus), or audio/wav for a call that ended a moment ago. Left the client, right the robot or the manager."""

    sound: str
    peaks: str
    media: str
    expires_at: datetime


class PeaksOut(_Out):
    """The loudest sample of each stretch of step_ms, 0..100, of both sides."""

    step_ms: int
    length_ms: int
    client: list[int]
    robot: list[int]


class CallProblemOut(_Out):
    """remedy: what a person can do about it."""

    code: str
    text: str
    remedy: str


class CallDeliveryOut(_Out):
    """What went out after the call: to which CRM, calendar or mailbox. state: waiting, delivered, parked or dropped.
    done: what of it has arrived."""

    id: int
    target: str
    kind: str
    state: str
    under_way: bool
    tries: int
    created_at: datetime
    next_try_at: datetime | None
    ended_at: datetime | None
    done: list[str]
    problem: CallProblemOut | None


class CallCommentOut(_Out):
    """at_ms: of which moment of the call it is, null for the whole of it. mine: whoever asks wrote it."""

    id: int
    at: datetime
    by: str
    text: str
    at_ms: int | None
    mine: bool


class CorrectionOut(_Out):
    """was: what the robot, or an earlier correction, had taken it for."""

    at: datetime
    by: str
    was: Outcome
    was_reason: str
    outcome: Outcome
    reason: str
    note: str


class CallMeetingOut(_Out):
    manager: str
    starts_at: datetime
    ends_at: datetime


class CallOut(_Out):
    """quality: figures and their meaning are those of `zvonar calls show --json`. collected: what the client told.
    correctable: outcomes it may be corrected to."""

    call: CallRow
    turns: list[CallTurnOut]
    quality: dict[str, Any]
    collected: dict[str, str]
    meeting: CallMeetingOut | None
    callback_at: datetime | None
    recording: CallRecordingOut | None
    deliveries: list[CallDeliveryOut]
    second_hearing: str
    comments: list[CallCommentOut]
    corrections: list[CorrectionOut]
    correctable: list[Outcome]


class CommentIn(_In):
    text: Remark
    at_ms: Place | None = None


class CallExampleIn(_In):
    """turn: its number. intent: whose example the client's words are to be; "" leaves it to who edits the script."""

    turn: int = Field(ge=0, le=10_000)
    intent: Name = ""


class OutcomeIn(_In):
    outcome: Outcome
    reason: Name = ""
    note: Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True)] = ""


class OrderOut(_Out):
    """The last thing somebody ordered in a call. done: carried out, or not, and then `problem` tells why: call_over,
    not_answered, late. A take-over is done when the people have talked."""

    id: int
    kind: OrderKind
    by: str
    at: datetime
    done: bool
    problem: OrderProblem


class LiveCallOut(_Out):
    """A call under way; answered_at null while it rings. phrase: said last, since phrase_at_ms of the call. audible: it
    can be listened to here; else its node tells where."""

    call: CallRow
    node: str
    audible: bool
    phrase: str
    phrase_at_ms: int
    turns: list[CallTurnOut]
    order: OrderOut | None


class LiveOut(_Out):
    items: list[LiveCallOut]
    next: str = ""


class TelephoneOut(_Out):
    """Where whoever asks takes calls over: a number (E.164) or an extension, "" none yet."""

    number: str


class TelephoneIn(_In):
    number: Annotated[str, StringConstraints(min_length=2, max_length=32, strip_whitespace=True)]
