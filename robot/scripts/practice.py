"""What a talk for practice has instead of stores: a calendar that is always free, a log that keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from robot.domain.calls import Turn
from robot.domain.campaigns import Campaign
from robot.domain.meetings import Diaries, Slot, WorkingHours

_DIARIES = Diaries({1: WorkingHours()})


class FreeCalendar:
    """Calendar of robot.calls.ports: one manager with usual hours, whom nobody else meets."""

    async def free_slots(
        self,
        campaign: Campaign,  # noqa: ARG002 - everybody's is free
        *,
        after: datetime,
        before: datetime,
        duration: timedelta,
        now: datetime,  # noqa: ARG002
        attempt_id: UUID | None = None,  # noqa: ARG002
    ) -> Sequence[Slot]:
        return list(_DIARIES.free(1, after=after, before=before, duration=duration))

    async def offer(self, attempt_id: UUID, slots: Sequence[Slot], *, now: datetime) -> Sequence[Slot]:  # noqa: ARG002
        return slots

    async def hold(self, attempt_id: UUID, slot: Slot, *, now: datetime) -> bool:  # noqa: ARG002
        return True

    async def release(self, attempt_id: UUID) -> None: ...


class Unkept:
    """CallLog of robot.calls.ports: tells each turn as it stands, and keeps none."""

    def __init__(self, tell: Callable[[Turn], None]) -> None:
        self._tell = tell

    async def answered(self, attempt_id: UUID, *, at: datetime) -> None: ...

    async def turn(self, attempt_id: UUID, turn: Turn) -> None:  # noqa: ARG002 - there is but one
        self._tell(turn)

    async def stop_calling(self, attempt_id: UUID, *, at: datetime) -> None: ...
