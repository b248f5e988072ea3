"""What the dialog engine asks for beside speech: slots of the calendar, the stop list, the CRM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from scripts_dialog.calendar import choose
from scripts_dialog.values import Slot as OfferedSlot
from scripts_dialog.values import SlotRequest

CLIENT_WAITS_S = 8.0
"""Silence that a client bears while the calendar cannot be asked."""

LOOKS = 3
"""Into the calendar for one answer, when others were faster each time."""


@dataclass(frozen=True, slots=True)
class Done:
    """crm_actions: how many there are. offered: what the client may choose from."""

    meeting: Slot | None
    crm_actions: int
    offered: tuple[Slot, ...] = ()


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
        self._known: dict[str, Slot] = {}
        self._offered: tuple[Slot, ...] = ()
        self.meeting: Slot | None = None
        self.opted_out = False
        self.crm_actions: list[act.CrmAction] = []

    async def take_back(self, done: Done) -> None:
        """Undo what was carried out since: the client had not finished."""
        del self.crm_actions[done.crm_actions :]
        if (self.meeting, self._offered) != (done.meeting, done.offered):
            await Patience()(partial(self._restore, done), doing="let a slot go")

    async def _restore(self, done: Done) -> None:
        if self.meeting != done.meeting:
            await self._calendar.release(self._attempt_id)
            self.meeting, self._offered = None, ()
            if done.meeting is not None and await self._calendar.hold(self._attempt_id, done.meeting, now=self._now()):
                self.meeting = done.meeting
        if self._offered != done.offered:
            await self._offer(done.offered)

    @property
    def done(self) -> Done:
        """What has been carried out so far, to come back to."""
        return Done(self.meeting, len(self.crm_actions), self._offered)

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
                await self._offer(())
            case act.CrmAction():
                self.crm_actions.append(action)
            case act.StopCalling():
                self.stop_calling()
            case _:
                raise TypeError(f"not for hands: {type(action).__name__}")
        return None

    async def _find(self, request: SlotRequest) -> tuple[OfferedSlot, ...]:
        free: dict[str, Slot] = {}
        for _ in range(LOOKS):
            free = {_key(slot): slot for slot in await self._free(request)}
            wanted = choose([_to_offer(key, slot, request) for key, slot in free.items()], request)
            if await self._offer([free[slot.id] for slot in wanted]) or not wanted:
                break
        self._known |= free
        return tuple(_to_offer(_key(slot), slot, request) for slot in sorted(self._offered, key=_start))

    async def _free(self, request: SlotRequest) -> Sequence[Slot]:
        after = max(request.not_before, self._now())
        return await self._calendar.free_slots(
            self._campaign,
            after=after,
            before=request.not_after or after + LOOK_AHEAD,
            duration=timedelta(minutes=request.duration_min),
            now=self._now(),
            attempt_id=self._attempt_id,
        )

    async def _offer(self, slots: Sequence[Slot]) -> bool:
        """Whether any could be kept for him."""
        if slots or self._offered:
            self._offered = tuple(await self._calendar.offer(self._attempt_id, slots, now=self._now()))
        return bool(self._offered)

    async def _book(self, offered: OfferedSlot) -> ev.Event:
        slot = self._known[offered.id]
        if not await self._calendar.hold(self._attempt_id, slot, now=self._now()):
            return ev.SlotTaken()
        self.meeting, self._offered = slot, ()
        return ev.SlotBooked(offered)


def _to_offer(key: str, slot: Slot, request: SlotRequest) -> OfferedSlot:
    minutes = int((slot.ends_at - slot.starts_at).total_seconds() // 60)
    return OfferedSlot(key, slot.starts_at.astimezone(request.not_before.tzinfo), minutes)


def _start(slot: Slot) -> datetime:
    return slot.starts_at


def _key(slot: Slot) -> str:
    return f"{slot.manager_id}@{slot.starts_at.astimezone(UTC).isoformat()}"
