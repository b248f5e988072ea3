"""Times of the clock: «в три», «половина пятого», «без пятнадцати три», «с двух до четырёх», «15:30»."""

from __future__ import annotations

import re

from scripts_dialog.understanding import numerals
from scripts_dialog.understanding.times.clause import Clause, Relation, unit

_WRITTEN = re.compile(r"^([01]?\d|2[0-4])[:.]([0-5]\d)$")
_HOUR_WORDS = {"час", "часа", "часов", "часам", "часиков", "часика", "часу", "ч"}
_BEFORE_HOUR = {
    "в",
    "во",
    "к",
    "ко",
    "на",
    "около",
    "ровно",
    "после",
    "до",
    "с",
    "со",
    "от",
    "раньше",
    "позже",
    *_HOUR_WORDS,
}
_ONE = {"в", "на", "к", "около", "до", "после", "по"}
"""Words after which «час» alone is one o'clock."""

Reading = tuple[int, int, int]
"""Hour, minute, and the index after the last word."""


# --- halves and quarters -------------------------------------------------------------------------------------------


def read_halves(clause: Clause) -> None:
    for index, word in enumerate(clause.words):
        found = _half(clause, index) or _quarter(clause, index) or (_short_of(clause, index) if word == "без" else None)
        if found is not None:
            hour, minute, start, end = found
            while clause.at(end) in _HOUR_WORDS:
                end += 1
            relation = Relation.AFTER if clause.at(start - 1) == "после" else Relation.AT
            clause.note(hour=hour or 12, minute=minute, relation=relation)
            clause.take(start, end)
            return


def _half(clause: Clause, index: int) -> tuple[int, int, int, int] | None:
    word = clause.at(index)
    if word.startswith("половин") or word == "пол":
        hour = _ordinal_hour(clause, index + 1)
        return (hour[0] - 1, 30, index, hour[1]) if hour else None
    glued = numerals.forms().get(word[3:]) if word.startswith("пол") else None
    if glued is not None and glued.ordinal and 1 <= glued.value <= 12:
        return glued.value - 1, 30, index, index + 1
    return None


def _quarter(clause: Clause, index: int) -> tuple[int, int, int, int] | None:
    """«Четверть второго», «двадцать минут пятого»."""
    hour = _ordinal_hour(clause, index + 1)
    if hour is None:
        return None
    if clause.at(index) in ("четверть", "четверти") and clause.at(index - 1) != "без":
        return hour[0] - 1, 15, index, hour[1]
    if unit(clause.at(index)) == "minute":
        for start in (index - 2, index - 1):
            minutes = clause.number(start)
            if minutes is not None and minutes[1] == index and 0 < minutes[0].value < 60:
                return hour[0] - 1, minutes[0].value, start, hour[1]
    return None


def _short_of(clause: Clause, index: int) -> tuple[int, int, int, int] | None:
    """«Без четверти четыре», «без пятнадцати минут три»."""
    if clause.at(index + 1) == "четверти":
        minutes, after = 15, index + 2
    else:
        number = clause.number(index + 1)
        if number is None or not 0 < number[0].value < 60:
            return None
        minutes, after = number[0].value, number[1]
        after += unit(clause.at(after)) == "minute"
    tens = clause.number(index + 1)
    if (
        tens is not None and clause.number(after) is None and clause.at(after) != "час" and tens[1] == index + 3
    ):  # «без двадцати пять»
        minutes, after = tens[0].value // 10 * 10, index + 2
    hour = numerals.read(clause.words, after) if clause.at(after) else None
    if hour is not None and 1 <= hour[0].value <= 24:
        return hour[0].value - 1, 60 - minutes, index, hour[1]
    return (12, 60 - minutes, index, after + 1) if clause.at(after) == "час" else None


def _ordinal_hour(clause: Clause, index: int) -> tuple[int, int] | None:
    number = clause.number(index)
    digits = clause.at(index).isdigit()  # «половина 5», as recognizers write it
    if number is None or not (number[0].ordinal or digits) or not 1 <= number[0].value <= 12:
        return None
    return number[0].value, number[1]


