"""What a clause says about time, before anybody asks which calendar day that is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from scripts_dialog.understanding import numerals

_CLOCK = re.compile(r"^([01]?\d|2[0-4])[:.]([0-5]\d)$")
_TOKEN = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)|\d+-[а-я]+|\w+")
_WEEKDAYS = ("понедел", "вторн", "сред", "четвер", "пятниц", "суббот", "воскрес")
_NOT_WEEKDAYS = ("средн", "средс", "средст", "четверт", "средний")
_MONTHS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_MAY = {"мая", "май", "мае", "маю"}
_BEFORE_HOUR = {"в", "во", "к", "ко", "на", "около", "часов", "часа", "часиков", "часика", "часу", "ровно", "после", "до", "с", "со", "от"}
_HOUR_WORDS = {"час", "часа", "часов", "часам", "часиков", "часика", "часу", "ч"}
_PARTS = {
    "утра": "morning",
    "утром": "morning",
    "утречком": "morning",
    "утречка": "morning",
    "утро": "morning",
    "утру": "morning",
    "дня": "day",
    "днем": "day",
    "день": "",
    "обеда": "",
    "вечера": "evening",
    "вечером": "evening",
    "вечерком": "evening",
    "вечеру": "evening",
    "вечер": "evening",
    "ночи": "night",
    "ночью": "night",
}


class Relation(StrEnum):
    AT = "at"
    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Mention:
    """Components of a time; None or empty where nothing was said of them.

    day: days from today. weekday: 0 is Monday. week: 0 this, 1 next; "month day" and "month" as in the calendar.
    minutes: from now. part: morning, before_lunch, lunch, after_lunch, day, evening, night. until: second hour of a range.
    edge: begin, middle or end of the week or month. weekend: Saturday and Sunday.
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
    minutes: int | None = None
    hour: int | None = None
    minute: int = 0
    until: int | None = None
    part: str = ""
    relation: Relation = Relation.AT
    same_time: bool = False

    @property
    def says_day(self) -> bool:
        return any(value is not None for value in (self.day, self.weekday, self.week, self.month_day, self.month)) or (
            self.weekend or self.next_month or bool(self.edge)
        )

    @property
    def says_time(self) -> bool:
        return self.minutes is not None or self.hour is not None or bool(self.part) or self.same_time

    def __bool__(self) -> bool:
        return self.says_day or self.says_time


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower().replace("ё", "е"))


def mentions(text: str, *, loose: bool = False) -> Mention:
    """What one clause says. `loose`: a bare number may be an hour, because a time had been asked for."""
    reader = _Reader(tokens(text), loose=loose)
    reader.read()
    return reader.found


