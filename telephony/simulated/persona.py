"""A persona as data: who takes the call, what he answers to what, and how long he bears it.

Read from YAML (`personas/*.yaml`); the meaning of every key is told here and in `personas/README.md`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from telephony.simulated.subscriber import PickUp, Said
from telephony.simulated.utterance import parse


def plain(text: str) -> str:
    """Text as rules see it: lower case, without ё, single spaces."""
    return " ".join(text.lower().replace("ё", "е").split())


def _pattern(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return re.compile(plain(value))
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error


def _utterance(text: str) -> str:
    parse(text)
    return text


def _ordered(bounds: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= bounds[0] <= bounds[1]:
        raise ValueError("a range is [least, most], not negative")
    return bounds


Pattern = Annotated[re.Pattern[str], BeforeValidator(_pattern)]
Utterance = Annotated[str, AfterValidator(_utterance)]
Seconds = Annotated[tuple[float, float], AfterValidator(_ordered)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Then(StrEnum):
    LISTEN = "listen"
    HANG_UP = "hang_up"
    HAND_OVER = "hand_over"


class Rule(_Data):
    """One reaction to a phrase of the robot. It fits when everything it names fits.

    heard: regular expression searched in the phrase's text. phrase: or globs of the phrase's id. question: the phrase
    asks something, or does not. times: it fits so often in one call. during_s: act in the middle of the phrase, after
    hearing so much of it, instead of after its end. say: one of these, the first time the first drawn, then others;
    nothing means silence. reaction_s: from the robot's silence to the first word. to: who takes the receiver.
    """

    name: str
    heard: Pattern | None = None
    phrase: tuple[str, ...] = ()
    question: bool | None = None
    times: int | None = Field(default=None, ge=1)
    during_s: Seconds | None = None
    reaction_s: Seconds = (0.2, 0.9)
    say: tuple[Utterance, ...] = ()
    then: Then = Then.LISTEN
    to: str = ""

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.then is Then.HAND_OVER) != bool(self.to):
            raise ValueError(f"rule {self.name!r}: `to` goes with `then: hand_over`")
        return self

    def fits(self, said: Said) -> bool:
        text = plain(said.text)
        if self.question is not None and self.question != ("?" in text):
            return False
        if self.heard is None and not self.phrase:
            return True
        by_id = any(fnmatchcase(said.phrase, glob) for glob in self.phrase)
        return by_id or (self.heard is not None and self.heard.search(text) is not None)


class Patience(_Data):
    """silence_s: quiet on both sides that makes the person ask; after `nudges` such questions he leaves. repeats: he
    leaves when told the same phrase more often. call_s: he leaves after so long in any case."""

    silence_s: Seconds = (4.0, 6.0)
    nudges: int = Field(default=2, ge=0)
    nudge: tuple[Utterance, ...] = ()
    repeats: int = Field(default=3, ge=1)
    call_s: Seconds = (150.0, 180.0)
    leaving: tuple[Utterance, ...] = ()


class Backchannel(_Data):
    """Short sounds of attention while the robot speaks."""

    say: tuple[Utterance, ...] = Field(min_length=1)
    every_s: Seconds = (2.0, 4.0)


class Person(_Data):
    """Somebody who may hold the receiver. greets: his first words, unless he is spoken to before (insists: even
    then). yields: how probably he stops when the robot talks over him. rulesets: common rules tried after his own."""

    id: str
    voices: tuple[str, ...] = Field(min_length=1)
    greets: tuple[Utterance, ...] = ()
    greets_after_s: Seconds = (0.2, 0.6)
    insists: bool = False
    yields: float = Field(default=0.6, ge=0, le=1)
    backchannel: Backchannel | None = None
    patience: Patience = Patience()
    rules: tuple[Rule, ...] = ()
    rulesets: tuple[str, ...] = ()

    def utterances(self) -> tuple[str, ...]:
        """Everything he may say."""
        sounds = self.backchannel.say if self.backchannel else ()
        said = tuple(text for rule in self.rules for text in rule.say)
        return (*self.greets, *said, *sounds, *self.patience.nudge, *self.patience.leaving)


class Bilingual(_Data):
    ru: str
    en: str


class RingingData(_Data):
    then: PickUp = PickUp.ANSWER
    after_s: Seconds = (0.4, 2.0)


class Persona(_Data):
    """name: the file's. code: two digits of the numbering plan. people: the first one takes the call, the last one is
    whom the lead names."""

    name: str
    code: str = Field(pattern=r"^\d\d$")
    title: Bilingual
    ringing: RingingData = RingingData()
    people: tuple[Person, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        known = {person.id for person in self.people}
        if len(known) != len(self.people):
            raise ValueError("two people share an id")
        if (self.ringing.then is PickUp.ANSWER) != bool(self.people):
            raise ValueError("there are people exactly when the call is answered")
        for person in self.people:
            if missing := {rule.to for rule in person.rules if rule.to} - known:
                raise ValueError(f"nobody is called {', '.join(sorted(missing))}")
        return self
