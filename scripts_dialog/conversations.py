"""Conversations written in YAML, played against a script without audio.

script: cold_call                     # a shipped script, or a file beside this one
now: 2026-03-18T11:20:00              # Europe/Moscow unless `zone` says otherwise
variables: {lead: {name: Иван}}
conversations:
  - name: Соглашается сразу
    steps:
      - client: да, это я             # what is heard
        phrase: offer                 # where the talk must be then
        intent: decision_maker        # how it must have been understood
        says: встреч                  # what the robot must say in answer (a part of it)
      - silence: true
      - key: "1"
      - interrupted: 0.3              # share of the phrase that was heard
      - hang_up: client               # client, robot or line
    calendar: free                    # free, empty, or taken (every booking comes too late)
    outcome: meeting_booked
    reason: ""                        # checked when written
    callback_at: 2026-03-19T15:00:00  # in the client's zone, checked when written
    meeting_at: 2026-03-19T10:00:00
    collected: {lead.need: новые клиенты}   # variables the talk must have filled in
    crm: [send_document]           # what the CRM must have been asked for, at least
    never_says: скидка
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from scripts_dialog.actions import Action, BookSlot, Collected, CrmAction, End, FindSlots, Say, Transfer, Understood
from scripts_dialog.calendar import MemoryCalendar
from scripts_dialog.engine import Engine
from scripts_dialog.events import (
    Dtmf,
    Event,
    Heard,
    HungUp,
    Interrupted,
    Side,
    Silence,
    SlotBooked,
    SlotsFound,
    SlotTaken,
    Transferred,
)
from scripts_dialog.nodes.base import Model
from scripts_dialog.outcomes import Outcome
from scripts_dialog.state import Context, State

PHRASE_MS = 4000


class ConversationError(ValueError):
    """The file of conversations cannot be read; the message says where."""


class Step(Model):
    client: str | None = None
    silence: bool = False
    key: str | None = None
    interrupted: float | None = None
    hang_up: Side | None = None
    phrase: str | None = None
    intent: str | None = None
    says: str | None = None

    def event(self) -> Event:
        if self.client is not None:
            return Heard(self.client)
        if self.key is not None:
            return Dtmf(self.key)
        if self.interrupted is not None:
            return Interrupted(round(self.interrupted * PHRASE_MS), PHRASE_MS)
        if self.hang_up is not None:
            return HungUp(self.hang_up)
        return Silence()


class Conversation(Model):
    name: str
    steps: tuple[Step, ...] = ()
    variables: dict[str, Any] = Field(default_factory=dict)
    calendar: Literal["free", "empty", "taken"] = "free"
    transferred: bool = True
    outcome: Outcome | None = None
    reason: str | None = None
    callback_at: datetime | None = None
    meeting_at: datetime | None = None
    collected: dict[str, str] = Field(default_factory=dict)
    crm: tuple[str, ...] = ()
    never_says: str | None = None


class ConversationFile(Model):
    script: str
    now: datetime
    zone: str = "Europe/Moscow"
    variables: dict[str, Any] = Field(default_factory=dict)
    conversations: Annotated[tuple[Conversation, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript; `who` is "robot" or "client"."""

    who: str
    text: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Result:
    """`failures` are empty when all went as written."""

    name: str
    failures: tuple[str, ...]
    transcript: tuple[Line, ...]
    ended: End | None

    @property
    def ok(self) -> bool:
        return not self.failures


def load_conversations(path: Path) -> ConversationFile:
    """Raises ConversationError naming the file and what is wrong."""
    try:
        return ConversationFile.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, YAMLError, ValidationError) as error:
        raise ConversationError(f"{path}: {error}") from error


def run_conversations(engine: Engine, tests: ConversationFile) -> tuple[Result, ...]:
    """Play every conversation of the file against the script of the engine."""
    return tuple(_play(engine, tests, conversation) for conversation in tests.conversations)


