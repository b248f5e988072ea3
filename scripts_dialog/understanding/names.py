"""A person's name in what was said: «меня зовут Пётр Сергеевич Иванов»."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from scripts_dialog.understanding import text as words

_INTRODUCED = re.compile(
    r"\b(?:меня зовут|зовут(?: меня)?|мо[её] имя|имя|фамилия|запиши(?:те)?(?: на)?|записывай(?:те)?|обращайтесь"
    r"|спросите|это|я|говорит|на имя|представлюсь)[\s:,—-]+(?P<rest>.+)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:зовут(?: меня)?|мо[её] имя|имя|фамилия|запиши(?:те)?(?: на)?|записывай(?:те)?)[\s:,—-]+(?P<rest>.+)",
    re.IGNORECASE,
)
"""Words after which even a word of no dictionary is a name."""
_WORD = re.compile(r"[а-яё]+(?:-[а-яё]+)?", re.IGNORECASE)
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "да ну вот так это меня зовут зовите запишите записывайте запиши записывай мое имя фамилия отчество я на а и "
        "просто можно пожалуйста значит обращайтесь спросите говорит представлюсь мы конечно хорошо диктую",
    )
)
_KINDS = {"Surn": 0, "Name": 1, "Patr": 2}
_MAX_WORDS = 3
_PARTICLE = 3
_CERTAIN = 0.3
"""Least share of a reading as a name for a word nobody introduced as one."""
_POSSIBLE, _LIKELY = 0.02, 0.1


def find(text: str) -> str | None:
    """First name, patronymic and surname as far as they were said, in their order, in the nominative and capitalized.
    A name had been asked for, so an unknown word after «меня зовут» counts too."""
    found = _parts(_WORD.findall(text[:200]), _POSSIBLE)
    if found:
        return " ".join(found)
    match = _NAMED.search(text[:200])
    rest = [word for word in _WORD.findall(match["rest"]) if not _filler(word)] if match else []
    unknown = [word for word in rest if not words.analyzer().word_is_known(word.lower())]
    return " ".join(_titled(word.lower()) for word in unknown[:_MAX_WORDS]) or None


def introduced(text: str) -> str | None:
    """A name nobody asked for: an utterance that is nothing but a name, or one that gives it as such."""
    text = text[:200]
    said = [word for word in _WORD.findall(text) if not _filler(word)]
    if 0 < len(said) <= _MAX_WORDS and len(_parts(said, _CERTAIN)) == len(said):
        return " ".join(_parts(said, _CERTAIN))
    match = _INTRODUCED.search(text)
    if match is None:
        return None
    names: list[str] = []
    for word in (word for word in _WORD.findall(match["rest"]) if not _filler(word)):
        if _part(word, _CERTAIN) is not None:
            names.append(word)
        elif names or len(word) > _PARTICLE:
            break
    return " ".join(_parts(names, _CERTAIN)) or None


def _filler(word: str) -> bool:
    return word.lower().replace("ё", "е") in _FILLERS


def _parts(said: list[str], least: float) -> list[str]:
    """Names among the words, each kind once. A surname follows the gender of the first name."""
    found: dict[str, tuple[str, str]] = {}
    for word in (word.lower() for word in said if not _filler(word)):
        part = _part(word, least) or (_unknown_surname(word, set(found)) if found else None)
        if part is not None and part[0] not in found and len(found) < _MAX_WORDS:
            found[part[0]] = part[1], word
    surname, first = found.get("Surn"), found.get("Name") or found.get("Patr")
    if surname and first:
        found["Surn"] = _surname(surname[1], _gender(first[0])) or surname[0], surname[1]
    return [name for name, _ in found.values()]


def _gender(name: str) -> str:
    return next((str(parse.tag.gender) for parse in words.analyzer().parse(name.lower()) if parse.tag.gender), "")


def _surname(word: str, gender: str) -> str | None:
    for parse in words.analyzer().parse(word):
        if "Surn" in parse.tag and "sing" in parse.tag and parse.tag.gender == gender:
            nominative = parse.inflect({"nomn", "sing", gender})
            return _titled((nominative or parse).word)
    return None


@lru_cache(maxsize=5_000)
def _part(word: str, least: float) -> tuple[str, str] | None:
    """(kind, nominative) when the dictionary knows the word as a name, a name in the nominative first of all."""
    parses: list[Any] = [parse for parse in words.analyzer().parse(word.lower()) if parse.score >= least]
    named = [(kind, parse) for parse in parses for kind in _KINDS if kind in parse.tag and "plur" not in parse.tag]
    if not named:
        return None
    likely = ((kind, parse) for kind, parse in named if "nomn" in parse.tag and parse.score >= _LIKELY)
    kind, parse = next(likely, named[0])
    wanted = {"nomn", "sing"} | ({str(parse.tag.gender)} if kind == "Surn" and parse.tag.gender else set())
    nominative = parse if "nomn" in parse.tag else parse.inflect(wanted)
    return kind, _titled((nominative or parse).word)


def _unknown_surname(word: str, kinds: set[str]) -> tuple[str, str] | None:
    """A word like a surname beside a first name or a patronymic («Пётр Сергеевич Кудыкин»)."""
    like = re.search(r"(?:ов|ев|ин|ын|ова|ева|ина|ына|ский|ская|цкий|цкая|енко|ук|юк|ко|ян|швили|дзе|их|ых)$", word)
    return ("Surn", _titled(word)) if like and "Surn" not in kinds else None


def _titled(word: str) -> str:
    return "-".join(part.capitalize() for part in word.split("-"))
