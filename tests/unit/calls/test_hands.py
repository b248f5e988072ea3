"""What the dialog asks of the calendar, over a real store: slots are kept for who is offered them, and given back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from robot.calls.hands import Hands
from robot.domain.meetings import Slot
from robot.storage.memory import MemoryStorage
from scripts_dialog import actions as act
from scripts_dialog import events as ev
from scripts_dialog.values import SlotRequest
from tests.contracts.storage_contract import NOW, Scene

pytestmark = pytest.mark.unit

MOSCOW = ZoneInfo("Europe/Moscow")
HERE = NOW.astimezone(MOSCOW)


def wish(count: int = 2, **more: Any) -> act.FindSlots:
    return act.FindSlots(SlotRequest(30, count, more.pop("not_before", HERE), **more))


class Call:
    """One call under way, and what the client heard last."""

    def __init__(self, scene: Scene, attempt_id: UUID, calendar: Any = None) -> None:
        self.scene = scene
        self.hands = Hands(
            attempt_id, scene.campaign, calendar or scene.store.calendar, now=lambda: NOW, on_stop=lambda _at: None
        )

    @classmethod
    async def begin(cls, scene: Scene) -> Call:
        return cls(scene, (await scene.call())[1])

    async def find(self, request: act.FindSlots) -> list[str]:
        found = await self.hands.do(request)
        assert isinstance(found, ev.SlotsFound)
        self.slots = found.slots
        return [f"{slot.start:%d %H:%M}" for slot in found.slots]


@pytest.fixture
async def scene() -> Scene:
    return await Scene.set(MemoryStorage(), leads=4)


async def test_two_clients_are_never_offered_the_same_time(scene: Scene) -> None:
    one, other = await Call.begin(scene), await Call.begin(scene)
    assert await one.find(wish(spread=True)) == ["23 12:00", "24 10:00"]
    assert await other.find(wish(spread=True)) == ["23 12:30", "24 10:30"]
    near = HERE.replace(hour=12)
    assert await other.find(wish(near=near, exact=True)) == ["23 12:30", "23 13:00"], "the nearest: it is not free"
    assert await one.find(wish(near=near, exact=True)) == ["23 12:00"], "what was offered to him is free to him"


async def test_what_is_refused_left_or_not_chosen_is_free_at_once(scene: Scene) -> None:
    call = await Call.begin(scene)
    before = await scene.slots()
    await call.find(wish())
    await call.hands.do(act.ReleaseSlots())
    assert await scene.slots() == before
    await call.find(wish())
    assert await call.hands.do(act.BookSlot(call.slots[1])) == ev.SlotBooked(call.slots[1])
    assert await scene.slots() == [before[0], *before[2:]]
    await call.find(wish())
    await call.hands.do(act.ReleaseSlots())
    assert call.hands.meeting == before[1], "what is agreed stays"
    assert await scene.slots() == [before[0], *before[2:]]


async def test_an_answer_taken_back_brings_back_the_offer(scene: Scene) -> None:
    call = await Call.begin(scene)
    before = await scene.slots()
    await call.find(wish())
    done = call.hands.done
    await call.hands.do(act.BookSlot(call.slots[0]))
    await call.hands.take_back(done)
    assert call.hands.meeting is None
    assert await scene.slots() == before[2:], "offered as before"
    await call.hands.do(act.ReleaseSlots())
    await call.hands.take_back(done)
    assert await scene.slots() == before[2:]
    await call.hands.do(act.BookSlot(call.slots[0]))
    done = call.hands.done
    await call.find(wish())
    await call.hands.do(act.BookSlot(call.slots[1]))
    await call.hands.take_back(done)
    assert call.hands.meeting == before[0]


class Slow:
    """A calendar in which somebody is faster, once after each look."""

    def __init__(self, inner: Any, other: UUID) -> None:
        self._inner = inner
        self._other = other
        self.looks = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def free_slots(self, *args: Any, **more: Any) -> Sequence[Slot]:
        self.looks += 1
        found: Sequence[Slot] = await self._inner.free_slots(*args, **more)
        if self.looks == 1:
            await self._inner.offer(self._other, found[:2], now=NOW)
        return found


async def test_when_somebody_is_faster_it_looks_again(scene: Scene) -> None:
    _, other = await scene.call()
    slow = Slow(scene.store.calendar, other)
    call = Call(scene, (await scene.call())[1], slow)
    assert await call.find(wish()) == ["23 13:00", "23 13:30"]
    assert slow.looks == 2


async def test_no_slot_is_an_answer_too_and_lets_the_old_ones_go(scene: Scene) -> None:
    call = await Call.begin(scene)
    await call.find(wish())
    assert await call.find(wish(not_before=HERE + timedelta(minutes=1), not_after=HERE + timedelta(minutes=2))) == []
    assert len(await scene.slots()) == 32
