"""A script as it is used: checked, immutable, with targets resolved to ids of phrases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from scripts_dialog.nodes.base import (
    Answers,
    Fallback,
    Model,
    Name,
    Node,
    Recordings,
    Seconds,
    Target,
    Variants,
    check_audio,
    problem,
)


def _examples(value: object) -> object:
    """Examples are a list, or a block of text with one example a line."""
    return [line.strip() for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


Examples = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=200)], ...],
    Field(min_length=1, max_length=500),
    BeforeValidator(_examples, json_schema_input_type=str | list[str]),
]


class Intent(Model):
    """What a client may mean. `cues` are words that nearly always mean it; `implies` is the plainer intent it passes
    for where a phrase has no answer of its own to it (not interested implies no). `also` adds examples to those that
    the intent has already, in a part or in all scripts; where all scripts share it, it stays as it is written."""

    title: str = ""
    examples: Examples = ()
    also: Examples | None = None
    cues: Annotated[tuple[str, ...], Field(max_length=100)] = ()
    implies: Name | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.examples and not self.also:
            raise problem(
                "no_examples",
                "нет ни одного примера",
                "there are no examples",
                "допишите под examples, как это говорят клиенты; чтобы дополнить общий смысл, пишите под also",
                "write under examples what clients say; to add to a shared intent write under also",
            )
        return self

    def above(self, lower: Self) -> Self:
        """This one, standing on the intent of the same name that it adds to."""
        kept = {name: getattr(lower, name) for name in ("title", "cues", "implies") if not getattr(self, name)}
        return self.model_copy(update={**kept, "examples": (*lower.examples, *(self.also or ()))})


class Objection(Model):
    """Something that may be heard anywhere. It is answered and the talk returns to where it was, unless the answer
    itself ends with a question; `goto` leaves for good. After `at_most` times the talk goes to `then`.
    `repeat` says the robot's last words again instead of an answer."""

    moves: ClassVar[frozenset[str]] = frozenset({"goto", "then"})

    say: Variants | None = None
    audio: Recordings | None = None
    repeat: bool = False
    interruptible: bool = True
    answers: Answers = Field(default_factory=dict)
    at_most: Annotated[int, Field(ge=1, le=10)] = 2
    goto: Target | None = None
    then: Target | None = None

    @model_validator(mode="after")
    def _audio(self) -> Self:
        check_audio(self.say, self.audio)
        return self

    def targets(self) -> Iterator[tuple[str, str]]:
        for name in ("goto", "then"):
            target = getattr(self, name)
            if target is not None:
                yield name, target
        for intent, target in self.answers.items():
            yield f"answers.{intent}", target

    def texts(self) -> Iterator[str]:
        for variant in self.say or ():
            yield from variant.text


class Defaults(Model):
    """What every phrase does unless it says otherwise."""

    silence: Fallback
    not_understood: Fallback
    max_speech: Seconds = 20.0
    """The longest turn of a client that is waited for."""


@dataclass(frozen=True, slots=True)
class Place:
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Recording:
    """A studio recording, and the text of the phrase (or "objections.<intent>") that it is of."""

    owner: str
    name: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-script that a script includes. `entries` are its phrases that others may lead to, `exits` its ways out and
    the phrases they lead to here, `phrases` all its own; `below` are the parts it includes itself. `file` is where it
    is written, `place` where it is included."""

    name: str
    file: str
    place: Place
    entries: frozenset[str]
    exits: Mapping[str, str]
    phrases: frozenset[str]
    below: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Script:
    """`phrases`, `objections` and `defaults` include those of the common ground every script stands on
    (`scripts_dialog/library/common.yaml`) where the script has none of its own; `own` are the ids of its own
    and of its parts'. `places` say where each part was written: keys as in "phrases.offer.answers.yes"."""

    name: str
    title: str
    goal: str
    start: str
    variables: Mapping[str, str]
    intents: Mapping[str, Intent]
    phrases: Mapping[str, Node]
    objections: Mapping[str, Objection]
    defaults: Defaults
    own: frozenset[str] = frozenset()
    parts: Mapping[str, Part] = field(default_factory=lambda: MappingProxyType({}))
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    version_hash: str = ""

    def place(self, *path: str) -> Place:
        """Where `path` was written, or the nearest part around it."""
        for end in range(len(path), 0, -1):
            found = self.places.get(".".join(path[:end]))
            if found is not None:
                return found
        return self.places.get("", Place("", 0))

    def texts(self) -> Iterator[tuple[str, str]]:
        """(phrase or "objections.<intent>", template) for everything the robot may say of itself."""
        for name, phrase in self.phrases.items():
            for text in phrase.texts():
                yield name, text
        for name, objection in self.objections.items():
            for text in objection.texts():
                yield f"objections.{name}", text
        for fallback in (self.defaults.silence, self.defaults.not_understood):
            for text in fallback.say or ():
                yield "defaults", text

    def recordings(self) -> Iterator[Recording]:
        """Every studio recording that is named."""
        for section in ("phrases", "objections"):
            for name, part in getattr(self, section).items():
                owner = f"objections.{name}" if section == "objections" else name
                for index, variant in enumerate(getattr(part, "say", None) or ()):
                    where = ("audio",) if part.audio else ("say", str(index), "audio")
                    place = self.place(section, name, *where)
                    for audio, text in zip(part.audio or variant.audio or (), variant.text, strict=False):
                        yield Recording(owner, audio, text, place)


def version_hash(script: Script) -> str:
    """A hash of what the script means: titles, comments, the order of keys and white space do not count."""
    meaning: dict[str, Any] = {
        "start": script.start,
        "variables": dict(script.variables),
        "intents": {
            name: _dump(intent, {"examples"} if intent.also else set()) for name, intent in script.intents.items()
        },
        "phrases": {name: {"kind": phrase.key, **_dump(phrase)} for name, phrase in script.phrases.items()},
        "objections": {name: _dump(objection) for name, objection in script.objections.items()},
        "defaults": _dump(script.defaults),
    }
    canonical = json.dumps(meaning, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _dump(part: Model, besides: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    return part.model_dump(mode="json", exclude={"title", *besides}, exclude_none=True)
