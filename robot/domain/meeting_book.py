"""What a week of the managers looks like: what is booked, promised and taken elsewhere, and when they may meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from robot.domain.meetings import Slot, WorkingHours
from robot.domain.zones import zone_info


@dataclass(frozen=True, slots=True)
class BookedMeeting:
    """campaign: its title. moved: the client agreed on another time than at first."""

    id: int
    slot: Slot
    lead_id: int
    lead_name: str
    company: str
    campaign: str
    attempt_id: UUID
    booked_at: datetime
    moved: bool


@dataclass(frozen=True, slots=True)
class Week:
    """All that lasts in a stretch of time. offered: to clients who are talking just now, or held for them till the end
    of the call; elsewhere: what managers have in other calendars."""

    meetings: Sequence[BookedMeeting] = ()
    offered: Sequence[Slot] = ()
    elsewhere: Sequence[Slot] = ()


def open_hours(hours: WorkingHours, *, after: datetime, before: datetime) -> Iterator[tuple[datetime, datetime]]:
    """In UTC, when a manager may meet clients between the two moments; days off and holidays are left out."""
    zone = zone_info(hours.timezone)
    if zone is None:
        return
    day = after.astimezone(zone).date()
    while (midnight := datetime.combine(day, time.min, zone)) < before:
        if hours.works(day):
            opens = max(after, datetime.combine(day, hours.opens, zone)).astimezone(UTC)
            closes = min(before, datetime.combine(day, hours.closes, zone)).astimezone(UTC)
            if opens < closes:
                yield opens, closes
        day = (midnight + timedelta(days=1)).date()
