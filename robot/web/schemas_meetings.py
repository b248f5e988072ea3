"""The managers' calendar on the wire. Times are UTC."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_DAYS = 31


class WeekQuery(BaseModel):
    """since: the first day, today without. days: how many. timezone: whose days they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: date | None = None
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 7
    timezone: Annotated[str, Field(max_length=64)] = "Europe/Moscow"

    @model_validator(mode="after")
    def _in_the_calendar(self) -> Self:
        if self.since is not None and not date(2000, 1, 1) <= self.since <= date(2200, 1, 1):
            raise ValueError("since lies beyond the calendar")
        return self


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class TimeSpanOut(_Out):
    starts_at: datetime
    ends_at: datetime


class MeetingOut(_Out):
    """call: in which it was agreed. moved: he agreed on another time before."""

    id: int
    starts_at: datetime
    ends_at: datetime
    lead_id: int
    lead: str
    company: str
    campaign: str
    call: UUID
    booked_at: datetime
    moved: bool


class ManagerWeekOut(_Out):
    """offered: to clients who are talking just now. elsewhere: in his other calendars. open: when he may meet. free:
    minutes of that which nobody has, from now on."""

    id: int
    name: str
    timezone: str
    place: str
    meetings: list[MeetingOut]
    offered: list[TimeSpanOut]
    elsewhere: list[TimeSpanOut]
    open: list[TimeSpanOut]
    free_minutes: int


class WeekOut(_Out):
    since: datetime
    until: datetime
    managers: list[ManagerWeekOut]
