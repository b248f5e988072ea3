"""A campaign's quota over the hours of its day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from robot.analytics.workdays import STEP, Hours


@dataclass(frozen=True, slots=True)
class Opening:
    """minutes: in which the phone may ring, by hour of the day; hours without are absent. gone: of them, before
    now."""

    minutes: Mapping[int, int]
    gone: int

    @property
    def whole(self) -> int:
        return sum(self.minutes.values())

    @property
    def left(self) -> int:
        return self.whole - self.gone

    def planned(self, quota: int, hour: int) -> float:
        """Goals that are due by the end of this hour, when the quota is spread evenly over the open minutes."""
        if not self.whole:
            return 0.0
        return quota * sum(minutes for at, minutes in self.minutes.items() if at <= hour) / self.whole

    def due(self, quota: int) -> float:
        """Goals that are due by now."""
        return quota * self.gone / self.whole if self.whole else 0.0


def opening(window: Hours, timezone: str, day: date, now: datetime) -> Opening:
    """Of a day on the campaign's calendar."""
    zone = ZoneInfo(timezone)
    start, end = (datetime.combine(day + timedelta(days=n), time.min, zone).timestamp() for n in (0, 1))
    step = STEP.total_seconds()
    minutes: dict[int, int] = {}
    gone = 0
    for number in range(int((end - start) // step)):
        moment = datetime.fromtimestamp(start + number * step, zone)
        if window.allows(moment, timezone):
            minutes[moment.hour] = minutes.get(moment.hour, 0) + int(step // 60)
            gone += int(step // 60) if moment < now else 0
    return Opening(minutes, gone)
