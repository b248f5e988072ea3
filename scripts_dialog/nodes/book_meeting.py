"""Book a meeting: look for free slots, offer some, take a choice or a counter-proposal, read the slot back, and book
only after a yes.

    finding ──slots──> offering ──one chosen──> confirming ──yes──> booking ──booked──> `booked`
       ^                  │ another time            │ no                │ taken
       └──────────────────┴─────────────────────────┴───────────────────┘      out of rounds or slots ──> `no_slot`
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import Field

from scripts_dialog.actions import BookSlot, FindSlots, Role, Turn
from scripts_dialog.events import Event, SlotBooked, SlotsFound, SlotTaken
from scripts_dialog.nodes.base import Line, Listening, Model, Seconds, Target
from scripts_dialog.outcomes import Outcome
from scripts_dialog.spoken import date_words, either, slot_words, time_words
from scripts_dialog.talk import Talk
from scripts_dialog.understanding import times
from scripts_dialog.understanding.choice import NONE, Direction, pick
from scripts_dialog.values import Expects, Slot, SlotRequest

MAX_ROUNDS = 5
"""Searches for slots in one visit; a client who refuses more often does not want a meeting."""
CHOICE_OF = 12
"""Slots asked for at once, to offer some on different days out of them."""


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
    """`duration` of the meeting; how many slots to `offer` at once; the first one is no sooner than `notice` from now."""

    duration: Seconds = 1800.0
    notice: Seconds = 7200.0
    offer: Annotated[int, Field(ge=1, le=3)] = 2


class Wording(Model):
    """The words around the slots; {slots}, {slot} stand for them."""

    offer: Line = "Могу предложить {slots}. Что вам удобнее?"
    single: Line = "Есть время {slot}. Подойдёт?"
    nearest: Line = "На это время всё занято. Ближайшее, что есть: {slots}. Подойдёт?"
    which: Line = "Давайте уточню: {slots}? Какое время выбираете?"
    when: Line = "А в какой день и в какое время вам было бы удобно?"
    confirm: Line = "Записываю вас на встречу {slot}. Всё верно?"
    taken: Line = "Ой, это время только что заняли."


class BookMeeting(Listening):
    key: ClassVar[str] = "book_meeting"
    moves: ClassVar[frozenset[str]] = frozenset({"booked", "no_slot", "declined"})

    book_meeting: Terms = Terms()
    words: Wording = Wording()
    booked: Target
    no_slot: Target
    declined: Target | None = None
    """Where the talk goes when the client wants none of the times and names none; `no_slot` when left out."""

    def writes(self) -> frozenset[str]:
        return frozenset({"meeting.when", "meeting.at"})

    def enter(self, talk: Talk) -> None:
        talk.say_variant(self)
        wanted = times.find(talk.text, talk.now) if talk.text else ()
        talk.text = ""
        self._search(talk, Memory(), wanted[0] if wanted else None)

    def on(self, talk: Talk, event: Event) -> None:
        memory = _memory(talk)
        match event:
            case SlotsFound() if talk.state.awaiting == "slots":
                self._found(talk, memory, _fresh(event.slots, memory, talk.now))
            case SlotBooked() if talk.state.awaiting == "booking":
                self._booked(talk, event.slot)
            case SlotTaken() if talk.state.awaiting == "booking" and memory.chosen is not None:
                taken = Slot.from_dict(memory.chosen)
                talk.say(talk.render(self.words.taken), Role.BOOKING)
                near = times.Window(taken.start, taken.start + timedelta(hours=4), exact=True)
                self._search(talk, memory.model_copy(update={"refused": (*memory.refused, taken.id)}), near)
            case _:
                talk.record(Turn.NOT_UNDERSTOOD)

    def listen(self, talk: Talk) -> None:
        memory = _memory(talk)
        single = len(memory.offered) == 1
        if memory.stage is Stage.CONFIRMING or (memory.stage is Stage.OFFERING and single):
            talk.listen(Expects.YES_NO, ("да", "верно", "нет", "другое время", *_bias(memory.slots(), talk.now)))
        elif memory.stage is Stage.OFFERING:
            talk.listen(Expects.CHOICE, _bias(memory.slots(), talk.now))
        else:
            talk.listen(Expects.DATETIME, times.BIAS)

    def question(self, talk: Talk) -> None:
        memory = _memory(talk)
        starts = [slot.start for slot in memory.slots()]
        match memory.stage:
            case Stage.OFFERING if len(starts) > 1:
                self._say(talk, self.words.which, slots=either(starts, talk.now))
            case Stage.OFFERING if starts:
                self._say(talk, self.words.single, slot=slot_words(starts[0], talk.now))
            case Stage.CONFIRMING if memory.chosen:
                self._say(talk, self.words.confirm, slot=slot_words(Slot.from_dict(memory.chosen).start, talk.now))
            case _:
                self._say(talk, self.words.when)
        self.listen(talk)

    # --- what the client says ----------------------------------------------------------------------------------------

    def heard_value(self, talk: Talk) -> bool:
        memory = _memory(talk)
        slots = memory.slots()
        chosen = Slot.from_dict(memory.chosen) if memory.chosen else None
        offered = (chosen,) if memory.stage is Stage.CONFIRMING and chosen else slots
        if not offered:
            return self._heard_wish(talk, memory)
        choice = pick(talk.text, [slot.start for slot in offered], talk.now)
        yes, no = talk.meaning.find("yes"), talk.meaning.find("no")
        if choice.index is not None and choice.index != NONE:
            return self._chose(talk, memory, offered[choice.index - 1], sure=len(offered) == 1 and not no)
        if choice.direction is not None:
            self._note(talk, choice.direction)
            self._shift(talk, memory, offered, choice.direction)
            return True
        if self._heard_wish(talk, memory):
            return True
        telling = any(match.intent not in ("yes", "no", "not_interested") for match in talk.meaning.intents[:1])
        if telling and choice.index is None:
            return False
        if choice.index == NONE or (no and not yes):
            return self._refused(talk, memory, offered)
        if yes:
            return self._agreed(talk, memory, offered)
        return False

    def key_pressed(self, talk: Talk, digit: str) -> bool:
        memory = _memory(talk)
        slots = memory.slots()
        if memory.stage is Stage.OFFERING and digit in "123" and int(digit) <= len(slots):
            return self._chose(talk, memory, slots[int(digit) - 1], sure=len(slots) == 1)
        return False

    def _heard_wish(self, talk: Talk, memory: Memory) -> bool:
        loose = memory.stage is not Stage.CONFIRMING
        wanted = times.find(talk.text, talk.now, loose=loose, days=[slot.start.date() for slot in memory.slots()])
        if not wanted:
            return False
        self._note(talk, "datetime", wanted[0].start.isoformat())
        self._search(talk, memory, wanted[0])
        return True

    def _chose(self, talk: Talk, memory: Memory, slot: Slot, *, sure: bool) -> bool:
        """A slot was named. It is booked at once only when it had just been read out in full and agreed to."""
        agreed = talk.meaning.find("yes") is not None or not talk.meaning.intents
        if sure and agreed and memory.stage in (Stage.CONFIRMING, Stage.OFFERING):
            return self._book(talk, memory, slot)
        self._note(talk, "choice", slot.start.isoformat())
        self._confirm(talk, memory, slot)
        return True

    def _agreed(self, talk: Talk, memory: Memory, offered: Sequence[Slot]) -> bool:
        if len(offered) == 1:
            return self._book(talk, memory, offered[0])
        self._note(talk, "yes")
        if memory.vague_yes:
            self._confirm(talk, memory, offered[0])
            return True
        _keep(talk, memory.model_copy(update={"vague_yes": 1}))
        self.question(talk)
        return True

    def _refused(self, talk: Talk, memory: Memory, offered: Sequence[Slot]) -> bool:
        self._note(talk, "no")
        refused = (*memory.refused, *(slot.id for slot in offered))
        noes = memory.noes + 1
        memory = memory.model_copy(
            update={"stage": Stage.ASKING, "offered": (), "chosen": None, "refused": refused, "noes": noes}
        )
        _keep(talk, memory)
        if noes > 2:
            talk.go(self.declined or self.no_slot)
            return True
        self._say(talk, self.words.when)
        self.listen(talk)
        return True

    # --- searching, offering, booking ----------------------------------------------------------------------------------

    def _search(self, talk: Talk, memory: Memory, wanted: times.Window | None) -> None:
        if memory.rounds >= MAX_ROUNDS:
            talk.go(self.no_slot)
            return
        span = (wanted.start, wanted.end) if wanted else None
        _keep(
            talk,
            memory.model_copy(
                update={
                    "stage": Stage.FINDING,
                    "offered": (),
                    "chosen": None,
                    "rounds": memory.rounds + 1,
                    "wanted": span,
                    "exact": bool(wanted and wanted.exact),
                }
            ),
        )
        earliest = talk.now + timedelta(seconds=self.book_meeting.notice)
        talk.emit(
            FindSlots(
                SlotRequest(
                    duration_min=max(1, round(self.book_meeting.duration / 60)),
                    count=CHOICE_OF,
                    not_before=max(earliest, wanted.start) if wanted and not wanted.exact else earliest,
                    not_after=wanted.end if wanted and not wanted.exact else None,
                    near=wanted.start if wanted else None,
                    except_ids=memory.refused,
                )
            )
        )

    def _found(self, talk: Talk, memory: Memory, slots: tuple[Slot, ...]) -> None:
        if not slots:
            if memory.wanted is None or memory.exact:
                talk.go(self.no_slot)
            else:
                near = times.Window(memory.wanted[0], memory.wanted[1], exact=True)
                self._search(talk, memory, near)
            return
        exact = next((slot for slot in slots if memory.wanted and slot.start == memory.wanted[0]), None)
        if memory.exact and exact is not None:
            self._confirm(talk, memory, exact)
            return
        slots = _offer(slots, self.book_meeting.offer, spread=memory.wanted is None)
        _keep(
            talk,
            memory.model_copy(
                update={"stage": Stage.OFFERING, "offered": tuple(slot.to_dict() for slot in slots), "vague_yes": 0}
            ),
        )
        starts = [slot.start for slot in slots]
        if memory.exact:
            self._say(talk, self.words.nearest, slots=either(starts, talk.now))
        elif len(slots) == 1:
            self._say(talk, self.words.single, slot=slot_words(starts[0], talk.now))
        else:
            self._say(talk, self.words.offer, slots=either(starts, talk.now))
        self.listen(talk)

    def _shift(self, talk: Talk, memory: Memory, offered: Sequence[Slot], direction: Direction) -> None:
        """«Попозже», «пораньше», «в другой день»: search from the slots offered."""
        first, last = offered[0].start, offered[-1].start
        refused = (*memory.refused, *(slot.id for slot in offered))
        memory = memory.model_copy(update={"refused": refused})
        day_start = first.replace(hour=8, minute=0, second=0, microsecond=0)
        match direction:
            case Direction.LATER:
                window = times.Window(last + timedelta(minutes=1), last + timedelta(days=14), exact=False)
            case Direction.EARLIER:
                window = times.Window(min(talk.now, first), first, exact=False)
            case Direction.OTHER_DAY:
                after = day_start.replace(day=day_start.day) + timedelta(days=(last.date() - first.date()).days + 1)
                window = times.Window(after, after + timedelta(days=14), exact=False)
        self._search(talk, memory, window)

    def _confirm(self, talk: Talk, memory: Memory, slot: Slot) -> None:
        _keep(talk, memory.model_copy(update={"stage": Stage.CONFIRMING, "chosen": slot.to_dict()}))
        self._say(talk, self.words.confirm, slot=slot_words(slot.start, talk.now))
        self.listen(talk)

    def _book(self, talk: Talk, memory: Memory, slot: Slot) -> bool:
        self._note(talk, "yes", slot.start.isoformat())
        _keep(talk, memory.model_copy(update={"stage": Stage.BOOKING, "chosen": slot.to_dict()}))
        talk.emit(BookSlot(slot))
        return True

    def _booked(self, talk: Talk, slot: Slot) -> None:
        start = slot.start.astimezone(talk.now.tzinfo)
        talk.set(reached=Outcome.MEETING_BOOKED, slots_held=False)
        talk.remember("meeting.at", start.isoformat())
        talk.remember("meeting.when", slot_words(start, talk.now))
        talk.go(self.booked)

    def _say(self, talk: Talk, text: str, **values: str) -> None:
        talk.say(talk.render(text, **values), Role.BOOKING, interruptible=self.interruptible)

    def _note(self, talk: Talk, intent: str, matched: str = "") -> None:
        talk.record(Turn.VALUE, intent=intent, confidence=1.0, matched=matched or talk.text)


def _memory(talk: Talk) -> Memory:
    return Memory.model_validate(dict(talk.state.memory))


def _keep(talk: Talk, memory: Memory) -> None:
    talk.set(memory=memory.model_dump(mode="json"))


def _fresh(slots: Sequence[Slot], memory: Memory, now: datetime) -> tuple[Slot, ...]:
    """Slots in the client's zone, without past ones and those refused already."""
    local = [Slot(slot.id, slot.start.astimezone(now.tzinfo), slot.duration_min, slot.manager) for slot in slots]
    return tuple(slot for slot in local if slot.start > now and slot.id not in memory.refused)


def _offer(slots: Sequence[Slot], count: int, *, spread: bool) -> tuple[Slot, ...]:
    """The slots to offer, in the order of time: the best ones, and on different days when any day will do."""
    chosen = list(slots[:1])
    if spread:
        for slot in slots:
            if len(chosen) < count and slot.start.date() not in {other.start.date() for other in chosen}:
                chosen.append(slot)
    chosen += [slot for slot in slots if slot not in chosen][: count - len(chosen)]
    return tuple(sorted(chosen, key=lambda slot: slot.start))


def _bias(slots: Sequence[Slot], now: datetime) -> tuple[str, ...]:
    """What a choice among the slots may sound like."""
    said: list[str] = []
    for slot in slots:
        day = slot.start.date()
        said.append(f"{slot_words(slot.start, now)}")
        said.append(f"давайте в {time_words(slot.start)}")
        said.append(f"{date_words(day, now.date())} подходит")
    return ("первый вариант", "второй вариант", *said, "ни то ни другое", "попозже")[:12]
