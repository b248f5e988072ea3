"""Russian numerals in every case, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_CASES = "ngdaip"
_SIMPLE = [*range(21), 30, 40, 50, 60, 70, 80, 90, 100, 200, 300, 400, 500, 600, 700, 800, 900]
_SPOKEN = {
    "пара": 2,
    "пару": 2,
    "пары": 2,
    "парочку": 2,
    "двое": 2,
    "трое": 3,
    "четверо": 4,
    "пятеро": 5,
    "шестеро": 6,
    "семеро": 7,
    "десяток": 10,
    "десятка": 10,
    "десятков": 10,
    "сотня": 100,
    "сотню": 100,
    "сотни": 100,
    "полсотни": 50,
    "нуль": 0,
    "шесдесят": 60,
    "писят": 50,
    "пятьдесят": 50,
    "тыща": 1000,
    "тыщи": 1000,
    "тыщ": 1000,
    "тысяч": 1000,
    "тысяча": 1000,
    "тысячи": 1000,
    "тысячу": 1000,
    "миллион": 1_000_000,
    "миллиона": 1_000_000,
    "миллионов": 1_000_000,
}


@dataclass(frozen=True, slots=True)
class Numeral:
    """`genitive`: an ordinal as dates use it («двадцать пятого»)."""

    value: int
    ordinal: bool = False
    genitive: bool = False


@lru_cache(maxsize=1)
def forms() -> dict[str, Numeral]:
    """Every form of the numerals that are one word."""
    from num2words import num2words  # noqa: PLC0415

    found: dict[str, Numeral] = {}
    for value in _SIMPLE:
        for case in _CASES:
            for gender in "mfn":
                ordinal = num2words(value, lang="ru", to="ordinal", case=case, gender=gender, animate=False)
                genitive = case == "g" and gender in "mn"
                _add(found, ordinal, Numeral(value, ordinal=True, genitive=genitive))
        for case in _CASES:
            for gender in "mfn":
                _add(found, num2words(value, lang="ru", case=case, gender=gender, animate=False), Numeral(value))
    found.update({word: Numeral(value) for word, value in _SPOKEN.items()})
    return found


def _add(found: dict[str, Numeral], words: str, numeral: Numeral) -> None:
    word = words.replace("ё", "е")
    if " " not in word and not (word in found and found[word].genitive):
        found[word] = numeral


def read(tokens: Sequence[str], start: int) -> tuple[Numeral, int] | None:
    """The number below a hundred that begins at `start`, and where it ends: "двадцать пятого" -> 25th. Digits too,
    with or without an ending ("25-го")."""
    first = single(tokens[start])
    if first is None:
        return None
    if 20 <= first.value <= 90 and first.value % 10 == 0 and not first.ordinal and start + 1 < len(tokens):
        second = forms().get(tokens[start + 1])
        if second is not None and 0 < second.value < 10:
            return Numeral(first.value + second.value, second.ordinal, second.genitive), start + 2
    return first, start + 1


def single(token: str) -> Numeral | None:
    """One token as a number."""
    if token.isascii() and token.isdigit() and len(token) <= 9:
        return Numeral(int(token))
    digits, _, ending = token.partition("-")
    if (
        digits.isascii()
        and digits.isdigit()
        and len(digits) <= 4
        and ending in ("го", "ого", "е", "ое", "му", "ти", "х")
    ):
        return Numeral(int(digits), ordinal=ending in ("го", "ого", "е", "ое", "му"), genitive=ending in ("го", "ого"))
    return forms().get(token)