class _Reader:
    """Goes over the clause once per kind of thing said; words taken by one are not seen by the next."""

    def __init__(self, words: list[str], *, loose: bool) -> None:
        self.words = words
        self.loose = loose
        self.found = Mention()

    def read(self) -> None:
        self._relative()
        self._week_and_month()
        self._halves_and_quarters()
        self._parts_of_day()
        self._days()
        self._dates()
        self._range()
        self._clock()

    def _set(self, **changes: object) -> None:
        self.found = replace(self.found, **changes)  # type: ignore[arg-type]  # fields of Mention

    def _take(self, start: int, end: int) -> None:
        for index in range(max(start, 0), min(end, len(self.words))):
            self.words[index] = ""

    def _at(self, index: int) -> str:
        return self.words[index] if 0 <= index < len(self.words) else ""

    def _number(self, index: int) -> tuple[numerals.Numeral, int] | None:
        return numerals.read(self.words, index) if self._at(index) else None

    # --- "через полчаса", "минут через двадцать", "через неделю" -------------------------------------------------------

    def _relative(self) -> None:
        if "через" not in self.words:
            return
        at = self.words.index("через")
        unit_before = self._at(at - 1)
        index = at + 1
        amount = 1.0
        number = self._number(index)
        if number is not None:
            amount, index = float(number[0].value), number[1]
            if self._at(at + 1) == "полтора" or self._at(at + 1) == "полторы":
                amount = 1.5
        elif self._at(index) in ("полтора", "полторы"):
            amount, index = 1.5, index + 1
        elif self._at(index) in ("несколько",):
            amount, index = 3.0, index + 1
        elif self._at(index).startswith("полча"):
            self._minutes(30, at, index + 1)
            return
        elif self._at(index) in ("пол", "половину") and self._at(index + 1).startswith("час"):
            self._minutes(30, at, index + 2)
            return
        elif self._at(index) == "четверть" and self._at(index + 1) == "часа":
            self._minutes(15, at, index + 2)
            return
        unit = self._at(index)
        if not _unit(unit) and _unit(unit_before) and number is not None:
            self._elapsed(_unit(unit_before), amount, at - 1, index)
        elif _unit(unit):
            end = index + 1
            name = _unit(unit)
            if name == "hour":
                extra, end = self._hour_tail(end)
                amount += extra
            self._elapsed(name, amount, at, end)

    def _hour_tail(self, end: int) -> tuple[float, int]:
        """ "через час с половиной", "через час двадцать", "через час-два"."""
        if self._at(end) == "с" and self._at(end + 1) == "половиной":
            return 0.5, end + 2
        number = self._number(end)
        if number is not None and _unit(self._at(number[1])) == "minute":
            return number[0].value / 60, number[1] + 1
        if number is not None and 10 <= number[0].value < 60:
            return number[0].value / 60, number[1]
        if number is not None and number[0].value == 2:
            return 1.0, number[1]  # «через час-два»: the later one is safe
        return 0.0, end

    def _minutes(self, minutes: int, start: int, end: int) -> None:
        self._set(minutes=minutes)
        self._take(start, end)

    def _elapsed(self, unit: str, amount: float, start: int, end: int) -> None:
        match unit:
            case "minute":
                self._minutes(round(amount), start, end)
            case "hour":
                self._minutes(round(amount * 60), start, end)
            case "day":
                self._set(day=2 if amount == 1 else round(amount))  # «через день» is the day after tomorrow
                self._take(start, end)
            case "week":
                self._set(day=round(amount * 7))
                self._take(start, end)
            case "month":
                self._set(day=round(amount * 30))
                self._take(start, end)

    # --- "на следующей неделе", "в начале месяца", "в выходные" ---------------------------------------------------------

    def _week_and_month(self) -> None:
        for index, word in enumerate(self.words):
            if word.startswith(("недел", "недельк")):
                which = self._at(index - 1)
                week = 1 if which.startswith(("следующ", "будущ", "той", "ту", "друг", "нов", "след")) else 0
                self._set(week=week)
                self._edge(index - 2 if which else index - 1)
                self._take(index - 1 if which in _PRONOUNS or which.startswith(_NEXT) else index, index + 1)
            elif word.startswith("месяц"):
                which = self._at(index - 1)
                if which.startswith(("следующ", "будущ")):
                    self._set(next_month=True)
                self._edge(index - 2 if which.startswith(_NEXT) or which in _PRONOUNS else index - 1, month=True)
                self._take(index - 1 if which.startswith(_NEXT) else index, index + 1)
            elif word.startswith("выходн"):
                self._set(weekend=True)
                self._take(index, index + 1)

    def _edge(self, index: int, *, month: bool = False) -> None:
        edges = {"начал": "begin", "середин": "middle", "конц": "end"}
        for offset in (0, -1):
            word = self._at(index + offset)
            edge = next((name for stem, name in edges.items() if word.startswith(stem)), "")
            if edge:
                self._set(edge=f"{edge}_month" if month else edge)
                self._take(index + offset, index + offset + 1)
                if not month and self.found.week is None:
                    self._set(week=0)
                return

    # --- "половина пятого", "без пятнадцати три", "четверть второго" -----------------------------------------------------

    def _halves_and_quarters(self) -> None:
        for index, word in enumerate(self.words):
            if word.startswith("половин") and (number := self._ordinal_hour(index + 1)):
                self._hour(number[0] - 1, 30, index, number[1])
            elif word == "пол" and (number := self._ordinal_hour(index + 1)):
                self._hour(number[0] - 1, 30, index, number[1])
            elif word.startswith("пол") and (hour := _half_hour(word)) is not None:
                self._hour(hour - 1, 30, index, index + 1)
            elif word in ("четверть", "четверти") and self._at(index - 1) != "без" and (number := self._ordinal_hour(index + 1)):
                self._hour(number[0] - 1, 15, index, number[1])
            elif word == "без":
                self._quarter_to(index)
            elif _unit(word) == "minute" and (number := self._ordinal_hour(index + 1)):
                before = self._number_before(index)
                if before is not None:
                    self._hour(number[0] - 1, before[0], before[1], number[1])

    def _ordinal_hour(self, index: int) -> tuple[int, int] | None:
        number = self._number(index)
        if number is None or not number[0].ordinal or not 1 <= number[0].value <= 12:
            return None
        return number[0].value, number[1]

    def _number_before(self, index: int) -> tuple[int, int] | None:
        for start in (index - 2, index - 1):
            number = self._number(start) if start >= 0 else None
            if number is not None and number[1] == index and 0 < number[0].value < 60:
                return number[0].value, start
        return None

    def _quarter_to(self, index: int) -> None:
        if self._at(index + 1) == "четверти":
            minutes, after = 15, index + 2
        else:
            number = self._number(index + 1)
            if number is None or not 0 < number[0].value < 60:
                return
            minutes, after = number[0].value, number[1]
            if _unit(self._at(after)) == "minute":
                after += 1
        hour = self._number(after)
        if hour is not None and 1 <= hour[0].value <= 24:
            self._hour(hour[0].value - 1, 60 - minutes, index, hour[1])
        elif self._at(after) == "час":
            self._hour(12, 60 - minutes, index, after + 1)

    def _hour(self, hour: int, minute: int, start: int, end: int) -> None:
        self._set(hour=12 if hour == 0 and minute else hour, minute=minute)
        while self._at(end) in _HOUR_WORDS:
            end += 1
        self._take(start, end)

    # --- "после обеда", "с утра", "во второй половине дня" ---------------------------------------------------------------

    def _parts_of_day(self) -> None:
        joined = " ".join(word or "_" for word in self.words)
        for pattern, part in _PART_PATTERNS:
            match = pattern.search(joined)
            if match:
                start = joined[: match.start()].count(" ")
                self._set(part=part)
                self._take(start, start + len(match[0].split()))
                return
        for index, word in enumerate(self.words):
            if word in _PARTS and _PARTS[word]:
                self._set(part=_PARTS[word])
                self._take(index - 1 if self._at(index - 1) == "с" else index, index + 1)

    # --- "завтра", "в среду", "двадцать пятого" ----------------------------------------------------------------------------

    def _days(self) -> None:
        for index, word in enumerate(self.words):
            if word in _DAYS:
                self._set(day=_DAYS[word])
                self._take(index, index + 1)
            weekday = _weekday(word)
            if weekday is not None and self.found.weekday is None:
                before = self._at(index - 1)
                after_next = before.startswith(("следующ", "будущ"))
                self._set(weekday=weekday, next_weekday=after_next)
                self._take(index - 1 if before.startswith(_NEXT) else index, index + 1)
        if self.found.same_time is False and "время" in self.words and "это" in self.words:
            self._set(same_time=True)

    def _dates(self) -> None:
        for index in range(len(self.words)):
            number = self._number(index)
            if number is None or not 1 <= number[0].value <= 31:
                continue
            month = _month(self._at(number[1]))
            number_word = self._at(number[1]).startswith("числ")
            dated = month is not None or number_word or (number[0].genitive and self._at(index - 1) not in ("до", "после"))
            if dated and (number[0].ordinal or month is not None or number_word):
                self._set(month_day=number[0].value, month=month)
                self._take(index, number[1] + (1 if month is not None or number_word else 0))
                return
        for index, word in enumerate(self.words):
            month = _month(word)
            if month is not None:
                self._set(month=month)
                self._edge(index - 1, month=True)
                self._take(index, index + 1)
                return

    # --- "с двух до четырех", "после трех", "в три", "15:30" -----------------------------------------------------------------

    def _range(self) -> None:
        for index, word in enumerate(self.words):
            first = self._hour_at(index + 1) if word in ("с", "со", "от", "между") else None
            if first is None:
                continue
            joint = self._at(first[2])
            if joint in ("до", "по", "и"):
                second = self._hour_at(first[2] + 1)
                if second is not None:
                    self._set(hour=first[0], minute=first[1], until=second[0])
                    self._take(index, second[2])
                    return

    def _clock(self) -> None:
        if self.found.hour is not None:
            return
        best: tuple[int, int, int, int] | None = None
        for index, word in enumerate(self.words):
            if not word:
                continue
            read = self._hour_at(index)
            if read is None:
                continue
            sure = self._sure(index, read[2], read)
            if sure and (best is None or sure > best[3]):
                best = (index, read[0], read[1], sure)
        if best is None:
            return
        index, hour, minute, _ = best
        relation = Relation.AT
        before = self._at(index - 1)
        earlier = self._at(index - 2)
        if before in ("после", "позже", "попозже", "с", "со") or (before == "раньше" and earlier == "не"):
            relation = Relation.AFTER
        elif before in ("до", "раньше") or (before == "позже" and earlier == "не"):
            relation = Relation.BEFORE
        if before == "позже" and earlier == "не":
            relation = Relation.BEFORE
        self._set(hour=hour, minute=minute, relation=relation)

    def _sure(self, index: int, end: int, read: tuple[int, int, int]) -> int:
        """How sure a number is an hour: 3 written as a clock, 2 with a preposition or "часов", 1 because of the rest."""
        if _CLOCK.match(self.words[index]) or (end - index >= 2 and read[1] and self.found.says_day):
            return 3
        if any(self._at(position) in _HOUR_WORDS for position in range(index, end)):
            return 3 if self._at(index - 1) in _BEFORE_HOUR else 2
        if self._at(index - 1) in _BEFORE_HOUR:
            return 2
        if self.found.part or self.found.says_day:
            return 1
        spoken = sum(1 for word in self.words if word)
        two_numbers = end - index >= 2 and self._number(index) is not None and self._minute_after(index)
        return 1 if two_numbers or (self.loose and spoken <= 4) else 0

    def _minute_after(self, index: int) -> bool:
        number = self._number(index)
        return number is not None and self._number(number[1]) is not None and 7 <= number[0].value <= 23

    def _hour_at(self, index: int) -> tuple[int, int, int] | None:
        """(hour, minute, end) of a time of the clock that begins here."""
        word = self._at(index)
        clock = _CLOCK.match(word)
        if clock:
            return int(clock[1]), int(clock[2]), self._skip_hours(index + 1)
        if word == "час" and self._at(index - 1) in ("в", "на", "к", "около", "до", "после"):
            return self._with_minutes(1, index + 1)
        if word in ("полдень", "полудню", "полудня"):
            return 12, 0, index + 1
        number = self._number(index)
        if number is None or number[0].value > 24:
            return None
        value = number[0]
        if value.ordinal and self._at(number[1]) not in _HOUR_WORDS:
            return None
        if _unit(self._at(number[1])) in ("minute", "day", "week", "month"):
            return None
        return self._with_minutes(value.value % 24, self._skip_hours(number[1]))

    def _skip_hours(self, index: int) -> int:
        return index + 1 if self._at(index) in _HOUR_WORDS else index

    def _with_minutes(self, hour: int, index: int) -> tuple[int, int, int]:
        if self._at(index) in ("ноль", "00") and self._at(index + 1) in ("ноль", "00"):
            return hour, 0, index + 2
        if self._at(index) == "ноль" and (small := self._number(index + 1)) and small[0].value < 10:
            return hour, small[0].value, small[1]
        number = self._number(index)
        if number is not None and not number[0].ordinal and 5 <= number[0].value < 60:
            end = number[1]
            return hour, number[0].value, end + 1 if _unit(self._at(end)) == "minute" else end
        if self._at(index) == "с" and self._at(index + 1) == "половиной":
            return hour, 30, index + 2
        return hour, 0, index


