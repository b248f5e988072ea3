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


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class ConsentIn(_In):
    source: Needed
    given_at: AwareDatetime
    text: NeededLong


class LeadIn(_In):
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


class LeadOut(_Out):
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


class StateIn(_In):
    state: CampaignState


class QuotaIn(_In):
    quota: int = Field(ge=0, le=1_000_000)
    hard: bool = False


class QuotaOut(_Out):
    """target: None until somebody sets it; then nobody is dialed."""

    target: int | None
    hard: bool
    booked: int
    remaining: int
    met: bool
    dials: int


class PaceOut(_Out):
    """The last decision of this node's dialer. limit: a code of robot.dialer.decision.Limit."""

    sentence: str
    dial: int
    limit: str
    at: datetime


class WaitingOut(_Out):
    count: int
    earliest_deadline: datetime | None


class CampaignOut(_Out):
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


class CampaignsOut(_Out):
    campaigns: list[CampaignOut]


class SpendOut(_Out):
    spent_kopecks: int
    ceiling_kopecks: int | None


class StopIn(_In):
    """entry: a number, or a pattern (+7495*)."""

    entry: Needed
    reason: Short = ""


class UnstopIn(_In):
    entry: Needed
    reason: Needed


class PhoneIn(_In):
    phone: Needed


class StopOut(_Out):
    """entry: numbers are masked; the export holds them whole."""

    entry: str
    since: datetime
    reason: str


class StopsOut(_Out):
    entries: list[StopOut]


class ClosedOut(_Out):
    """closed: open tasks that were closed by it."""

    closed: int


class StoppedOut(_Out):
    stopped: bool


class ConsentFor(ConsentIn):
    phone: Needed
