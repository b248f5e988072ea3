"""What the dialog engine asks for beside speech: slots of the calendar, the stop list, the CRM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from robot.calls.ports import Calendar
from robot.domain.campaigns import Campaign
from robot.domain.meetings import LOOK_AHEAD, Slot
from robot.patience import Patience
from scripts_dialog import actions as act
from scripts_dialog import events as ev
from scripts_dialog.values import Slot as OfferedSlot
from scripts_dialog.values import SlotRequest

CLIENT_WAITS_S = 8.0
"""Silence that a client bears while the calendar cannot be asked."""


@dataclass(frozen=True, slots=True)
class Done:
    """crm_actions: how many there are."""

    meeting: Slot | None
    crm_actions: int


class Hands:
    """Carries actions out for one call and remembers what came of them."""

    def __init__(
        self,
        attempt_id: UUID,
        campaign: Campaign,
        calendar: Calendar,
        *,
        now: Callable[[], datetime],
        on_stop: Callable[[datetime], None],
    ) -> None:
        """on_stop: called once, when the client demands never to be called again."""
        self._attempt_id = attempt_id
        self._campaign = campaign
        self._calendar = calendar
        self._now = now
        self._on_stop = on_stop
        self._offered: dict[str, Slot] = {}
        self.meeting: Slot | None = None
        self.opted_out = False
        self.crm_actions: list[act.CrmAction] = []

    async def take_back(self, done: Done) -> None:
        """Undo what was carried out since: the client had not finished."""
        del self.crm_actions[done.crm_actions :]
        if self.meeting == done.meeting:
            return
        booked, self.meeting = self.meeting, None
        if booked is not None:
            await Patience()(partial(self._calendar.release, self._attempt_id), doing="let a slot go")
        if done.meeting is not None and await self._calendar.hold(self._attempt_id, done.meeting, now=self._now()):
            self.meeting = done.meeting

    @property
    def done(self) -> Done:
        """What has been carried out so far, to come back to."""
        return Done(self.meeting, len(self.crm_actions))

    def stop_calling(self) -> None:
        """The client demands never to be called again: told at once, not when the call is over. Idempotent."""
        if not self.opted_out:
            self.opted_out = True
            self._on_stop(self._now())

    async def do(self, action: act.Action) -> ev.Event | None:
        """The engine's answer to the action, where it waits for one. Raises what the calendar raises for longer than a
        client waits."""
        return await Patience()(partial(self._do, action), doing="ask the calendar", within_s=CLIENT_WAITS_S)

    async def _do(self, action: act.Action) -> ev.Event | None:
        match action:
            case act.FindSlots(request):
                return ev.SlotsFound(await self._find(request))
            case act.BookSlot(slot):
                return await self._book(slot)
            case act.ReleaseSlots():
                await self._calendar.release(self._attempt_id)
                self.meeting = None
            case act.CrmAction():
                self.crm_actions.append(action)
            case act.StopCalling():
                self.stop_calling()
            case _:
                raise TypeError(f"not for hands: {type(action).__name__}")
        return None

    async def _find(self, request: SlotRequest) -> tuple[OfferedSlot, ...]:
        zone = request.not_before.tzinfo
        after = max(request.not_before, self._now())
        before = request.not_after or after + LOOK_AHEAD
        duration = timedelta(minutes=request.duration_min)
        found = await self._calendar.free_slots(
            self._campaign, after=after, before=before, duration=duration, now=self._now()
        )
        free = [slot for slot in found if _key(slot) not in request.except_ids]
        if request.near is not None:
            near = request.near
            free.sort(key=lambda slot: (abs(slot.starts_at - near), slot.starts_at))
        chosen = sorted(free[: request.count], key=lambda slot: slot.starts_at) if request.near is None else free
        offered = []
        for slot in chosen[: request.count]:
            self._offered[_key(slot)] = slot
            minutes = int((slot.ends_at - slot.starts_at).total_seconds() // 60)
            offered.append(OfferedSlot(_key(slot), slot.starts_at.astimezone(zone), minutes))
        return tuple(offered)

    async def _book(self, offered: OfferedSlot) -> ev.Event:
        slot = self._offered[offered.id]
        if not await self._calendar.hold(self._attempt_id, slot, now=self._now()):
            return ev.SlotTaken()
        self.meeting = slot
        return ev.SlotBooked(offered)


def _key(slot: Slot) -> str:
    return f"{slot.manager_id}@{slot.starts_at.astimezone(UTC).isoformat()}"
