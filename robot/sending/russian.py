"""Dates, times and money as Russian letters and documents write them. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from num2words import num2words

MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
MOSCOW = ZoneInfo("Europe/Moscow")
CENT = Decimal("0.01")


def day_text(day: date, *, year: bool = False) -> str:
    """24 ноября, or 24 ноября 2026 г."""
    text = f"{day.day} {MONTHS[day.month - 1]}"
    return f"{text} {day.year} г." if year else text


def zone_text(moment: datetime) -> str:
    """How the clock of an aware moment differs from Moscow's: МСК, МСК+2."""
    own = moment.utcoffset() or timedelta(0)
    hours = (own - (moment.astimezone(MOSCOW).utcoffset() or timedelta(0))).total_seconds() / 3600
    return f"МСК{hours:+g}" if hours else "МСК"


def money(amount: Decimal) -> str:
    """12 500,00 with no-break spaces."""
    whole, _, part = f"{amount.quantize(CENT, ROUND_HALF_UP):,.2f}".partition(".")
    return f"{whole.replace(',', chr(0xA0))},{part}"


def quantity(amount: Decimal) -> str:
    text = f"{amount.normalize():f}"
    return text.replace(".", ",")


def money_words(amount: Decimal) -> str:
    """Двенадцать тысяч пятьсот рублей 00 копеек: kopecks in figures, as accountants write them."""
    amount = amount.quantize(CENT, ROUND_HALF_UP)
    roubles, kopecks = int(amount), int(amount * 100) % 100
    words: str = num2words(roubles, lang="ru")
    text = f"{words} {_form(roubles, 'рубль', 'рубля', 'рублей')} "
    return text[0].upper() + text[1:] + f"{kopecks:02d} {_form(kopecks, 'копейка', 'копейки', 'копеек')}"


def _form(number: int, one: str, few: str, many: str) -> str:
    tens, last = number % 100, number % 10
    if last == 1 and tens != 11:
        return one
    if last in {2, 3, 4} and tens not in {12, 13, 14}:
        return few
    return many
