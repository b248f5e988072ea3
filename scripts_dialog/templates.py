"""Texts with variables: `Здравствуйте, {lead.first_name|коллега}! Долг {lead.debt:money}.`

`{name}` is replaced, `{name|else}` has words for an absent value, `{name:format}` speaks it (money, number, date, time,
when). Values are substituted once and never read again as a template, so a lead called "{robot.name}" stays plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
_SPACE_BEFORE_STOP = re.compile(r"\s+([,.!?:;])")
_COMMA_BEFORE_STOP = re.compile(r",+(?=[,.!?:;])")


class TemplateError(ValueError):
    """The text has a brace that opens no variable."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    format: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed text: plain parts and fields in order. `source` is the text as written, its white space folded."""

    source: str
    parts: tuple[str | Field, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Field))

    def fields(self) -> tuple[Field, ...]:
        return tuple(part for part in self.parts if isinstance(part, Field))

    def render(self, value_of: Callable[[Field], str]) -> str:
        """Substitute each field once. An empty value leaves no double space and no hanging comma."""
        text = "".join(part if isinstance(part, str) else clean(value_of(part)) or part.default for part in self.parts)
        text = _SPACE_BEFORE_STOP.sub(r"\1", _SPACE.sub(" ", text))
        return _COMMA_BEFORE_STOP.sub("", text).strip()


def parse(text: str) -> Template:
    """Raises TemplateError for a brace that belongs to no variable."""
    source = _SPACE.sub(" ", text).strip()
    parts: list[str | Field] = []
    end = 0
    for match in _FIELD.finditer(source):
        parts.append(_plain(source[end : match.start()]))
        default = (match["default"] or "").strip()
        parts.append(Field(match["name"], match["format"] or "", default))
        end = match.end()
    parts.append(_plain(source[end:]))
    return Template(source, tuple(part for part in parts if part != ""))


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


def _plain(text: str) -> str:
    if "{" in text or "}" in text:
        raise TemplateError(text)
    return text
