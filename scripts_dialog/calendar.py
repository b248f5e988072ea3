"""Which free slots are offered; and a calendar in memory for conversations without a CRM (tests, the chat)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from scripts_dialog.values import Slot, SlotRequest

DAYS_AHEAD = 14


def choose(free: Iterable[Slot], request: SlotRequest) -> Sequence[Slot]:
    """Of the free slots those to offer, the best first. Starts are compared in the zone of the request."""
    zone, near = request.not_before.tzinfo, request.near
    fitting = [
        slot
        for slot in free
        if slot.id not in request.except_ids
        and slot.start >= request.not_before
        and (request.not_after is None or slot.start < request.not_after)
    ]
    fitting.sort(key=lambda slot: (abs(slot.start - near), slot.start) if near else (timedelta(), slot.start))
    chosen = fitting[:1]
    if request.exact and chosen and chosen[0].start == near:
        return chosen
    days = {slot.start.astimezone(zone).date() for slot in chosen}
    for slot in fitting[1:] if request.spread else ():
        day = slot.start.astimezone(zone).date()
        if len(chosen) < request.count and day not in days:
            days.add(day)
            chosen.append(slot)
    chosen += [slot for slot in fitting if slot not in chosen][: max(0, request.count - len(chosen))]
    return chosen[: request.count]


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
        chosen = sorted(choose(self._free.values(), request), key=lambda slot: slot.start)
        return tuple(replace(slot, duration_min=request.duration_min) for slot in chosen)

    def book(self, slot: Slot) -> bool:
        """False when somebody else was faster."""
        return self._free.pop(slot.id, None) is not None
