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

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, ValidationError
from ruamel.yaml import YAML

from scripts_dialog import library
from scripts_dialog.actions import Action, End, Understood
from scripts_dialog.calendar import MemoryCalendar
from scripts_dialog.engine import Engine
from scripts_dialog.events import Dtmf, Event, Heard, HungUp, Interrupted, Side, Silence
from scripts_dialog.findings import Finding, ScriptError, Severity, Text
from scripts_dialog.loading.mistakes import did_you_mean, findings_of
from scripts_dialog.loading.read import Source, read_file
from scripts_dialog.nodes.base import Model, fields_of, problem
from scripts_dialog.outcomes import Outcome
from scripts_dialog.rehearsal import Line, Rehearsal
from scripts_dialog.state import Context

SUFFIX = ".test.yaml"
PHRASE_MS = 4000


class ConversationError(ScriptError):
    """The file of conversations cannot be used; `findings` say where and why."""

    code: ClassVar[str] = "conversations_broken"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise problem(
            "unknown_zone",
            f"часового пояса «{name}» нет",
            f"there is no time zone '{name}'",
            "напишите, например, Europe/Moscow или Asia/Yekaterinburg",
            "write, for instance, Europe/Moscow",
        ) from None
    return name


class Step(Model):
    client: str | None = None
    silence: bool = False
    key: str | None = None
    interrupted: float | None = None
    hang_up: Side | None = None
    phrase: str | None = None
    intent: str | None = None
    says: str | None = None
    line: int = 0
    """Where it is written; filled in on loading."""

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
    line: int = 0
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
    zone: Annotated[str, AfterValidator(_zone)] = "Europe/Moscow"
    variables: dict[str, Any] = Field(default_factory=dict)
    conversations: Annotated[tuple[Conversation, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Failure:
    """What went otherwise than written at `line` of the file; `said` is the client's part of that step."""

    line: int
    said: str
    message: Text


@dataclass(frozen=True, slots=True)
class Result:
    """`failures` are empty when all went as written."""

    name: str
    line: int
    failures: tuple[Failure, ...]
    transcript: tuple[Line, ...]
    ended: End | None

    @property
    def ok(self) -> bool:
        return not self.failures


def load_conversations(path: Path) -> ConversationFile:
    """Raises ConversationError with every mistake and its line."""
    source = read_file(path)
    if source.findings:
        raise ConversationError(source.findings)
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    _number(data, source)
    try:
        return ConversationFile.model_validate(data)
    except ValidationError as error:
        raise ConversationError(findings_of(error, (), "", source.nearest, _known)) from error


def script_of(tests: ConversationFile, path: Path) -> Path:
    """The script that a file of conversations is about: beside it, or a shipped one. Raises ConversationError."""
    name = tests.script.removesuffix(".yaml")
    beside = path.parent / f"{name}.yaml"
    if re.fullmatch(r"[\w-]+", name) and beside.is_file():
        return beside
    if name in library.names():
        return library.path(name)
    place = read_file(path).nearest("script")
    message = Text(f"сценария «{name}» нет", f"there is no script '{name}'")
    known = {file.stem for file in path.parent.glob("*.yaml") if not file.name.endswith(SUFFIX)} | set(library.names())
    raise ConversationError(
        [Finding("unknown_script", Severity.ERROR, place.file, place.line, "", message, did_you_mean(name, known))]
    )


def _number(data: dict[str, Any], source: Source) -> None:
    """Write the line numbers into conversations and steps, as far as they are what they should be."""
    conversations = data.get("conversations")
    for index, conversation in enumerate(conversations if isinstance(conversations, list) else ()):
        if isinstance(conversation, dict):
            conversation["line"] = source.nearest("conversations", str(index)).line
            steps = conversation.get("steps")
            for number, step in enumerate(steps if isinstance(steps, list) else ()):
                if isinstance(step, dict):
                    step["line"] = source.nearest("conversations", str(index), "steps", str(number)).line


def _known(loc: tuple[str, ...]) -> frozenset[str]:
    model = Step if "steps" in loc else Conversation if loc else ConversationFile
    return fields_of(model) - {"line"}


def run_conversations(engine: Engine, tests: ConversationFile) -> tuple[Result, ...]:
    """Play every conversation of the file against the script of the engine."""
    return tuple(_play(engine, tests, conversation) for conversation in tests.conversations)


def begin(engine: Engine, tests: ConversationFile, conversation: Conversation) -> Rehearsal:
    """The talk of a conversation before its first step."""
    now = _zoned(tests.now, tests.zone)
    calendar = MemoryCalendar(()) if conversation.calendar == "empty" else MemoryCalendar.working_week(now)
    talk = Rehearsal(engine, calendar, taken=conversation.calendar == "taken", transferred=conversation.transferred)
    talk.start(Context(now, {**tests.variables, **conversation.variables}))
    return talk


def _play(engine: Engine, tests: ConversationFile, conversation: Conversation) -> Result:
    talk = begin(engine, tests, conversation)
    failures: list[Failure] = []
    for step in conversation.steps:
        before = len(talk.lines)
        actions = talk.tell(step.event())
        said = " ".join(line.text for line in talk.lines[before:] if line.who == "robot")
        failures += [Failure(step.line, _label(step), failure) for failure in _step_failures(talk, step, actions, said)]
    failures += [Failure(conversation.line, "", text) for text in _end_failures(talk, conversation, tests.zone)]
    return Result(conversation.name, conversation.line, tuple(failures), tuple(talk.lines), talk.ended)


def _step_failures(talk: Rehearsal, step: Step, actions: list[Action], said: str) -> Iterator[Text]:
    at = talk.state.phrase
    if step.phrase is not None and at != step.phrase:
        yield Text(
            f"разговор пришёл к «{at}», а не к «{step.phrase}»", f"the talk is at {at!r}, not at {step.phrase!r}"
        )
    intents = [action.intent for action in actions if isinstance(action, Understood)]
    if step.intent is not None and step.intent not in intents:
        got = ", ".join(filter(None, intents))
        yield Text(
            f"понято как «{got or 'ничего'}», а не «{step.intent}»",
            f"understood as {got or 'nothing'!r}, not as {step.intent!r}",
        )
    if step.says is not None and step.says.lower() not in said.lower():
        yield Text(f"робот говорит «{said}», без «{step.says}»", f"the robot says {said!r}, without {step.says!r}")


def _end_failures(talk: Rehearsal, conversation: Conversation, zone: str) -> Iterator[Text]:
    ended = talk.ended
    outcome, reason = (ended.outcome.value, ended.reason) if ended else (None, None)
    if conversation.outcome is not None and outcome != conversation.outcome:
        yield _differs("исход", "the outcome", outcome, conversation.outcome.value)
    if conversation.reason is not None and reason != conversation.reason:
        yield _differs("причина", "the reason", reason, conversation.reason)
    if conversation.callback_at is not None:
        wanted = _zoned(conversation.callback_at, zone)
        if ended is None or ended.callback_at != wanted:
            yield _differs("обратный звонок", "the callback", ended.callback_at if ended else None, wanted)
    if conversation.meeting_at is not None:
        wanted, booked = _zoned(conversation.meeting_at, zone), talk.collected.get("meeting.at")
        if booked is None or datetime.fromisoformat(booked) != wanted:
            yield _differs("встреча", "the meeting", booked, wanted)
    for variable, value in conversation.collected.items():
        if talk.collected.get(variable) != value:
            yield _differs(variable, variable, talk.collected.get(variable), value)
    for name in conversation.crm:
        if name not in talk.crm:
            yield _differs("действия в CRM", "CRM actions", ", ".join(talk.crm) or None, name)
    if conversation.never_says is not None:
        said = " ".join(line.text for line in talk.lines if line.who == "robot")
        if conversation.never_says.lower() in said.lower():
            yield Text(f"робот сказал «{conversation.never_says}»", f"the robot says {conversation.never_says!r}")


def _differs(ru: str, en: str, found: object, wanted: object) -> Text:
    return Text(f"{ru}: «{found or 'нет'}», а не «{wanted}»", f"{en}: {str(found or 'none')!r}, not {str(wanted)!r}")


def _zoned(moment: datetime, zone: str) -> datetime:
    return moment.replace(tzinfo=ZoneInfo(zone)) if moment.tzinfo is None else moment


def _label(step: Step) -> str:
    if step.client is not None or step.key is not None:
        return step.client or step.key or ""
    return f"hang_up: {step.hang_up}" if step.hang_up else "interrupted" if step.interrupted is not None else "silence"
