"""What the API takes and gives, as models: the one place that knows the names on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from robot.domain.campaigns import CampaignState
from robot.domain.goals import Goal

Short = Annotated[str, StringConstraints(max_length=200)]
Long = Annotated[str, StringConstraints(max_length=2000)]
Needed = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
NeededLong = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]


class In(BaseModel):
    """What is sent: a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What is answered. A list is {"items": […], "next": "…"}; `next` goes back as `after`, "" at the end."""

    model_config = ConfigDict(frozen=True)


class ConsentIn(In):
    source: Needed
    given_at: AwareDatetime
    text: NeededLong


class LeadIn(In):
    """urgent: a new request, rung within a minute; otherwise one of the campaign's list."""

    campaign: Needed
    phone: Needed
    name: Short = ""
    company: Short = ""
    city: Short = ""
    region: Short = ""
    timezone: Short = ""
    score: int | None = Field(default=None, ge=0, le=100)
    fields: Annotated[Mapping[Needed, Short], Field(max_length=50)] = Field(default_factory=dict)
    consent: ConsentIn | None = None
    urgent: bool = True


class LeadOut(Out):
    """status: queued, or known (the campaign calls him already). rings_from: when his calling hours are open.
    waits_for: what keeps the campaign from dialing now ("" nothing): hours, paused, stopped, no_quota, quota_met,
    no_slots (no manager has time left to offer).
    again: this request was received before."""

    id: str
    status: str
    deadline: datetime | None = None
    rings_from: datetime | None = None
    waits_for: str = ""
    again: bool = False


class StateIn(In):
    state: CampaignState


class QuotaIn(In):
    quota: int = Field(ge=0, le=1_000_000)
    hard: bool = False


class QuotaOut(Out):
    """target: None until somebody sets it; then nobody is dialed."""

    target: int | None
    hard: bool
    booked: int
    remaining: int
    met: bool
    dials: int


class PaceOut(Out):
    """The last decision of this node's dialer. limit: a code of robot.dialer.decision.Limit."""

    sentence: str
    dial: int
    limit: str
    at: datetime


class WaitingOut(Out):
    count: int
    earliest_deadline: datetime | None


class CampaignOut(Out):
    slug: str
    title: str
    script: str
    timezone: str
    hours: str
    goal: Goal
    state: CampaignState
    advertising: bool
    priority: int
    max_attempts: int
    quota: QuotaOut
    requests: WaitingOut
    pace: PaceOut | None = None


class CampaignsOut(Out):
    items: list[CampaignOut]
    next: str = ""


class SpendOut(Out):
    spent_kopecks: int
    ceiling_kopecks: int | None


class StopIn(In):
    """entry: a number, or a pattern (+7495*)."""

    entry: Needed
    reason: Short = ""


class UnstopIn(In):
    entry: Needed
    reason: Needed


class PhoneIn(In):
    phone: Needed


class StopOut(Out):
    """entry: numbers are masked; the export holds them whole."""

    entry: str
    since: datetime
    reason: str


class StopsQuery(In):
    after: Annotated[str, StringConstraints(max_length=40)] = ""
    limit: int = Field(default=200, ge=1, le=1000)


class StopsOut(Out):
    items: list[StopOut]
    next: str = ""


class ClosedOut(Out):
    """closed: open tasks that were closed by it."""

    closed: int


class StoppedOut(Out):
    stopped: bool


class StopCheckOut(StoppedOut):
    """entries: what stops the number, itself and patterns; a pattern is told whole."""

    entries: list[StopOut]


class ConsentFor(ConsentIn):
    phone: Needed


class PartOut(Out):
    part: str
    problem: str


class HealthOut(Out):
    items: list[PartOut]
    next: str = ""
