"""A calendar in memory: free slots for conversations without a CRM (tests of scripts, the chat in a terminal)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta

from scripts_dialog.values import Slot, SlotRequest

DAYS_AHEAD = 14


class MemoryCalendar:
    """Answers `SlotRequest` as a real calendar must: within the window, the nearest first, each slot once."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        self._free = {slot.id: slot for slot in slots}

    @classmethod
    def working_week(cls, now: datetime, *, hours: Iterable[int] = (10, 11, 12, 14, 15, 16, 17)) -> MemoryCalendar:
        """Free at these hours on working days of the two weeks after `now`."""
        days = [(now + timedelta(days=ahead)).date() for ahead in range(DAYS_AHEAD)]
        starts = [datetime.combine(day, time(hour), now.tzinfo) for day in days if day.weekday() < 5 for hour in hours]
        return cls(Slot(start.isoformat(), start, 30) for start in starts if start > now)

    def find(self, request: SlotRequest) -> tuple[Slot, ...]:
        fitting = [
            replace(slot, duration_min=request.duration_min)
            for slot in self._free.values()
            if slot.id not in request.except_ids
            and slot.start >= request.not_before
            and (request.not_after is None or slot.start < request.not_after)
        ]
        near = request.near
        fitting.sort(key=lambda slot: (abs(slot.start - near), slot.start) if near else (timedelta(), slot.start))
        return tuple(fitting[: request.count])

    def book(self, slot: Slot) -> bool:
        """False when somebody else was faster."""
        return self._free.pop(slot.id, None) is not None
