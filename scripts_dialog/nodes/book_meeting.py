"""Book a meeting: look for free slots, offer some, take a choice or a counter-proposal, read the slot back, and book
only after a yes.

    finding ──slots──> offering ──one chosen──> confirming ──yes──> booking ──booked──> `booked`
       ^                  │ another time            │ no                │ taken
       └──────────────────┴─────────────────────────┴───────────────────┘      out of rounds or slots ──> `no_slot`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import ClassVar

from scripts_dialog.actions import BookSlot, FindSlots, ReleaseSlots, Role, Turn
from scripts_dialog.events import Event, SlotBooked, SlotsFound, SlotTaken
from scripts_dialog.nodes.base import Listening, Target
from scripts_dialog.nodes.meeting_slots import Memory, Stage, Terms, Wording, choice_bias, fresh
from scripts_dialog.outcomes import Outcome
from scripts_dialog.spoken import either, slot_words
from scripts_dialog.talk import Talk
from scripts_dialog.understanding import times
from scripts_dialog.understanding.choice import NONE, Direction, anytime, by_order, pick, unconditional
from scripts_dialog.values import Expects, Slot, SlotRequest

MAX_ROUNDS = 5
"""Searches for slots in one visit; a client who refuses more often does not want a meeting."""
SEARCH_AHEAD = timedelta(days=14)
MAX_NOES = 2
"""Times the client may want none of the slots and be asked for his own."""


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

    def texts(self) -> Iterator[str]:
        yield from super().texts()
        yield from self.words.model_dump().values()

    def enter(self, talk: Talk) -> None:
        talk.say_variant(self)
        wanted = times.find(talk.text, talk.now) if talk.text else ()
        talk.text = ""
        self._search(talk, Memory(), wanted[0] if wanted else None)

    def on(self, talk: Talk, event: Event) -> None:
        memory = _memory(talk)
        match event:
            case SlotsFound() if talk.state.awaiting == "slots":
                self._found(talk, memory, fresh(event.slots, memory, talk.now))
            case SlotBooked() if talk.state.awaiting == "booking":
                self._booked(talk, event.slot)
            case SlotTaken() if talk.state.awaiting == "booking" and memory.chosen is not None:
                taken = Slot.from_dict(memory.chosen)
                talk.say(talk.words(self.words.taken), Role.BOOKING)
                near = times.Window(taken.start, taken.start + SEARCH_AHEAD, exact=False)
                self._search(talk, memory.model_copy(update={"refused": (*memory.refused, taken.id)}), near)
            case _:
                talk.record(Turn.NOT_UNDERSTOOD)

    def listen(self, talk: Talk) -> None:
        memory = _memory(talk)
        single = len(memory.offered) == 1
        if memory.stage is Stage.CONFIRMING or (memory.stage is Stage.OFFERING and single):
            talk.listen(Expects.YES_NO, ("да", "верно", "нет", "другое время", *choice_bias(memory.slots(), talk.now)))
        elif memory.stage is Stage.OFFERING:
            talk.listen(Expects.CHOICE, choice_bias(memory.slots(), talk.now))
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
            return self._heard_wish(talk, memory, ()) or self._left_to_us(talk, memory) or self._declined(talk, memory)
        other = by_order(talk.text, len(slots)) if memory.stage is Stage.CONFIRMING and len(slots) > 1 else None
        if other is not None:
            self._chose(talk, memory, slots[other - 1], single=False)
            return True
        choice = pick(talk.text, [slot.start for slot in offered], talk.now)
        if choice.index is not None and choice.index != NONE:
            self._chose(talk, memory, offered[choice.index - 1], single=len(offered) == 1)
        elif choice.direction is not None:
            self._shift(talk, memory, offered, choice.direction)
        elif not self._heard_wish(talk, memory, offered):
            return self._yes_or_no(talk, memory, offered, none=choice.index == NONE)
        return True

    def _yes_or_no(self, talk: Talk, memory: Memory, offered: Sequence[Slot], *, none: bool) -> bool:
        no = talk.meaning.find("no")
        telling = any(match.intent not in ("yes", "no", "not_interested") for match in talk.meaning.intents[:1])
        if none or (no and not talk.meaning.find("yes") and not telling):
            self._refused(talk, memory, offered)
        elif _agrees(talk) and not telling:
            self._agreed(talk, memory, offered)
        else:
            return False
        return True

    def _left_to_us(self, talk: Talk, memory: Memory) -> bool:
        """«Когда вам удобно»: any slot will do."""
        if memory.stage is not Stage.ASKING or not anytime(talk.text):
            return False
        self._note(talk, "anytime")
        self._search(talk, memory, None)
        return True

    def key_pressed(self, talk: Talk, digit: str) -> bool:
        memory = _memory(talk)
        slots = memory.slots()
        if memory.stage is Stage.OFFERING and digit in "123" and int(digit) <= len(slots):
            self._chose(talk, memory, slots[int(digit) - 1], single=len(slots) == 1)
            return True
        return False

    def _declined(self, talk: Talk, memory: Memory) -> bool:
        """A no to «когда вам удобно?»."""
        said_no = talk.meaning.find("no") is talk.meaning.intents[0] if talk.meaning.intents else False
        if memory.stage is not Stage.ASKING or not said_no or talk.meaning.find("yes"):
            return False
        self._note(talk, "no")
        talk.go(self.declined or self.no_slot)
        return True

    def _heard_wish(self, talk: Talk, memory: Memory, offered: Sequence[Slot]) -> bool:
        loose = memory.stage is not Stage.CONFIRMING
        wanted = times.find(talk.text, talk.now, loose=loose, days=[slot.start.date() for slot in offered])
        if not wanted:
            return False
        self._note(talk, "datetime", wanted[0].start.isoformat())
        self._search(talk, memory, wanted[0])
        return True

    def _chose(self, talk: Talk, memory: Memory, slot: Slot, *, single: bool) -> None:
        """A slot was named. It is booked at once only when it alone had just been read out and there is a yes
        beside («да, в два»); otherwise it is read back first."""
        if single and _agrees(talk):
            self._book(talk, memory, slot)
            return
        self._note(talk, "choice", slot.start.isoformat())
        self._confirm(talk, memory, slot)

    def _agreed(self, talk: Talk, memory: Memory, offered: Sequence[Slot]) -> None:
        """A yes to one slot books it; to several it is asked which, and the second time the first one is read back."""
        if len(offered) == 1:
            self._book(talk, memory, offered[0])
            return
        self._note(talk, "yes")
        if memory.vague_yes:
            self._confirm(talk, memory, offered[0])
            return
        _keep(talk, memory.model_copy(update={"vague_yes": 1}))
        self.question(talk)

    def _refused(self, talk: Talk, memory: Memory, offered: Sequence[Slot]) -> None:
        self._note(talk, "no")
        refused = (*memory.refused, *(slot.id for slot in offered))
        noes = memory.noes + 1
        changes = {"stage": Stage.ASKING, "offered": (), "chosen": None, "refused": refused, "noes": noes}
        _keep(talk, memory.model_copy(update=changes))
        if noes > MAX_NOES:
            talk.go(self.declined or self.no_slot)
            return
        self._say(talk, self.words.when)
        talk.emit(ReleaseSlots())
        self.listen(talk)

    # --- searching, offering, booking ---------------------------------------------------------------------------------

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
                    count=self.book_meeting.offer,
                    not_before=max(earliest, wanted.start) if wanted and not wanted.exact else earliest,
                    not_after=wanted.end if wanted and not wanted.exact else None,
                    near=wanted.start if wanted else None,
                    except_ids=memory.refused,
                    spread=wanted is None,
                    exact=bool(wanted and wanted.exact),
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
        slots = slots[: self.book_meeting.offer]
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
        self._note(talk, direction)
        first, last = offered[0].start, offered[-1].start
        refused = (*memory.refused, *(slot.id for slot in offered))
        memory = memory.model_copy(update={"refused": refused})
        match direction:
            case Direction.LATER:
                window = times.Window(last + timedelta(minutes=1), last + SEARCH_AHEAD, exact=False)
            case Direction.EARLIER:
                window = times.Window(min(talk.now, first), first, exact=False)
            case Direction.OTHER_DAY:
                after = last.replace(hour=0, minute=0) + timedelta(days=1)
                window = times.Window(after, after + SEARCH_AHEAD, exact=False)
        self._search(talk, memory, window)

    def _confirm(self, talk: Talk, memory: Memory, slot: Slot) -> None:
        _keep(talk, memory.model_copy(update={"stage": Stage.CONFIRMING, "chosen": slot.to_dict()}))
        self._say(talk, self.words.confirm, slot=slot_words(slot.start, talk.now))
        self.listen(talk)

    def _book(self, talk: Talk, memory: Memory, slot: Slot) -> None:
        self._note(talk, "yes", slot.start.isoformat())
        _keep(talk, memory.model_copy(update={"stage": Stage.BOOKING, "chosen": slot.to_dict()}))
        talk.emit(BookSlot(slot))

    def _booked(self, talk: Talk, slot: Slot) -> None:
        start = slot.start.astimezone(talk.now.tzinfo)
        talk.set(reached=Outcome.MEETING_BOOKED, slots_held=False)
        talk.remember("meeting.at", start.isoformat())
        talk.remember("meeting.when", slot_words(start, talk.now))
        talk.go(self.booked)

    def _say(self, talk: Talk, text: str, **values: str) -> None:
        talk.say(talk.words(text, **values), Role.BOOKING, interruptible=self.interruptible)

    def _note(self, talk: Talk, intent: str, matched: str = "") -> None:
        talk.record(Turn.VALUE, intent=intent, confidence=1.0, matched=matched or talk.text)


def _agrees(talk: Talk) -> bool:
    """A yes without reservations: what is booked must be beyond doubt."""
    return talk.meaning.find("yes") is not None and talk.meaning.find("no") is None and unconditional(talk.text)


def _memory(talk: Talk) -> Memory:
    return Memory.model_validate(dict(talk.state.memory))


def _keep(talk: Talk, memory: Memory) -> None:
    talk.set(memory=memory.model_dump(mode="json"))
