"""What will be said next when the client answers as expected: to be rendered while he thinks. Pure.

Only where the words hold what is settled in the talk, slots of a meeting: everything else is known before the call.
"""

from __future__ import annotations

from scripts_dialog.actions import BookSlot, Say
from scripts_dialog.engine import Engine
from scripts_dialog.events import Heard, SlotBooked
from scripts_dialog.nodes.book_meeting import BookMeeting
from scripts_dialog.nodes.meeting_slots import Memory, Stage
from scripts_dialog.spoken import slot_words
from scripts_dialog.state import State

_YES = "да"


def likely_answers(engine: Engine, state: State) -> tuple[str, ...]:
    """Answers after which the robot reads out something new, likeliest first; none where nothing can be foreseen."""
    node = engine.script.phrases.get(state.phrase)
    if state.ended is not None or state.awaiting or not isinstance(node, BookMeeting):
        return ()
    memory = Memory.model_validate(state.memory)
    match memory.stage:
        case Stage.OFFERING:
            named = tuple(slot_words(slot.start, state.now) for slot in memory.slots())
            return (_YES,) if len(named) == 1 else named
        case Stage.CONFIRMING:
            return (_YES,)
    return ()


def said_after(engine: Engine, state: State, answer: str) -> tuple[Say, ...]:
    """What the robot says to this answer, and then when the slot it books is still free. A few milliseconds."""
    after, actions = engine.step(state, Heard(answer), now=state.now)
    said = [action for action in actions if isinstance(action, Say)]
    for action in actions:
        if isinstance(action, BookSlot):
            _, then = engine.step(after, SlotBooked(action.slot), now=state.now)
            said += (action for action in then if isinstance(action, Say))
    return tuple(said)