_NEXT = ("следующ", "будущ", "ближайш")
_PRONOUNS = {"этой", "эту", "той", "ту", "этом", "другой", "новой"}
_DAYS = {"сегодня": 0, "сегодняшний": 0, "завтра": 1, "завтрашний": 1, "завтрева": 1, "послезавтра": 2}
_PART_PATTERNS = tuple(
    (re.compile(rf"(?:^|(?<= )){pattern}(?= |$)"), part)
    for pattern, part in (
        (r"(?:во? )?втор\w+ половин\w+(?: дня)?", "after_lunch"),
        (r"(?:во? )?перв\w+ половин\w+(?: дня)?", "before_lunch"),
        (r"после обед\w*", "after_lunch"),
        (r"(?:до|перед) обед\w*", "before_lunch"),
        (r"(?:в|к|во время) обед\w*", "lunch"),
        (r"обеденн\w+(?: время| перерыв)?", "lunch"),
        (r"(?:в )?кон\w+ (?:рабочего )?дня", "end_of_day"),
        (r"(?:в )?начал\w+ (?:рабочего )?дня", "morning"),
        (r"(?:ближе )?(?:к|под) вечер\w*", "end_of_day"),
        (r"(?:в )?середин\w+ дня", "day"),
        (r"после работы", "evening"),
    )
)


def _unit(word: str) -> str:
    if word.startswith("минут"):
        return "minute"
    if word.startswith("час"):
        return "hour"
    if word in ("день", "дня", "дней", "денек", "денечка", "деньков", "денька"):
        return "day"
    if word.startswith("недел"):
        return "week"
    return "month" if word.startswith("месяц") else ""


def _weekday(word: str) -> int | None:
    if word.startswith(_NOT_WEEKDAYS):
        return None
    return next((index for index, stem in enumerate(_WEEKDAYS) if word.startswith(stem)), None)


def _month(word: str) -> int | None:
    if word in _MAY:
        return 5
    return next((i + 1 for i, stem in enumerate(_MONTHS) if stem != "ма" and word.startswith(stem)), None)


def _half_hour(word: str) -> int | None:
    """ "полпятого" -> 5."""
    numeral = numerals.forms().get(word[3:])
    return numeral.value if numeral is not None and numeral.ordinal and 1 <= numeral.value <= 12 else None
