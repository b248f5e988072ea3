"""Random conversations: every event in every state gives actions, and every conversation ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts_dialog import Context, Engine, IntentMatch, Meaning, Script, Slot, State
from scripts_dialog.actions import BookSlot, End, FindSlots, Listen, Say, Transfer
from scripts_dialog.engine import MAX_EVENTS
from scripts_dialog.events import (
    Dtmf,
    Event,
    Heard,
    HungUp,
    Interrupted,
    Silence,
    SlotBooked,
    SlotsFound,
    SlotTaken,
    Transferred,
)
from scripts_dialog.understanding.shared import shared_intents

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 18, 11, 20, tzinfo=ZoneInfo("Europe/Moscow"))
TEXTS = [
    "",
    "да",
    "завтра в три",
    "второе",
    "info@mail.ru",
    "инфо собака мэйл точка ру",
    "сорок",
    "х" * 2000,
    "{lead.name}",
    "😀",
]


class Whatever:
    """Understands what the test says was meant: the engine must stand any understanding."""

    def __init__(self) -> None:
        self.meant: tuple[str, ...] = ()

    def understand(self, text: str, *, expected: Sequence[str] = (), also: Sequence[str] = ()) -> Meaning:
        return Meaning(tuple(IntentMatch(name, 0.9, text, hard=name == "voicemail") for name in self.meant))

    def examples(self, intents: Sequence[str]) -> tuple[str, ...]:
        return tuple(intents)

    def implied(self, intent: str) -> str | None:
        return {"not_interested": "no", "decision_maker": "yes"}.get(intent)


slots = st.lists(
    st.builds(lambda hours: Slot(str(hours), NOW + timedelta(hours=hours), 30), st.integers(-5, 400)), max_size=4
).map(tuple)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Heard, st.sampled_from(TEXTS), st.floats(0, 1)),
    st.builds(Heard, st.text(max_size=40)),
    st.just(Silence()),
    st.builds(Interrupted, st.integers(-5, 9000), st.integers(-5, 9000)),
    st.builds(Dtmf, st.sampled_from("0123456789*#")),
    st.builds(SlotsFound, slots),
    st.just(SlotBooked(Slot("1", NOW + timedelta(days=1), 30))),
    st.just(SlotTaken()),
    st.builds(Transferred, st.booleans()),
)
meanings = st.lists(st.sampled_from([*shared_intents(), "more", "unheard_of"]), max_size=3).map(tuple)


@settings(max_examples=150, deadline=None)
@given(turns=st.lists(st.tuples(events, meanings), max_size=25), seed=st.integers(0, 9))
def test_every_event_gives_actions_and_every_talk_ends(
    cold_call: Script, turns: list[tuple[Event, tuple[str, ...]]], seed: int
) -> None:
    whatever = Whatever()
    engine = Engine(cold_call, whatever)
    state, actions = engine.start(Context(NOW, seed=seed))
    assert isinstance(actions[-1], Listen)
    for event, meant in turns:
        whatever.meant = meant
        state, actions = engine.step(state, event)
        assert actions
        asked = [action for action in actions if isinstance(action, Listen | FindSlots | BookSlot | Transfer | End)]
        assert len(asked) == 1 or (not asked and state.awaiting)
        assert (asked and isinstance(asked[0], End)) == (state.ended is not None) or not asked
        assert not [action for action in actions if isinstance(action, Say) and not action.text]
        assert State.from_dict(state.to_dict()) == state
    state, actions = engine.step(state, HungUp())
    assert state.ended is not None
    assert isinstance(actions[-1], End)


@pytest.mark.parametrize(
    "event", [Heard("бла бла"), Heard("да"), Silence(), Interrupted(1, 2), Dtmf("5"), Heard("повторите")]
)
def test_the_same_event_forever_ends_the_talk(engine: Engine, event: Event) -> None:
    state, _ = engine.start(Context(NOW))
    for _ in range(MAX_EVENTS + 1):
        state, _ = engine.step(state, event)
    assert state.ended is not None


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([line for intent in shared_intents().values() for line in intent.examples]), max_size=12)
)
def test_talks_in_real_words_end(engine: Engine, texts: list[str]) -> None:
    state, _ = engine.start(Context(NOW))
    for text in texts:
        state, actions = engine.step(state, Heard(text))
        if state.awaiting == "slots":
            state, actions = engine.step(state, SlotsFound((Slot("1", NOW + timedelta(days=1), 30),)))
        elif state.awaiting == "booking":
            state, actions = engine.step(state, SlotTaken())
        assert actions
    for _ in range(6):
        state, _ = engine.step(state, Silence() if not state.awaiting else SlotsFound(()))
    assert state.ended is not None
