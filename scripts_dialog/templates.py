"""Texts with variables: `Здравствуйте, {lead.first_name|коллега}! Долг {lead.debt:money}.`

`{name}` is replaced, `{name|else}` has words for an absent value, `{name:format}` speaks it (money, number, date, time,
when). Pauses and emphasis are those of `scripts_dialog.marks`. Values are substituted once and never read again, so a
lead called "{robot.name}" or "*" stays plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scripts_dialog.marks import MarkError, Pause, Spoken, Star, join, split

MAX_VALUE_CHARS = 120
"""A value longer than this is a mistake in the lead's card, not something to be read to a client."""

PLACEHOLDERS = frozenset({"slots", "slot", "value"})
"""Names that stand in the words of book_meeting and collect for what will be offered or read back."""

_FIELD = re.compile(
    r"\{\s*(?P<name>[a-zA-Zа-яА-ЯёЁ_][\w]*(?:\.[a-zA-Zа-яА-ЯёЁ_][\w]*)*)"
    r"\s*(?::\s*(?P<format>\w+)\s*)?(?:\|(?P<default>[^{}]*))?\}"
)
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f<>]+")
_SPACE = re.compile(r"\s+")


class TemplateError(ValueError):
    """The text has a brace that opens no variable, or a bracket or star that marks nothing (`marks` is then true)."""

    def __init__(self, text: str, *, marks: bool = False) -> None:
        super().__init__(text)
        self.marks = marks


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    format: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed text: plain parts, fields and marks in order. `source` is the text as written, white space folded."""

    source: str
    parts: tuple[str | Field | Pause | Star, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(field.name for field in self.fields())

    def fields(self) -> tuple[Field, ...]:
        return tuple(part for part in self.parts if isinstance(part, Field))

    def plain(self) -> str:
        """The words without variables and marks."""
        return " ".join(part for part in self.parts if isinstance(part, str))

    def pauses_ms(self) -> int:
        return sum(part.ms for part in self.parts if isinstance(part, Pause))

    def render(self, value_of: Callable[[Field], str]) -> Spoken:
        """Substitute each field once. An empty value leaves no double space and no hanging comma."""
        return join(clean(value_of(part)) or part.default if isinstance(part, Field) else part for part in self.parts)


def parse(text: str) -> Template:
    """Raises TemplateError for a brace that belongs to no variable, a star without its pair, an unknown bracket."""
    source = _SPACE.sub(" ", text).strip()
    parts: list[str | Field | Pause | Star] = []
    end = 0
    for match in _FIELD.finditer(source):
        parts += _marked(source[end : match.start()])
        default = (match["default"] or "").strip()
        _marked(default, only_plain=True)
        parts.append(Field(match["name"], match["format"] or "", default))
        end = match.end()
    parts += _marked(source[end:])
    if sum(isinstance(part, Star) for part in parts) % 2:
        raise TemplateError(source, marks=True)
    return Template(source, tuple(parts))


def clean(value: str) -> str:
    """A value fit to be spoken: one line, no control characters or angle brackets, of bounded length."""
    return _SPACE.sub(" ", _UNSPEAKABLE.sub(" ", value)).strip()[:MAX_VALUE_CHARS]


def flatten(variables: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Nested variables to dotted names: {"lead": {"name": "Иван"}} -> {"lead.name": "Иван"}. None becomes ""."""
    flat: dict[str, str] = {}
    for key, value in variables.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat.update(flatten(value, f"{name}."))
        else:
            flat[name] = "" if value is None else clean(str(value))
    return flat


def _marked(text: str, *, only_plain: bool = False) -> list[str | Pause | Star]:
    if "{" in text or "}" in text:
        raise TemplateError(text)
    try:
        parts = split(text)
    except MarkError:
        raise TemplateError(text, marks=True) from None
    if only_plain and any(not isinstance(part, str) for part in parts):
        raise TemplateError(text, marks=True)
    return parts