# --- ranges and hours ----------------------------------------------------------------------------------------------


def read_range(clause: Clause) -> None:
    for index, word in enumerate(clause.words):
        first = _hour_at(clause, index + 1) if word in ("с", "со", "от", "между") else None
        if first is None or clause.at(first[2]) not in ("до", "по", "и"):
            continue
        second = _hour_at(clause, first[2] + 1)
        if second is not None:
            clause.note(hour=first[0], minute=first[1], until=second[0])
            clause.take(index, second[2])
            return


def read_hours(clause: Clause) -> None:
    """The surest hour of the clause."""
    if clause.found.hour is not None or clause.found.minutes is not None:
        return
    best: tuple[int, int, Reading] | None = None
    for index in range(len(clause.words)):
        reading = _hour_at(clause, index)
        sure = _sure(clause, index, reading) if reading else 0
        if reading and sure and (best is None or sure > best[0]):
            best = sure, index, reading
    if best is not None:
        _, index, (hour, minute, end) = best
        following = clause.number(end)
        hedged = following is not None and not following[0].ordinal and following[0].value == hour + 1
        clause.note(hour=hour, minute=minute, relation=_relation(clause, index), until=hour + 1 if hedged else None)


def _relation(clause: Clause, index: int) -> Relation:
    before, negated = clause.at(index - 1), clause.at(index - 2) == "не"
    if before in ("после", "с", "со", "позже", "попозже") and not (before == "позже" and negated):
        return Relation.AFTER
    if before == "раньше":
        return Relation.AFTER if negated else Relation.BEFORE
    return Relation.BEFORE if before in ("до", "позже") else Relation.AT


def _sure(clause: Clause, index: int, reading: Reading) -> int:
    """3: written as a clock, or «часов» beside a preposition. 2: with either. 1: only because of the rest."""
    said_hours = any(clause.at(position) in _HOUR_WORDS for position in range(index, reading[2]))
    prepositional = clause.at(index - 1) in _BEFORE_HOUR
    if _WRITTEN.match(clause.at(index)) or (said_hours and prepositional):
        return 3
    if said_hours or prepositional:
        return 2
    if clause.found.part or clause.found.says_day:
        return 1
    number = clause.number(index)
    minutes_too = number is not None and reading[2] > number[1] and 7 <= reading[0] <= 23
    few_words = sum(1 for word in clause.words if word) <= 4
    return 1 if minutes_too or (clause.loose and few_words) else 0


def _hour_at(clause: Clause, index: int) -> Reading | None:
    word = clause.at(index)
    written = _WRITTEN.match(word)
    if written:
        return int(written[1]) % 24, int(written[2]), _skip_hours(clause, index + 1)
    if word in ("полдень", "полудню", "полудня"):
        return 12, 0, index + 1
    if word in ("час", "часу", "часа") and clause.at(index - 1) in _ONE:
        return _with_minutes(clause, 1, index + 1)
    number = clause.number(index)
    if number is None or number[0].value > 24 or unit(clause.at(number[1])) in ("minute", "day", "week", "month"):
        return None
    if number[0].ordinal and clause.at(number[1]) not in _HOUR_WORDS:
        return None
    return _with_minutes(clause, number[0].value % 24, _skip_hours(clause, number[1]))


def _skip_hours(clause: Clause, index: int) -> int:
    return index + (clause.at(index) in _HOUR_WORDS)


def _with_minutes(clause: Clause, hour: int, index: int) -> Reading:
    """Minutes after the hour: «ноль ноль», «ноль пять», «тридцать». «Одиннадцать двенадцать» are two hours."""
    number = clause.number(index)
    if number is not None and number[0].value == 0:
        small = clause.number(number[1])
        if small is not None and small[0].value < 10:
            return hour, small[0].value, small[1]
    elif number is not None and not number[0].ordinal and 5 <= number[0].value < 60 and number[0].value != hour + 1:
        return hour, number[0].value, number[1] + (unit(clause.at(number[1])) == "minute")
    elif clause.at(index) == "с" and clause.at(index + 1) == "половиной":
        return hour, 30, index + 2
    return hour, 0, index
