"""A person's name in what was said: «меня зовут Пётр Сергеевич Иванов»."""

from __future__ import annotations

import re
from typing import Any

from scripts_dialog.understanding import text as words

_INTRODUCED = re.compile(r"\b(?:меня зовут|зовут|это|имя|запишите|записывайте|обращайтесь)\s+(?P<rest>.+)")
_WORD = re.compile(r"[а-яё]+(?:-[а-яё]+)?", re.IGNORECASE)
_MAX_WORDS = 3


def find(text: str) -> str | None:
    """First name, patronymic and surname as far as they were said, in the nominative and capitalized."""
    said = _WORD.findall(text[:200])
    found: list[tuple[str, str]] = []
    for word in said:
        part = _part(word)
        if part is not None and part[0] not in {kind for kind, _ in found}:
            found.append(part)
        if len(found) == _MAX_WORDS:
            break
    if found:
        return " ".join(name for _, name in found)
    introduced = _INTRODUCED.search(text.lower())
    rest = _WORD.findall(introduced["rest"]) if introduced else []
    return " ".join(word.capitalize() for word in rest[:_MAX_WORDS]) or None


def _part(word: str) -> tuple[str, str] | None:
    """(kind, nominative) when the dictionary knows the word as a name first of all."""
    parses: list[Any] = words.analyzer().parse(word.lower())[:3]
    for parse in parses:
        for kind in ("Name", "Patr", "Surn"):
            if kind in parse.tag and parse.score > 0.1:
                nominative = parse.inflect({"nomn", "sing"}) if "nomn" not in parse.tag else parse
                return kind, _titled((nominative or parse).word)
    return None


def _titled(word: str) -> str:
    return "-".join(part.capitalize() for part in word.split("-"))
