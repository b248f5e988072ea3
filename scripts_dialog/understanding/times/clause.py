"""A clause under reading: its words, and what was found in them so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from scripts_dialog.understanding import numerals

_TOKEN = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)|\d+-[а-я]+|\w+")


class Relation(StrEnum):
    AT = "at"
    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Mention:
    """Components of a time; None or empty where nothing was said of them.

    day: days from today; months: months from today. weekday: 0 is Monday. week: 0 this, 1 next.
    month_day and month: as in the calendar.
    minutes: from now. hour: of the clock as said. until: second hour of a range.
    part: morning, before_lunch, lunch, after_lunch, day, end_of_day, evening, night.
    edge: begin, middle or end of the week; the same with _month of the month. weekend: Saturday and Sunday.
    """

    day: int | None = None
    weekday: int | None = None
    week: int | None = None
    next_weekday: bool = False
    month_day: int | None = None
    month: int | None = None
    next_month: bool = False
    weekend: bool = False
    edge: str = ""
    months: int | None = None
    minutes: int | None = None
    hour: int | None = None
    minute: int = 0
    until: int | None = None
    part: str = ""
    relation: Relation = Relation.AT
    same_time: bool = False

    @property
    def says_day(self) -> bool:
        named = (self.day, self.weekday, self.week, self.month_day, self.month, self.months)
        return any(value is not None for value in named) or self.weekend or self.next_month or bool(self.edge)

    @property
    def says_time(self) -> bool:
        return self.minutes is not None or self.hour is not None or bool(self.part) or self.same_time

    def __bool__(self) -> bool:
        return self.says_day or self.says_time


class Clause:
    """Read in several passes; words taken by one pass are not seen by the next. `loose`: a bare number may be an hour,
    because a time had been asked for."""

    def __init__(self, text: str, *, loose: bool = False) -> None:
        self.words = _TOKEN.findall(text.lower().replace("ё", "е"))
        self.loose = loose
        self.found = Mention()

    def at(self, index: int) -> str:
        """The word there, or "" beyond the ends and where a word was taken."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def take(self, start: int, end: int) -> None:
        for index in range(max(start, 0), min(end, len(self.words))):
            self.words[index] = ""

    def note(self, **changes: object) -> None:
        self.found = replace(self.found, **changes)  # type: ignore[arg-type]  # fields of Mention

    def number(self, index: int) -> tuple[numerals.Numeral, int] | None:
        """The number below a hundred that begins there, and where it ends."""
        return numerals.read(self.words, index) if self.at(index) else None


def unit(word: str) -> str:
    """The unit of time a word names: minute, hour, day, week, month, or ""."""
    if word in ("день", "дня", "дней", "денек", "денечка", "деньков", "денька"):
        return "day"
    stems = {"минут": "minute", "час": "hour", "недел": "week", "месяц": "month"}
    return next((name for stem, name in stems.items() if word.startswith(stem)), "")
