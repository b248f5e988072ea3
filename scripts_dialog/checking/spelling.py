"""Signs a voice misreads, each with the words to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts_dialog.spoken import number_words

_NAMES = "а бэ вэ гэ дэ е жэ зэ и и ка эл эм эн о пэ эр эс тэ у эф ха цэ че ша ща э ю я"
_LETTERS = dict(zip("абвгдежзийклмнопрстуфхцчшщэюя", _NAMES.split(), strict=True))
_SHORT = {
    "т.д.": "так далее",
    "т.п.": "тому подобное",
    "т.к.": "так как",
    "т.е.": "то есть",
    "руб.": "рублей",
    "тыс.": "тысяч",
    "млн": "миллионов",
    "млрд": "миллиардов",
    "г.": "город или год",
    "ул.": "улица",
    "шт.": "штук",
    "мин.": "минут",
    "сек.": "секунд",
    "коп.": "копеек",
    "кв.м": "квадратных метров",
    "кг": "килограммов",
    "км": "километров",
    "др.": "другие",
}
_SIGNS = {
    "%": "процентов",
    "№": "номер",
    "₽": "рублей",
    "$": "долларов",
    "€": "евро",
    "&": "и",
    "#": "решётка",
    "+": "плюс",
    "=": "равно",
    "@": "собака",
    "/": "или",
    "\\": "",
    "_": "",
    "~": "примерно",
    "<": "меньше",
    ">": "больше",
}
_FOUND = re.compile(
    r"(?P<number>\d+(?:[.,:]\d+)*)"
    rf"|(?P<short>(?<!\w)(?:{'|'.join(re.escape(short) for short in _SHORT)})(?!\w))"
    rf"|(?P<sign>[{re.escape(''.join(_SIGNS))}])"
    r"|(?P<latin>[A-Za-z]{2,})"
    r"|(?P<capitals>(?<![\w-])[А-ЯЁ]{2,6}(?![\w-]))"
)


def misread(text: str) -> Iterator[tuple[str, str]]:
    """(what stands there, how it is pronounced; empty when that is anybody's guess)."""
    for match in _FOUND.finditer(text):
        said = match[0]
        match match.lastgroup:
            case "number":
                yield said, number_words(int(said)) if said.isdigit() and len(said) < 13 else ""
            case "short":
                yield said, _SHORT[said]
            case "sign":
                yield said, _SIGNS[said]
            case "capitals" if not _is_word(said, text):
                yield said, "-".join(_LETTERS.get(letter, letter) for letter in said.lower())
            case "latin":
                yield said, ""


def _is_word(said: str, text: str) -> bool:
    """Text in capitals throughout («АЛЛО!») is loud, not short for anything."""
    return (text.upper() == text and len(text.split()) > 1) or "Ё" in said
