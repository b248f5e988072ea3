"""A campaign: which script is spoken to which leads, until how many meetings a day, at what hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from robot.domain.choosing import ManagerBy
from robot.domain.goals import Goal
from robot.domain.hours import ALWAYS, OFFICE_HOURS, CallingWindow
from robot.domain.priorities import PRIORITY_COLD

__all__ = ["ALWAYS", "OFFICE_HOURS", "CallingWindow", "Campaign", "CampaignState", "QuotaState"]


class CampaignState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    """Nobody is dialed; calls under way go on."""
    STOPPED = "stopped"
    """Nobody is dialed, and calls under way are ended."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """`slug` names it in commands and addresses. `facts` are the variables of its script: company.name, product, …
    `quota` is reached goals a day, None until the head of sales sets it: then nothing is dialed. When it is met nobody
    more is dialed; calls under way may still reach the goal, unless it is `hard_quota`. An `advertising` campaign
    dials only leads whose consent is recorded. `priority` is that of its new tasks; `inbound_script` is spoken to its
    clients who call back. `managers_by`: which managers its clients are rather offered, most important first."""

    id: int
    slug: str
    title: str
    script: str
    timezone: str = "Europe/Moscow"
    quota: int | None = None
    hard_quota: bool = False
    goal: Goal = Goal.MEETING
    state: CampaignState = CampaignState.RUNNING
    window: CallingWindow = OFFICE_HOURS
    meeting_minutes: int = 30
    max_attempts: int = 3
    advertising: bool = False
    priority: int = PRIORITY_COLD
    inbound_script: str = "missed_call_back"
    managers_by: tuple[ManagerBy, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether it may dial."""
        return self.state is CampaignState.RUNNING

    def day(self, now: datetime) -> date:
        """The campaign's calendar day of an aware moment: quotas are counted by it."""
        return now.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True, slots=True)
class QuotaState:
    """The day's promise and how far it is kept: `booked` are reached goals. Slots held in calls under way count as
    booked: they may not be promised twice."""

    target: int
    booked: int
    attempts: int

    @property
    def remaining(self) -> int:
        return max(0, self.target - self.booked)

    @property
    def met(self) -> bool:
        return self.booked >= self.target
