"""A talk without audio: the caller of an engine, with a calendar in memory instead of a CRM.

Conversations in YAML, the chat in a terminal and random talks are made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scripts_dialog.actions import Action, BookSlot, Collected, CrmAction, End, FindSlots, Say, Transfer
from scripts_dialog.calendar import MemoryCalendar
from scripts_dialog.engine import Engine
from scripts_dialog.events import Event, Heard, SlotBooked, SlotsFound, SlotTaken, Transferred
from scripts_dialog.state import Context, State

MAX_ANSWERS = 50
"""What the engine asks of the calendar within one turn of a client; it gives up searching long before."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript; `who` is "robot" or "client"."""

    who: str
    text: str
    phrase: str


@dataclass(slots=True)
class Rehearsal:
    """`start`, then `tell` what happens until `ended`. Requests of the engine are answered at once: slots from the
    calendar, bookings unless `taken`, transfers as `transferred` says."""

    engine: Engine
    calendar: MemoryCalendar
    taken: bool = False
    transferred: bool = True
    lines: list[Line] = field(default_factory=list)
    collected: dict[str, str] = field(default_factory=dict)
    crm: list[str] = field(default_factory=list)
    ended: End | None = None
    _state: State | None = None

    @property
    def state(self) -> State:
        if self._state is None:
            raise RuntimeError("the talk has not started")
        return self._state

    def start(self, context: Context) -> list[Action]:
        """Begin. Returns all the actions, those that followed from answered requests included."""
        return self._take(*self.engine.start(context))

    def tell(self, event: Event) -> list[Action]:
        """Something happened. Returns as `start`."""
        if isinstance(event, Heard):
            self.lines.append(Line("client", event.text, self.state.phrase))
        return self._take(*self.engine.step(self.state, event))

    def _take(self, state: State, actions: Sequence[Action]) -> list[Action]:
        done: list[Action] = []
        for _ in range(MAX_ANSWERS):
            self._state = state
            done += actions
            answers = [answer for action in actions if (answer := self._carry_out(action)) is not None]
            if not answers:
                return done
            state, actions = self.engine.step(state, answers[0])
        raise RuntimeError(f"the talk asks and asks at {state.phrase!r}")

    def _carry_out(self, action: Action) -> Event | None:
        match action:
            case Say():
                self.lines.append(Line("robot", action.text, action.phrase))
            case Collected():
                self.collected[action.variable] = action.value
            case CrmAction():
                self.crm.append(action.name)
            case End():
                self.ended = action
            case FindSlots():
                return SlotsFound(self.calendar.find(action.request))
            case BookSlot():
                return SlotBooked(action.slot) if not self.taken and self.calendar.book(action.slot) else SlotTaken()
            case Transfer():
                return Transferred(self.transferred)
        return None
