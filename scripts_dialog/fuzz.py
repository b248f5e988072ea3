"""Random conversations: a script must stand whatever clients do.

Each conversation has a client of its own, more or less willing to answer what he is asked, who speaks in the examples
of the intents, in times, numbers and addresses, in nonsense, or says nothing, presses keys, interrupts and hangs up.
The same seed gives the same conversations.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from scripts_dialog.actions import Action, End, Listen, Say
from scripts_dialog.calendar import MemoryCalendar
from scripts_dialog.engine import Engine
from scripts_dialog.events import Dtmf, Event, Heard, HungUp, Interrupted, Silence
from scripts_dialog.findings import Text
from scripts_dialog.meaning import Understands
from scripts_dialog.model import Script
from scripts_dialog.nodes.branch import Branch, parsed
from scripts_dialog.rehearsal import Line, Rehearsal
from scripts_dialog.state import Context, State
from scripts_dialog.understanding.remembering import Remembering
from scripts_dialog.understanding.shared import shared_intents
from scripts_dialog.values import Expects

MAX_TURNS = 60
"""A random client who has not come to an end by then falls silent, one in four much earlier; that ends every talk."""
MAX_SILENCES = 12
FAULTS = frozenset({"dead_end", "script_loop", "script_changed", "too_long"})
"""Reasons the engine gives when it is the script that failed."""
_CONSTANT = re.compile(r"\"([^\"]*)\"|\b(\d+)\b")
NOW = datetime(2026, 3, 18, 11, 20, tzinfo=ZoneInfo("Europe/Moscow"))
VALUES: dict[Expects, tuple[str, ...]] = {
    Expects.YES_NO: ("да", "да конечно", "да, верно", "нет", "нет, лучше завтра"),
    Expects.OPEN: ("да", "нет", "хотим больше клиентов", "сто двадцать"),
    Expects.CHOICE: ("второе", "первый вариант", "да, давайте первое", "лучше попозже", "ни то ни другое"),
    Expects.DATETIME: ("завтра в три", "в понедельник утром", "через час", "двадцать пятого в одиннадцать", "вчера"),
    Expects.NUMBER: ("сто двадцать", "пять", "около тысячи"),
    Expects.EMAIL: ("иванов собака яндекс точка ру", "инфо собака мэйл"),
    Expects.NAME: ("меня зовут Пётр", "Смирнова Ольга"),
}
ANY_VALUE = tuple(value for values in VALUES.values() for value in values)
NOISE = (
    "",
    "э",
    "мммм ну",
    "кхм",
    "{lead.name}",
    "😀",
    "а" * 700,
    "завтра завтра завтра",
    "где мои ключи",
    "1 2 3",
    "<b>",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong in conversation number `number` of the run."""

    number: int
    what: Text
    transcript: tuple[Line, ...]


