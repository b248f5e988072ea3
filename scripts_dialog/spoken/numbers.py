"""Numbers in words. Cases are num2words' one-letter names: n, g, d, a, i, p (nominative … prepositional)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

RUBLE = ("рубль", "рубля", "рублей")
KOPECK = ("копейка", "копейки", "копеек")
MAX_SPOKEN = 10**12


@lru_cache(maxsize=2048)
def number_words(value: int, *, gender: str = "m", case: str = "n") -> str:
    """21 -> "двадцать один"; gender m, f or n. Beyond 10^12 digits are read one by one."""
    from num2words import num2words  # noqa: PLC0415 - heavy, and not every script speaks numbers

    if abs(value) >= MAX_SPOKEN:
        return digits_words(str(value))
    return str(num2words(value, lang="ru", gender=gender, case=case, animate=False))


@lru_cache(maxsize=2048)
def ordinal_words(value: int, *, gender: str = "m", case: str = "n") -> str:
    """23 in the genitive neuter -> "двадцать третьего"."""
    from num2words import num2words  # noqa: PLC0415

    return str(num2words(value, lang="ru", to="ordinal", gender=gender, case=case, animate=False))


def plural(count: int, forms: tuple[str, str, str]) -> str:
    """The form of a noun after a number: (one "рубль", two "рубля", five "рублей")."""
    tail = abs(count) % 100
    if 11 <= tail <= 14:
        return forms[2]
    return {1: forms[0], 2: forms[1], 3: forms[1], 4: forms[1]}.get(tail % 10, forms[2])


def count_words(count: int, forms: tuple[str, str, str], *, gender: str = "m") -> str:
    """2, ("минута", "минуты", "минут"), feminine -> "две минуты"."""
    return f"{number_words(count, gender=gender)} {plural(count, forms)}"


def money_words(amount: str) -> str:
    """ "1500,50" -> "одна тысяча пятьсот рублей пятьдесят копеек". Text that is no amount is returned as it is."""
    try:
        value = Decimal(amount.replace(" ", "").replace("\u00a0", "").replace(",", ".").rstrip("₽").removesuffix("руб"))
        cents = int((value * 100).to_integral_value(ROUND_HALF_UP))
    except (InvalidOperation, ValueError, OverflowError):
        return amount
    rubles, kopecks = divmod(abs(cents), 100)
    words = ("минус " if cents < 0 else "") + count_words(rubles, RUBLE)
    return f"{words} {count_words(kopecks, KOPECK, gender='f')}" if kopecks else words


def digits_words(text: str) -> str:
    """Digits one by one: "405" -> "четыре ноль пять"; other characters are dropped."""
    return " ".join(number_words(int(char)) for char in text if char in "0123456789")
