"""What all kinds of phrases share: how texts, targets and fallbacks are written in YAML.

A kind of phrase is one module here: its fields (read from YAML), `enter` (the talk arrives) and `on` (something happens
while the talk is there). It is told apart from other kinds by its `key`, and listed in `scripts_dialog.nodes.KINDS`.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from scripts_dialog import templates
from scripts_dialog.outcomes import Outcome
from scripts_dialog.values import Expects

if TYPE_CHECKING:
    from scripts_dialog.events import Event
    from scripts_dialog.talk import Talk

_DURATION = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*(s|m|h|d|с|сек|м|мин|ч|д)?\s*$")
TARGET_FORMAT = "phrase"
"""Marks a target in the JSON Schema."""
_SECONDS = {"s": 1, "с": 1, "сек": 1, "m": 60, "м": 60, "мин": 60, "h": 3600, "ч": 3600, "d": 86400, "д": 86400}


def problem(code: str, ru: str, en: str, remedy_ru: str, remedy_en: str) -> PydanticCustomError:
    """An error of a value, with its remedy in both languages; `scripts_dialog.loader` makes a Finding of it."""
    return PydanticCustomError(
        code,
        "{en}",
        {"ru": ru, "en": en, "remedy_ru": remedy_ru, "remedy_en": remedy_en},
    )


def _duration(value: object) -> object:
    match = _DURATION.match(str(value)) if not isinstance(value, bool) else None
    if match is None:
        raise problem(
            "duration",
            f"«{value}» не похоже на длительность",
            f"'{value}' is not a duration",
            "напишите число с единицей: 5s, 30m, 2h, 1d",
            "write a number with a unit: 5s, 30m, 2h, 1d",
        )
    return float(match[1].replace(",", ".")) * _SECONDS[match[2] or "s"]


def _text(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        text = templates.parse(value).source
    except templates.TemplateError as error:
        if error.marks:
            raise problem(
                "bad_mark",
                "скобка [ ] или звёздочка в тексте стоит не на месте",
                "a bracket [ ] or a star in the text marks nothing",
                "пауза пишется [пауза] или [пауза 300мс] (не длиннее 5с), выделение — *слово*",
                "a pause is written [pause] or [pause 300ms] (5s at most), an emphasis *word*, with both stars",
            ) from None
        raise problem(
            "bad_braces",
            "в тексте лишняя фигурная скобка",
            "the text has a stray brace",
            "переменная пишется {lead.name}, с запасными словами {lead.name|коллега}",
            "a variable is written {lead.name}, with words for an absent value {lead.name|colleague}",
        ) from None
    if not text:
        raise problem(
            "empty_text", "пустой текст", "the text is empty", "напишите, что сказать", "write what is to be said"
        )
    return text


def _texts(value: object) -> object:
    _refuse_number(value)
    return [value] if isinstance(value, str) else value


def _refuse_number(value: object) -> None:
    if isinstance(value, bool | int | float):
        raise problem(
            "not_text",
            f"вместо текста здесь {value}",
            f"{value} stands where text is expected",
            "возьмите в кавычки или напишите словами",
            "put it in quotes or write it in words",
        )


def _variants(value: object) -> object:
    _refuse_number(value)
    if isinstance(value, str):
        return [{"text": [value]}]
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return [{"text": value}]
    return value


def _answers(value: object) -> object:
    """`yes, decision_maker: offer` stands for two answers."""
    if not isinstance(value, dict):
        return value
    split: dict[str, object] = {}
    for key, target in value.items():
        for intent in str(key).split(","):
            split[intent.strip()] = target
    return split


def check_audio(say: tuple[Variant, ...] | None, audio: tuple[str, ...] | None) -> None:
    """A recording for every text: `audio` of a phrase belongs to its only variant."""
    texts = len(say[0].text) if say is not None and len(say) == 1 and say[0].audio is None else 0
    if audio is not None and len(audio) != texts:
        raise problem(
            "audio_count",
            f"записей {len(audio)}, а текстов, к которым они относятся, {texts}",
            f"{len(audio)} recordings for {texts} texts",
            "укажите столько же записей, сколько текстов; у вариантов (variant) audio пишется внутри каждого",
            "name a recording for each text; with variants, write audio inside each of them",
        )


Seconds = Annotated[float, Field(gt=0, le=366 * 86400), BeforeValidator(_duration, json_schema_input_type=str | float)]
Line = Annotated[str, Field(min_length=1, max_length=1000), BeforeValidator(_text, json_schema_input_type=str)]
Lines = Annotated[
    tuple[Line, ...],
    Field(min_length=1, max_length=10),
    BeforeValidator(_texts, json_schema_input_type=str | list[str]),
]
Recordings = Annotated[
    tuple[Annotated[str, Field(pattern=r"^\w[\w-]*(/\w[\w-]*)*\.(wav|flac|ogg)$", max_length=120)], ...],
    Field(min_length=1, max_length=10),
    BeforeValidator(_texts, json_schema_input_type=str | list[str]),
]
"""Studio recordings, one for each text: file names under `recordings/` beside the script."""
Target = Annotated[
    str, Field(min_length=1, max_length=200), WithJsonSchema({"type": "string", "format": TARGET_FORMAT})
]
"""The name of a phrase, or the phrase itself written in place (`scripts_dialog.loading.inline` gives it a name)."""
Name = Annotated[str, Field(pattern=r"^([^\W\d]\w*(\.\w+)*|[0-9*#])$", max_length=80)]
"""An intent, a variable or a phrase; among answers also a key of the telephone."""


class Model(BaseModel):
    """Frozen, and strict about misspelt keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, populate_by_name=True)


