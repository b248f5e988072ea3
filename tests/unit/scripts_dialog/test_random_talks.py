"""Random talks with every script that ships: no crash, no dead end, no endless loop, whatever happens and whenever.

`make talks` holds 10,000 with each. What fails is shrunk to the shortest talk that fails.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st

from scripts_dialog import (
    Context,
    Engine,
    IntentMatch,
    Meaning,
    Script,
    Slot,
    State,
    Understanding,
    library,
    load_script,
)
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
from scripts_dialog.fuzz import ANY_VALUE, FAULTS, MAX_SILENCES, NOISE, VALUES
from scripts_dialog.nodes.branch import Branch, parsed
from scripts_dialog.understanding.remembering import Remembering
from scripts_dialog.understanding.shared import shared_intents
from scripts_dialog.values import Expects
from tests.conftest import runs

pytestmark = pytest.mark.unit

TALKS = int(os.environ.get("ZVONAR_TALKS", "0")) or runs(50)
"""Talks with each script."""
MAX_TURNS = 40
"""Turns before the client falls silent."""
MAX_ANSWERS = 20
"""What a robot may ask of calendar and operators while nobody speaks."""
NOW = datetime(2026, 3, 18, 11, 20, tzinfo=ZoneInfo("Europe/Moscow"))
TEXTS = (*NOISE, *ANY_VALUE, "info@mail.ru", "х" * 2000)
LEAD = {
    "lead.name": ("Иван", ""),
    "lead.company": ("Ромашка",),
    "lead.email": ("ivan@romashka.ru", "нет"),
    "campaign.transfer_to": ("sales",),
    "meeting.at": ("2026-03-19T15:00:00+03:00", "2020-01-01T15:00:00+03:00", "завтра"),
    "legal.introduction": ("Вам звонит робот.",),
}
DOINGS = ("does", "answers", "answers", "answers", "names a value", "names a value", "talks", "mumbles")
KEYS = "0123456789*#"
_CONSTANT = re.compile(r"\"([^\"]*)\"|\b(\d+)\b")


@dataclass(frozen=True, slots=True)
class Given:
    """What calendar and operators answer when they are asked."""

    slots: tuple[Slot, ...] = ()
    succeeds: bool = False


class Understood:
    """Takes words for what the test says, or for what they really mean."""

    def __init__(self, really: Understanding) -> None:
        self._really = Remembering(really, most=None)
        self.meant: tuple[str, ...] | None = None

    def understand(self, text: str, *, expected: Sequence[str] = (), also: Sequence[str] = ()) -> Meaning:
        if self.meant is None:
            return self._really.understand(text, expected=expected, also=also)
        return Meaning(tuple(IntentMatch(name, 0.9, text, hard=name == "voicemail") for name in self.meant))

    def examples(self, intents: Sequence[str]) -> tuple[str, ...]:
        return self._really.examples(intents)

    def implied(self, intent: str) -> str | None:
        return self._really.implied(intent)


class Talk:
    """One talk, held to all that an engine promises after any event."""

    def __init__(self, engine: Engine, understood: Understood, context: Context) -> None:
        self.engine = engine
        self.understood = understood
        self.state, self.actions = engine.start(context)
        self._check()

    @property
    def over(self) -> bool:
        return self.state.ended is not None

    @property
    def expects(self) -> Expects:
        return next((action.expects for action in self.actions if isinstance(action, Listen)), Expects.OPEN)

    def answered(self) -> list[str]:
        """Intents that the phrase at hand answers; where it answers none, those answered anywhere."""
        script, state = self.engine.script, self.state
        aside = script.objections.get(state.aside)
        answers = [*getattr(script.phrases[state.phrase], "answers", {}), *(aside.answers if aside else ())]
        return [answer for answer in answers if answer not in KEYS] or sorted(script.objections)

    def give(self, given: Given) -> None:
        match self.state.awaiting:
            case "slots":
                self.happens(SlotsFound(given.slots))
            case "booking":
                slot = next((action.slot for action in self.actions if isinstance(action, BookSlot)), None)
                self.happens(SlotBooked(slot) if slot and given.succeeds else SlotTaken())
            case _:
                self.happens(Transferred(given.succeeds))

    def happens(self, what: Event, meant: tuple[str, ...] | None = None) -> None:
        note(f"{self.state.phrase}: {what} {meant or ''}")
        self.understood.meant = meant
        self.state, self.actions = self.engine.step(self.state, what)
        self._check()

    def _check(self) -> None:
        assert self.actions
        asked = [one for one in self.actions if isinstance(one, Listen | FindSlots | BookSlot | Transfer | End)]
        assert len(asked) == 1 or (not asked and self.state.awaiting), self.actions
        ends = [one for one in asked if isinstance(one, End)]
        assert bool(ends) == self.over
        assert not [one.reason for one in ends if one.reason in FAULTS]
        assert not [one for one in self.actions if isinstance(one, Say) and (not one.text or set("{}") & set(one.text))]
        assert State.from_dict(self.state.to_dict()) == self.state


slots = st.lists(
    st.builds(lambda hours: Slot(str(hours), NOW + timedelta(hours=hours), 30), st.integers(-5, 400)), max_size=4
).map(tuple)
replies = st.builds(Given, slots, st.booleans())
unasked: st.SearchStrategy[Event] = st.one_of(
    st.just(Silence()),
    st.builds(Interrupted, st.integers(-5, 9000), st.integers(-5, 9000)),
    st.builds(Dtmf, st.sampled_from(KEYS)),
    st.builds(SlotsFound, slots),
    st.just(SlotBooked(Slot("1", NOW + timedelta(days=1), 30))),
    st.just(SlotTaken()),
    st.builds(Transferred, st.booleans()),
    st.just(HungUp()),
)
texts = st.one_of(st.sampled_from(TEXTS), st.text(max_size=40))
confidences = st.sampled_from((1.0, 0.7, 0.1))
rarely = st.sampled_from((*([False] * 15), True))


def facts(script: Script) -> st.SearchStrategy[dict[str, str]]:
    """What is known of a lead before the call; of what branches ask for, the values they compare with, and others."""
    known: dict[str, tuple[str, ...]] = dict(LEAD)
    for node in script.phrases.values():
        for case in node.branch if isinstance(node, Branch) else ():
            values = [text or number for text, number in _CONSTANT.findall(case.when)]
            for name in sorted(parsed(case.when).names):
                known[name] = (*known.get(name, ("", "0", "7")), *values)
    return st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in known.items()})


@dataclass(frozen=True, slots=True)
class Shipped:
    """`meant`: whatever words may be taken for; the engine must stand any understanding."""

    engine: Engine
    understood: Understood
    facts: st.SearchStrategy[dict[str, str]]
    examples: st.SearchStrategy[str]
    meant: st.SearchStrategy[tuple[str, ...]]


@lru_cache
def shipped(name: str) -> Shipped:
    script = load_script(library.path(name))
    understood = Understood(Understanding.for_script(script))
    intents = {**shared_intents(), **script.intents}
    examples = sorted({example for intent in intents.values() for example in intent.examples})
    meant = st.lists(st.sampled_from([*intents, "unheard_of"]), max_size=3).map(tuple)
    return Shipped(Engine(script, understood), understood, facts(script), st.sampled_from(examples), meant)


@pytest.mark.parametrize("name", library.names())
@settings(max_examples=TALKS, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_every_talk_comes_to_an_end(name: str, data: st.DataObject) -> None:
    script = shipped(name)
    context = Context(NOW, data.draw(script.facts), seed=data.draw(st.integers(0, 9)))
    talk = Talk(script.engine, script.understood, context)
    for _ in range(data.draw(st.integers(1, MAX_TURNS))):
        if not talk.over:
            _something(script, talk, data.draw)
    _fall_silent(talk, data.draw(replies))
    assert talk.state.ended is not None
    event(talk.state.ended.outcome)  # pytest --hypothesis-show-statistics


def _something(script: Shipped, talk: Talk, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
    """The robot gets what it waits for, or the client answers what he is asked, says whatever, or does whatever."""
    if talk.state.awaiting and not draw(rarely):
        talk.give(draw(replies))
        return
    match draw(st.sampled_from(DOINGS)):
        case "answers":
            talk.happens(Heard(draw(texts)), (draw(st.sampled_from(talk.answered())),))
        case "names a value":
            talk.happens(Heard(draw(st.sampled_from(VALUES[talk.expects]))))
        case "talks":
            talk.happens(Heard(draw(script.examples), draw(confidences)))
        case "mumbles":
            talk.happens(Heard(draw(texts), draw(confidences)), draw(script.meant))
        case _:
            talk.happens(draw(unasked))


def _fall_silent(talk: Talk, given: Given) -> None:
    silences = answers = 0
    while not talk.over and silences < MAX_SILENCES and answers < MAX_ANSWERS:
        if talk.state.awaiting:
            talk.give(given)
            answers += 1
        else:
            talk.happens(Silence())
            silences += 1


@pytest.mark.parametrize(
    "again", [Heard("бла бла"), Heard("да"), Silence(), Interrupted(1, 2), Dtmf("5"), Heard("повторите")]
)
def test_the_same_event_forever_ends_the_talk(engine: Engine, again: Event) -> None:
    state, _ = engine.start(Context(NOW))
    for _ in range(MAX_EVENTS + 1):
        state, _ = engine.step(state, again)
    assert state.ended is not None
