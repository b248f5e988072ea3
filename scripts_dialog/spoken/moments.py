"""Dates and times as a secretary would say them: «в понедельник, двадцать третьего, в одиннадцать утра»."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from scripts_dialog.spoken.numbers import count_words, number_words, ordinal_words

IN_WEEKDAY = ("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье")
OF_MONTH = (
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
HOURS = ("час", "часа", "часов")


def part_of_day(hour: int) -> str:
    """«утра», «дня», «вечера», «ночи» as said after an hour of the clock."""
    if hour < 4:
        return "ночи"
    if hour < 12:
        return "утра"
    return "дня" if hour < 17 else "вечера"


def time_words(moment: datetime) -> str:
    """15:00 -> "три часа дня", 11:00 -> "одиннадцать утра", 13:00 -> "час дня", 15:30 -> "три тридцать дня"."""
    hour = moment.hour % 12 or 12
    part = part_of_day(moment.hour)
    if moment.minute == 0:
        if hour == 1:
            return f"час {part}"
        return f"{count_words(hour, HOURS)} {part}" if hour < 5 else f"{number_words(hour)} {part}"
    minute = number_words(moment.minute)
    if moment.minute < 10:
        minute = f"ноль {minute}"
    return f"{number_words(hour)} {minute} {part}"


def date_words(day: date, today: date) -> str:
    """ "двадцать третьего", with the month when it is not this one, with the year when it is far off."""
    words = ordinal_words(day.day, gender="n", case="g")
    if (day.year, day.month) != (today.year, today.month):
        words = f"{words} {OF_MONTH[day.month - 1]}"
    if abs((day - today).days) > 300:
        words = f"{words} {ordinal_words(day.year, case='g')} года"
    return words


def day_words(day: date, today: date) -> str:
    """ "сегодня", "завтра", "послезавтра", otherwise "в понедельник, двадцать третьего"."""
    distance = (day - today).days
    if distance in (0, 1, 2):
        return ("сегодня", "завтра", "послезавтра")[distance]
    return f"{IN_WEEKDAY[day.weekday()]}, {date_words(day, today)}"


def slot_words(start: datetime, now: datetime) -> str:
    """A slot with its full date, fit to be agreed on: "завтра, в четверг, девятнадцатого, в три часа дня"."""
    day, today = start.date(), now.date()
    full = f"{IN_WEEKDAY[day.weekday()]}, {date_words(day, today)}"
    near = {0: "сегодня", 1: "завтра, "}.get((day - today).days, "")
    if near == "сегодня":
        return f"сегодня в {time_words(start)}"
    return f"{near}{full}, в {time_words(start)}"


def when_words(moment: datetime, now: datetime) -> str:
    """A time to ring back, shorter than a slot: "завтра в три часа дня"; within the hour: "через двадцать минут"."""
    minutes = round((moment - now).total_seconds() / 60)
    if 0 < minutes < 60:
        return f"через {count_words(minutes, ('минуту', 'минуты', 'минут'), gender='f').replace('одна', 'одну')}"
    separator = "," if (moment.date() - now.date()).days > 2 else ""
    return f"{day_words(moment.date(), now.date())}{separator} в {time_words(moment)}"


def either(starts: Sequence[datetime], now: datetime) -> str:
    """Slots to choose from, an equal day said once: "завтра в одиннадцать утра или в три часа дня"."""
    said: list[str] = []
    for index, start in enumerate(starts):
        same_day = index > 0 and start.date() == starts[index - 1].date()
        said.append(f"в {time_words(start)}" if same_day else _offered(start, now))
    return " или ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)


def _offered(start: datetime, now: datetime) -> str:
    distance = (start.date() - now.date()).days
    separator = "," if distance > 2 else ""
    return f"{day_words(start.date(), now.date())}{separator} в {time_words(start)}"