@dataclass(slots=True)
class Report:
    """`outcomes` are counted by "outcome" or "outcome: reason"; `turns` are the client's."""

    conversations: int = 0
    turns: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    visited: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def fuzz(
    script: Script,
    understanding: Understands,
    *,
    conversations: int,
    seed: int = 0,
    first: int = 0,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Hold conversations number `first` and following; a problem does not stop the run. `progress` is told each one."""
    engine = Engine(script, Remembering(understanding, most=None))
    report = Report()
    for number in range(first, first + conversations):
        _hold(engine, random.Random(f"{seed}:{number}"), number, report)
        progress(number)
    return report


class _Client:
    """One random client; `willing` is the share of his turns in which he answers what he is asked."""

    def __init__(self, script: Script, chance: random.Random) -> None:
        self._script = script
        self._chance = chance
        self._intents = {**shared_intents(), **script.intents}
        self._names = sorted(self._intents)
        self._willing = chance.choice((0.2, 0.6, 0.9))

    def does(self, phrase: str, expects: Expects) -> Event:
        if self._chance.random() < self._willing:
            return Heard(self._answer(phrase, expects))
        (act,) = self._chance.choices(
            (self._says, self._values, self._mumbles, Silence, self._interrupts, self._presses, HungUp),
            (45, 20, 10, 10, 7, 6, 2),
        )
        event: Event = act()
        return event

    def _answer(self, phrase: str, expects: Expects) -> str:
        intents = [name for name in getattr(self._script.phrases[phrase], "answers", {}) if name in self._intents]
        if intents and self._chance.random() < (0.7 if expects is Expects.OPEN else 0.3):
            return self._example(self._chance.choice(intents))
        return self._chance.choice(VALUES[expects])

    def _says(self) -> Event:
        return Heard(self._example(self._chance.choice(self._names)), self._chance.choice((1.0, 0.7, 0.3)))

    def _values(self) -> Event:
        return Heard(self._chance.choice(ANY_VALUE))

    def _mumbles(self) -> Event:
        return Heard(self._chance.choice(NOISE), self._chance.choice((1.0, 0.1)))

    def _interrupts(self) -> Event:
        return Interrupted(self._chance.randrange(-1, 4000), self._chance.choice((0, 4000)))

    def _presses(self) -> Event:
        return Dtmf(self._chance.choice("0123456789*#"))

    def _example(self, intent: str) -> str:
        return self._chance.choice(self._intents[intent].examples)


def _hold(engine: Engine, chance: random.Random, number: int, report: Report) -> None:
    empty = chance.random() < 0.15
    calendar = MemoryCalendar(()) if empty else MemoryCalendar.working_week(NOW)
    talk = Rehearsal(engine, calendar, taken=chance.random() < 0.15, transferred=chance.random() < 0.5)
    client = _Client(engine.script, chance)
    report.conversations += 1
    problem: Text | None = None
    try:
        actions = talk.start(Context(NOW, _variables(engine.script, chance), seed=chance.randrange(1000)))
        turns, patience = 0, chance.choice((MAX_TURNS, MAX_TURNS, MAX_TURNS, chance.randrange(8)))
        while (problem := _problem(talk, actions)) is None and talk.ended is None:
            if turns >= patience + MAX_SILENCES:
                problem = Text("разговор не кончается, хотя клиент молчит", "the talk goes on with a silent client")
                break
            expects = next((act.expects for act in actions if isinstance(act, Listen)), Expects.OPEN)
            event = client.does(talk.state.phrase, expects) if turns < patience else Silence()
            turns += 1
            actions = talk.tell(event)
        report.turns += turns
        report.visited |= talk.state.visits.keys()
    except Exception as error:  # whatever it is, it is what the run was to find; the next conversation goes on
        problem = Text(f"сбой: {type(error).__name__}: {error}", f"failure: {type(error).__name__}: {error}")
    if talk.ended is not None:
        reason = f": {talk.ended.reason}" if talk.ended.reason else ""
        report.outcomes[f"{talk.ended.outcome.value}{reason}"] += 1
    if problem is not None:
        report.problems.append(Problem(number, problem, tuple(talk.lines)))


def _variables(script: Script, chance: random.Random) -> dict[str, object]:
    """A lead of whom everything is known, or nothing."""
    if chance.random() < 0.3:
        return {}
    return {
        "lead.name": "Иван",
        "lead.first_name": "Иван",
        "lead.company": "Ромашка",
        "lead.email": chance.choice(("", "ivan@romashka.ru")),
        "campaign.transfer_to": chance.choice(("", "sales")),
        "meeting.at": "2026-03-19T15:00:00+03:00",
        "legal.introduction": chance.choice(("", "Вам звонит робот.")),
        **_compared(script, chance),
    }


def _compared(script: Script, chance: random.Random) -> dict[str, object]:
    """Values for the variables that branches ask for: those they compare them with, or others."""
    asked: dict[str, object] = {}
    for node in script.phrases.values():
        for case in node.branch if isinstance(node, Branch) else ():
            values = ["", "0", "7", *(text or number for text, number in _CONSTANT.findall(case.when))]
            for name in sorted(parsed(case.when).names):
                asked.setdefault(name, chance.choice(values))
    return asked


def _problem(talk: Rehearsal, actions: Sequence[Action]) -> Text | None:
    """What must never happen after any event."""
    ends = [action for action in actions if isinstance(action, End)]
    if ends and ends[-1].reason in FAULTS:
        return Text(f"разговор оборвался: {ends[-1].reason}", f"the talk broke off: {ends[-1].reason}")
    listens = any(isinstance(action, Listen) for action in actions)
    if not ends and not listens and not talk.state.awaiting and not _quiet(actions):
        return Text("робот замолчал и никого не слушает", "the robot neither speaks nor listens")
    if any(isinstance(action, Say) and ("{" in action.text or "}" in action.text) for action in actions):
        return Text("в речи осталась переменная", "a variable was said as it is written")
    if State.from_dict(talk.state.to_dict()) != talk.state:
        return Text("состояние разговора не сохраняется", "the state does not survive being stored")
    return None


def _quiet(actions: Sequence[Action]) -> bool:
    """Only a note: what happened changed nothing, and the robot is listening as before."""
    return not any(isinstance(action, Say) for action in actions)