@dataclass(slots=True)
class _Player:
    """The caller of an engine, with a calendar instead of a CRM and no audio."""

    engine: Engine
    calendar: MemoryCalendar
    conversation: Conversation
    state: State
    lines: list[Line] = field(default_factory=list)
    collected: dict[str, str] = field(default_factory=dict)
    crm: list[str] = field(default_factory=list)
    understood: list[Understood] = field(default_factory=list)
    ended: End | None = None

    def take(self, state: State, actions: Sequence[Action]) -> None:
        """Carry out actions, and answer what the engine asks for."""
        self.state = state
        for action in actions:
            match action:
                case Say():
                    self.lines.append(Line("robot", action.text, action.phrase))
                case Understood():
                    self.understood.append(action)
                case Collected():
                    self.collected[action.variable] = action.value
                case CrmAction():
                    self.crm.append(action.name)
                case End():
                    self.ended = action
        answer = next((found for action in actions if (found := self._answer(action)) is not None), None)
        if answer is not None:
            self.take(*self.engine.step(self.state, answer))

    def _answer(self, action: Action) -> Event | None:
        match action:
            case FindSlots():
                return SlotsFound(() if self.conversation.calendar == "empty" else self.calendar.find(action.request))
            case BookSlot():
                free = self.conversation.calendar != "taken" and self.calendar.book(action.slot)
                return SlotBooked(action.slot) if free else SlotTaken()
            case Transfer():
                return Transferred(self.conversation.transferred)
        return None


def _play(engine: Engine, tests: ConversationFile, conversation: Conversation) -> Result:
    now = _zoned(tests.now, tests.zone)
    context = Context(now, {**tests.variables, **conversation.variables})
    player = _Player(engine, MemoryCalendar.working_week(now), conversation, *engine.start(context)[:1])
    player.take(*engine.start(context))
    failures: list[str] = []
    for number, step in enumerate(conversation.steps, 1):
        before = len(player.lines)
        event = step.event()
        if isinstance(event, Heard):
            player.lines.append(Line("client", event.text, player.state.phrase))
        player.understood.clear()
        player.take(*engine.step(player.state, event))
        said = " ".join(line.text for line in player.lines[before:] if line.who == "robot")
        failures += [f"step {number} ({_label(step)}): {failure}" for failure in _step_failures(player, step, said)]
    failures += _end_failures(player, conversation, tests.zone)
    return Result(conversation.name, tuple(failures), tuple(player.lines), player.ended)


def _step_failures(player: _Player, step: Step, said: str) -> Iterator[str]:
    if step.phrase is not None and player.state.phrase != step.phrase:
        yield f"the talk is at {player.state.phrase!r}, not at {step.phrase!r}"
    intents = [record.intent for record in player.understood]
    if step.intent is not None and step.intent not in intents:
        yield f"understood as {intents}, not as {step.intent!r}"
    if step.says is not None and step.says.lower() not in said.lower():
        yield f"the robot says {said!r}, without {step.says!r}"


def _end_failures(player: _Player, conversation: Conversation, zone: str) -> Iterator[str]:
    ended = player.ended
    if conversation.outcome is not None and (ended is None or ended.outcome is not conversation.outcome):
        yield f"ended with {ended.outcome if ended else None}, not with {conversation.outcome}"
    if conversation.reason is not None and (ended is None or ended.reason != conversation.reason):
        yield f"the reason is {ended.reason if ended else None!r}, not {conversation.reason!r}"
    if conversation.callback_at is not None:
        wanted = _zoned(conversation.callback_at, zone)
        if ended is None or ended.callback_at != wanted:
            yield f"calls back at {ended.callback_at if ended else None}, not at {wanted}"
    if conversation.meeting_at is not None:
        wanted, booked = _zoned(conversation.meeting_at, zone), player.collected.get("meeting.at")
        if booked is None or datetime.fromisoformat(booked) != wanted:
            yield f"the meeting is at {booked}, not at {wanted}"
    for variable, value in conversation.collected.items():
        if player.collected.get(variable) != value:
            yield f"{variable} is {player.collected.get(variable)!r}, not {value!r}"
    for name in conversation.crm:
        if name not in player.crm:
            yield f"the CRM is asked for {player.crm}, not for {name!r}"
    if conversation.never_says is not None:
        said = " ".join(line.text for line in player.lines if line.who == "robot")
        if conversation.never_says.lower() in said.lower():
            yield f"the robot says {conversation.never_says!r}"


def _zoned(moment: datetime, zone: str) -> datetime:
    return moment.replace(tzinfo=ZoneInfo(zone)) if moment.tzinfo is None else moment


def _label(step: Step) -> str:
    return step.client or step.key or (f"hang up by {step.hang_up}" if step.hang_up else "silence")
