"""A campaign: which script is spoken to which leads, until how many meetings a day, at what hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class CallingWindow:
    """Hours, in the client's local time, in which the phone may ring. Weekdays count from Monday = 0."""

    opens: time = time(9, 0)
    closes: time = time(20, 0)
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})

    def allows(self, now: datetime, timezone: str) -> bool:
        """Whether an aware `now` lies in the window in the client's zone. Raises ZoneInfoNotFoundError."""
        local = now.astimezone(ZoneInfo(timezone))
        return local.weekday() in self.weekdays and self.opens <= local.time() < self.closes


ALWAYS = CallingWindow(time.min, time.max, frozenset(range(7)))
"""For demonstrations on simulated people, who never sleep."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """`slug` names it in commands and addresses. `facts` are the variables of its script: company.name, product, …
    `quota` is meetings a day, None until the head of sales sets it: then nothing is dialed."""

    id: int
    slug: str
    title: str
    script: str
    timezone: str = "Europe/Moscow"
    quota: int | None = None
    active: bool = True
    window: CallingWindow = CallingWindow()
    meeting_minutes: int = 30
    max_attempts: int = 3
    facts: Mapping[str, str] = field(default_factory=dict)

    def day(self, now: datetime) -> date:
        """The campaign's calendar day of an aware moment: quotas are counted by it."""
        return now.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True, slots=True)
class QuotaState:
    """The day's promise and how far it is kept. Slots held in calls under way count as booked: they may not be
    promised twice."""

    target: int
    booked: int
    attempts: int

    @property
    def remaining(self) -> int:
        return max(0, self.target - self.booked)

    @property
    def met(self) -> bool:
        return self.booked >= self.target
