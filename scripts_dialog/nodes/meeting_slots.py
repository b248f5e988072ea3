"""What a book_meeting phrase keeps and says: its stages, its words, and which of the slots found it may offer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from scripts_dialog.nodes.base import Line, Model, Seconds
from scripts_dialog.spoken import date_words, slot_words, time_words
from scripts_dialog.values import Slot


class Stage(StrEnum):
    FINDING = "finding"
    OFFERING = "offering"
    ASKING = "asking"
    """The client is asked which time would suit him."""
    CONFIRMING = "confirming"
    BOOKING = "booking"


class Memory(Model):
    """What the phrase remembers between events. `offered` holds slots as dicts."""

    stage: Stage = Stage.FINDING
    offered: tuple[dict[str, Any], ...] = ()
    chosen: dict[str, Any] | None = None
    refused: tuple[str, ...] = ()
    rounds: int = 0
    noes: int = 0
    wanted: tuple[datetime, datetime] | None = None
    exact: bool = False
    vague_yes: int = 0

    def slots(self) -> tuple[Slot, ...]:
        return tuple(Slot.from_dict(slot) for slot in self.offered)


class Terms(Model):
    """`duration` of the meeting; `notice`: no slot sooner than this from now; how many slots to `offer` at once."""

    duration: Seconds = 1800.0
    notice: Seconds = 7200.0
    offer: Annotated[int, Field(ge=1, le=3)] = 2


class Wording(Model):
    """The words around the slots; {slots}, {slot} stand for them."""

    offer: Line = "Могу предложить {slots}. Что вам удобнее?"
    single: Line = "Есть время {slot}. Подойдёт?"
    nearest: Line = "На это время всё занято. Ближайшее свободное — {slots}. Что вам удобнее?"
    which: Line = "Давайте уточню: {slots}? Какое время выбираете?"
    when: Line = "А в какой день и в какое время вам было бы удобно?"
    confirm: Line = "Записываю вас на встречу {slot}. Всё верно?"
    taken: Line = "Ой, это время только что заняли."


def fresh(slots: Sequence[Slot], memory: Memory, now: datetime) -> tuple[Slot, ...]:
    """Slots in the client's zone, without past ones and those refused already."""
    local = [Slot(slot.id, slot.start.astimezone(now.tzinfo), slot.duration_min, slot.manager) for slot in slots]
    return tuple(slot for slot in local if slot.start > now and slot.id not in memory.refused)


def choice_bias(slots: Sequence[Slot], now: datetime) -> tuple[str, ...]:
    """What a choice among the slots may sound like."""
    said: list[str] = []
    for slot in slots:
        day = slot.start.date()
        said.append(f"{slot_words(slot.start, now)}")
        said.append(f"давайте в {time_words(slot.start)}")
        said.append(f"{date_words(day, now.date())} подходит")
    return ("первый вариант", "второй вариант", *said, "ни то ни другое", "попозже")[:12]