class Variant(Model):
    """One way to say a phrase. `text` is what is said on the first visit, the second, …; the last one stays.
    Variants are drawn by weight with the seed of the call, once per phrase."""

    variant: Annotated[str, Field(max_length=40)] = ""
    text: Lines
    audio: Recordings | None = None
    weight: Annotated[int, Field(ge=0, le=100)] = 1

    @model_validator(mode="after")
    def _one_for_each(self) -> Self:
        check_audio((self.model_copy(update={"audio": None}),), self.audio)
        return self


Variants = Annotated[
    tuple[Variant, ...],
    Field(min_length=1, max_length=10),
    BeforeValidator(_variants, json_schema_input_type=str | list[str] | list[Variant]),
]
Answers = Annotated[dict[Name, Target], BeforeValidator(_answers, json_schema_input_type=dict[str, Target])]


class Fallback(Model):
    """What to do when the client is silent or not understood: `say` the first time, the second …, `at_most` times in
    a row, `then` go there. `after` (silence only) is how long to wait. What is left out comes from `defaults`."""

    moves: ClassVar[frozenset[str]] = frozenset({"then"})

    after: Seconds | None = None
    say: Lines | None = None
    at_most: Annotated[int, Field(ge=0, le=5)] | None = None
    then: Target | None = None


class Node(Model):
    """A phrase of any kind. `moves` are the YAML keys that hold a target; `answers` and fallbacks are known anyway."""

    key: ClassVar[str]
    moves: ClassVar[frozenset[str]] = frozenset()

    title: str = ""
    reached: Outcome | None = None
    """What the call has come to once the talk is here, should the client hang up later."""

    def targets(self) -> Iterator[tuple[str, str]]:
        """(where it is written, phrase id) for every way out."""
        for name in sorted(self.moves):
            target = getattr(self, name)
            if isinstance(target, str):
                yield name, target

    def texts(self) -> Iterator[str]:
        """Every text the phrase may say, as templates."""
        yield from ()

    def reads(self) -> frozenset[str]:
        """Variables read by anything but texts."""
        return frozenset()

    def writes(self) -> frozenset[str]:
        """Variables that the phrase fills in."""
        return frozenset()

    @abstractmethod
    def enter(self, talk: Talk) -> None:
        """The talk arrives here."""

    def on(self, talk: Talk, event: Event) -> None:  # noqa: ARG002 - most kinds wait for nothing
        """Something happened while the talk was here; by default it arrives anew."""
        self.enter(talk)


class Speaking(Node):
    """A phrase that says something and does not wait."""

    say: Variants | None = None
    audio: Recordings | None = None
    interruptible: bool = True

    @model_validator(mode="after")
    def _audio(self) -> Self:
        check_audio(self.say, self.audio)
        return self

    def texts(self) -> Iterator[str]:
        for variant in self.say or ():
            yield from variant.text


class Listening(Node):
    """A phrase that says something and waits for the client."""

    say: Variants | None = None
    audio: Recordings | None = None
    interruptible: bool = True
    expects: Expects = Expects.OPEN
    again: Lines | None = None
    """Said when the talk returns here after an objection; by default the last question of the phrase."""
    answers: Answers = Field(default_factory=dict)
    silence: Fallback | None = None
    not_understood: Fallback | None = None

    @model_validator(mode="after")
    def _audio(self) -> Self:
        check_audio(self.say, self.audio)
        return self

    def targets(self) -> Iterator[tuple[str, str]]:
        yield from super().targets()
        for intent, target in self.answers.items():
            yield f"answers.{intent}", target
        for name in ("silence", "not_understood"):
            fallback: Fallback | None = getattr(self, name)
            if fallback is not None and fallback.then is not None:
                yield f"{name}.then", fallback.then

    def texts(self) -> Iterator[str]:
        for variant in self.say or ():
            yield from variant.text
        yield from self.again or ()
        for fallback in (self.silence, self.not_understood):
            yield from (fallback.say or ()) if fallback is not None else ()

    def listen(self, talk: Talk) -> None:
        """Wait for the client. Kinds that ask for a value say here what they expect."""
        talk.listen(self.expects)

    def question(self, talk: Talk) -> None:
        """Bring the talk back to what was asked here, after an aside."""
        talk.ask_again(self)

    @property
    def takes_any_words(self) -> bool:
        """Whether whatever is said may be the value asked for."""
        return False

    def heard_value(self, talk: Talk) -> bool:  # noqa: ARG002 - only kinds that ask for a value
        """Take a value out of `talk.text`. True when the phrase dealt with it."""
        return False

    def key_pressed(self, talk: Talk, digit: str) -> bool:  # noqa: ARG002
        """Deal with a key of the telephone. True when it meant something here."""
        return False


def fields_of(kind: type[BaseModel]) -> frozenset[str]:
    """The YAML keys a model knows."""
    return frozenset(field.alias or name for name, field in kind.model_fields.items())


Raw = dict[str, Any]
