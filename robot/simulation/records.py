"""What a simulated day is given and what is written down of it: all that the auditor reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from robot.crm.base import NewLead
from robot.domain.campaigns import CallingWindow, Campaign
from robot.domain.goals import Goal
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who may be called. `home`: where he really lives; `zones`: where he may live for all the robot is told,
    one zone or all eleven."""

    lead: NewLead
    home: str
    zones: tuple[str, ...]

    @property
    def phone(self) -> str:
        return self.lead.phone


@dataclass(frozen=True, slots=True)
class Plan:
    """A campaign. `opens` and `closes` are hours of the client's day, the same on each of `weekdays` (Monday = 0)."""

    slug: str
    title: str
    goal: Goal
    quota: int
    hard: bool
    opens: int
    closes: int
    weekdays: range
    priority: int
    advertising: bool = False

    def campaign(self) -> Campaign:
        """As it is asked of the store, which gives it its number."""
        return Campaign(
            0,
            self.slug,
            self.title,
            "cold_call",
            quota=self.quota,
            hard_quota=self.hard,
            goal=self.goal,
            window=CallingWindow.every(time(self.opens), time(self.closes), self.weekdays),
            advertising=self.advertising,
            priority=self.priority,
        )


@dataclass(frozen=True, slots=True)
class Queued:
    """A lead in a campaign's list before the day begins. `promised`: he was told to be called at `due_at`."""

    slug: str
    phone: str
    due_at: datetime
    promised: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A client who asks to be called, at `at`."""

    at: datetime
    slug: str
    phone: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A number or a pattern put on the stop list at `at`."""

    at: datetime
    entry: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How often anybody may be dialed, and how long after a refusal nobody is."""

    per_day: int = 3
    per_week: int = 6
    ever: int = 15
    pause: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Inputs:
    """The day: from `start` (midnight in Moscow) for 24 hours. Lists are in the order of time."""

    start: datetime
    clients: Mapping[str, Client]
    plans: Sequence[Plan]
    queued: Sequence[Queued]
    requests: Sequence[Request]
    stops: Sequence[Stop]
    limits: Limits = field(default_factory=Limits)

    @property
    def end(self) -> datetime:
        return self.start + timedelta(hours=24)


@dataclass(slots=True)
class Dial:
    """One dial, written when the phone begins to ring and completed when the call is over."""

    phone: str
    slug: str
    at: datetime
    outcome: Outcome | None = None
    counts: bool = True
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    callback_at: datetime | None = None
    meeting: Slot | None = None
