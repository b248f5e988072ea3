"""When the report of a week is sent by itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WeeklySchedule:
    """weekday: 0 is Monday. hour: of the company's clock. to: addresses; none: nothing is sent. since: when it was set:
    what was due before is not sent after the fact."""

    weekday: int = 0
    hour: int = 9
    to: tuple[str, ...] = ()
    since: datetime | None = None

    def due(self, now: datetime, zone: ZoneInfo) -> date | None:
        """The Monday of the week to be told of, when it is time; None while it is not."""
        local = now.astimezone(zone)
        monday = local.date() - timedelta(days=local.weekday())
        moment = datetime.combine(monday + timedelta(days=self.weekday), time(self.hour), zone)
        if not self.to or now < moment or (self.since is not None and moment < self.since):
            return None
        return monday - WEEK
