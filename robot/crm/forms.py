"""Forms with brackets in their names, as PHP sends and reads them: `data[FIELDS][ID]=662` is {"data": {"FIELDS":
{"ID": "662"}}}. Webhooks of Bitrix24 and amoCRM come like this. Pure, and made for strangers: nothing is raised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode

Form: TypeAlias = "dict[str, str | Form]"

MOST_FIELDS = 2000
DEEPEST = 10
"""Levels of brackets; a name with more is left out."""

_NAME = re.compile(r"(?P<first>[^\[\]]+)(?P<rest>(\[[^\[\]]*\])*)", re.DOTALL)
_PART = re.compile(r"\[([^\[\]]*)\]", re.DOTALL)


def parse_form(body: bytes | str) -> Form:
    """Lists are maps whose keys are numbers, in the order they came: see `listed`. Names that are none are left out;
    where one name is both a value and a map, the later wins, as in PHP."""
    text = body.decode("utf-8", errors="replace") if isinstance(body, bytes) else body
    form: Form = {}
    for name, value in parse_qsl(text, keep_blank_values=True)[:MOST_FIELDS]:
        found = _NAME.fullmatch(name)
        if found is None:
            continue
        path = [found["first"], *_PART.findall(found["rest"])]
        if len(path) <= DEEPEST:
            _put(form, path, value)
    return form


def _put(form: Form, path: Sequence[str], value: str) -> None:
    here = form
    for key in path[:-1]:
        below = here.get(key := key or _next(here))
        if not isinstance(below, dict):
            below = here[key] = {}
        here = below
    here[path[-1] or _next(here)] = value


def _next(form: Form) -> str:
    """`a[]` is the next number."""
    return str(1 + max((int(key) for key in form if key.isascii() and key.isdecimal() and len(key) < 10), default=-1))


def form_text(form: Mapping[str, object]) -> str:
    """The way back: what `parse_form` reads as this, URL-encoded. Lists become numbered."""
    return urlencode(list(_pairs(form)))


def _pairs(form: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in form.items():
        name = f"{prefix}[{key}]" if prefix else key
        if isinstance(value, Mapping):
            pairs += _pairs(value, name)
        elif isinstance(value, (list, tuple)):
            pairs += _pairs({str(n): one for n, one in enumerate(value)}, name)
        else:
            pairs.append((name, str(value)))
    return pairs


def at(form: Form, *path: str) -> str:
    """The text at this place, "" where there is none."""
    here: str | Form = form
    for key in path:
        if not isinstance(here, dict):
            return ""
        here = here.get(key, "")
    return here if isinstance(here, str) else ""


def listed(form: Form, *path: str) -> list[Form]:
    """The maps at this place, in the order they came."""
    here: str | Form = form
    for key in path:
        here = here.get(key, "") if isinstance(here, dict) else ""
    return [one for one in here.values() if isinstance(one, dict)] if isinstance(here, dict) else []
