"""An e-mail address dictated by voice: «иванов собака яндекс точка ру» -> ivanov@yandex.ru.

What a recognizer glues together or misspells is put right («инфасабака рамашка.ру»); the robot reads every address
back before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from scripts_dialog.understanding import email_words as said_as
from scripts_dialog.understanding import numbers
from scripts_dialog.understanding.mishearing import sound
from scripts_dialog.understanding.text import MAX_CHARS, analyzer

BIAS = (
    "инфо собака яндекс точка ру",
    "иванов собака мейл точка ру",
    "пишите на джимейл точка ком",
    "тире",
    "подчёркивание",
)
"""What a dictated address sounds like, for the recognizer."""
_ADDRESS = re.compile(r"[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,10}")
_TOKEN = re.compile(r"[a-z]+|[0-9]+|[а-я]+|[@._+-]")
_GLUED = re.compile(
    r"(?<=[a-zа-я0-9])(?:с[оа]б[оа][кг][аоуи]?|s[oa]b[oa]k[ao]?)|\b(?:с[оа]б[оа][кг][аоуи]?)(?=[а-я]{4})"
)
_SPELLINGS = {"а": "ао", "о": "оа", "е": "еи", "и": "ие"}
_MAX_VOWELS = 4
_SAID = {latin: said for said, latin in reversed(said_as.DOMAINS.items())}


def find(text: str) -> str | None:
    """The address said or written; None unless it has a name, a host and an ending."""
    lowered = text[:MAX_CHARS].lower().replace("ё", "е")
    written = _ADDRESS.search(lowered)
    if written:
        return written[0]
    tokens: list[str] = _TOKEN.findall(_GLUED.sub(" собака ", lowered))
    at = next((index for index, token in enumerate(tokens) if token in said_as.AT), None)
    if at is None:
        return None
    local = _local(tokens[:at])
    domain = _domain(tokens[at + 1 :])
    if not local or not domain:
        return None
    address = f"{local}@{domain}"
    return address if _ADDRESS.fullmatch(address) else None


def spoken(address: str) -> str:
    """The address as it is read back: "ivanov собака yandex точка ru"."""
    words = {"@": " собака ", ".": " точка ", "-": " тире ", "_": " подчёркивание "}
    said = "".join(words.get(char, char) for char in address)
    return " ".join(_SAID.get(word) or _cyrillic(word) for word in said.split())


def _local(tokens: list[str]) -> str:
    """The part before the at sign: what follows the lead-in («почта такая …»)."""
    start = 0
    for index, word in enumerate(tokens):
        joins = word == "и" and index > start  # «иванов и сыновья»
        if word in said_as.LEAD_IN and not joins:
            start = index + 1
    parts = tokens[start:]
    while parts and (parts[0] in said_as.SIGNS or parts[0] in "._-+@"):
        parts = parts[1:]
    return (_mailbox("".join(parts)) if len(parts) <= 2 else None) or _spelled(parts).strip("._-+")


def _mailbox(said: str) -> str | None:
    """«Инфа», «имфо»: a mailbox everybody has, misheard by a letter."""
    from rapidfuzz import process  # noqa: PLC0415 - only for addresses
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415

    key = sound(said)
    sounds = [sound(name) for name in said_as.MAILBOXES]
    near = process.extractOne(key, sounds, scorer=Levenshtein.distance, score_cutoff=len(key) // 4) if key else None
    if near is None:
        return None
    name = said_as.MAILBOXES[near[2]]
    return said_as.DOMAINS.get(name) or _latin(name)


def _domain(tokens: list[str]) -> str:
    while tokens and tokens[-1] in said_as.TAIL:
        tokens = tokens[:-1]
    stop = said_as.TAIL | said_as.AFTERWARDS
    end = next((index for index, token in enumerate(tokens) if token in stop), len(tokens))
    said = _spelled(_up_to_ending(tokens[:end])).strip("._-+")
    if "." not in said:
        for ending in ("ru", "com"):  # the dot is often swallowed: «яндекс ру»
            if said.endswith(ending) and said.removesuffix(ending) in said_as.KNOWN_HOSTS:
                return f"{said.removesuffix(ending)}.{ending}"
        if said not in said_as.KNOWN_HOSTS:
            return said
        return f"{said}.com" if said in said_as.IN_COM else f"{said}.ru"
    host, _, ending = said.rpartition(".")
    return f"{host.replace('_', '').replace('+', '')}.{ending}"


def _up_to_ending(tokens: list[str]) -> list[str]:
    """Words after «точка ру» are no part of the address, unless another «точка» follows."""
    for index, token in enumerate(tokens[:-1]):
        dotted = said_as.SIGNS.get(token, token) == "."
        ending = said_as.DOMAINS.get(tokens[index + 1], tokens[index + 1]) in said_as.ENDINGS
        more = index + 2 < len(tokens) and said_as.SIGNS.get(tokens[index + 2], tokens[index + 2]) == "."
        if dotted and ending and not more:
            return tokens[: index + 2]
    return tokens


def _spelled(tokens: list[str]) -> str:
    return "".join(_pieces(tokens))


def _pieces(tokens: list[str]) -> Iterator[str]:
    index = 0
    while index < len(tokens):
        token, pair = tokens[index], tuple(tokens[index : index + 2])
        number = numbers.read(tokens, index) if token not in said_as.DOMAINS else None
        if pair in said_as.TOGETHER:
            yield said_as.TOGETHER[pair]
            index += 1
        elif pair in said_as.HINTS:
            index += 1
        elif token in said_as.LOW and index + 1 < len(tokens):
            yield "_"
            index += 1
        elif token in said_as.SIGNS:
            yield said_as.SIGNS[token]
        elif token in said_as.DOMAINS:
            yield said_as.DOMAINS[token]
        elif token in said_as.LETTERS:
            yield said_as.LETTERS[token]
        elif number is not None and not token.isdigit():
            yield str(round(number[0]))
            index = number[1] - 1
        else:
            yield _host_by_sound(token) or _latin(respelled(token))
        index += 1


def _host_by_sound(word: str) -> str | None:
    """«Яндыкс», «рамблир»."""
    if len(word) < 5 or not _cyrillic_word(word):
        return None
    key = sound(word)
    return next((latin for said, latin in said_as.DOMAINS.items() if len(said) > 4 and sound(said) == key), None)


@lru_cache(maxsize=2_000)
def respelled(word: str) -> str:
    """A word no dictionary knows, spelled as one that sounds the same: «рамашка» is «ромашка». Others stay."""
    vowels = [index for index, letter in enumerate(word) if letter in _SPELLINGS]
    if not _cyrillic_word(word) or len(word) < 4 or analyzer().word_is_known(word) or len(vowels) > _MAX_VOWELS:
        return word
    for letters in product(*(_SPELLINGS[word[index]] for index in vowels)):
        tried = list(word)
        for index, letter in zip(vowels, letters, strict=True):
            tried[index] = letter
        if analyzer().word_is_known("".join(tried)):
            return "".join(tried)
    return word


def _cyrillic_word(word: str) -> bool:
    return "а" <= word[:1] <= "я"


def _latin(word: str) -> str:
    """Russian letters as they are written in addresses; hard and soft signs vanish."""
    return "".join(said_as.TRANSLIT.get(char, char) for char in word)


def _cyrillic(word: str) -> str:
    """Latin letters as a Russian voice can read them."""
    pairs = (("sch", "щ"), ("zh", "ж"), ("ch", "ч"), ("sh", "ш"), ("ts", "ц"), ("yu", "ю"), ("ya", "я"))
    for latin, cyrillic in pairs:
        word = word.replace(latin, cyrillic)
    return word.translate(str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстувыхиз"[:26]))
