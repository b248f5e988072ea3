"""«Завтра», «в среду», «двадцать пятого», «на следующей неделе», «в конце месяца»."""

from __future__ import annotations

from scripts_dialog.understanding.times.clause import Clause

_WEEKDAYS = ("понедел", "вторн", "сред", "четвер", "пятниц", "суббот", "воскрес")
_SHORT = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_NOT_WEEKDAYS = ("средн", "средс", "четверт")
_MONTHS = ("январ", "феврал", "март", "апрел", "", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_MAY = {"мая", "май", "мае", "маю"}
_FOLLOWING = ("следующ", "будущ")
_QUALIFIERS = (*_FOLLOWING, "ближайш", "нов", "друг")
_PRONOUNS = {"этой", "эту", "той", "ту", "этом", "этот"}
_DAYS = {"сегодня": 0, "сегодняшний": 0, "завтра": 1, "завтрашний": 1, "завтрева": 1, "послезавтра": 2}
_EDGES = {"начал": "begin", "середин": "middle", "конц": "end"}


def read_weeks(clause: Clause) -> None:
    """Spans longer than a day."""
    for index, word in enumerate(clause.words):
        before = clause.at(index - 1)
        qualified = before in _PRONOUNS or before.startswith(_QUALIFIERS)
        start = index - 1 if qualified else index
        if word.startswith("недел"):
            following = before in ("той", "ту") or before.startswith((*_FOLLOWING, "нов", "друг"))
            clause.note(week=1 if following else 0)
            _edge(clause, start - 1)
        elif word.startswith("месяц"):
            clause.note(next_month=before.startswith(_FOLLOWING))
            _edge(clause, start - 1, "_month")
        elif word.startswith("выходн"):
            clause.note(weekend=True)
        else:
            continue
        clause.take(start, index + 1)


def _edge(clause: Clause, index: int, suffix: str = "") -> None:
    for position in (index, index - 1):
        edge = next((name for stem, name in _EDGES.items() if clause.at(position).startswith(stem)), None)
        if edge is not None:
            clause.note(edge=edge + suffix)
            clause.take(position, position + 1)
            return


def read_days(clause: Clause) -> None:
    for index, word in enumerate(clause.words):
        if word in _DAYS:
            clause.note(day=_DAYS[word])
            clause.take(index, index + 1)
        weekday = _weekday(word)
        if weekday is None or clause.found.weekday is not None:
            continue
        before = clause.at(index - 1)
        clause.note(weekday=weekday, next_weekday=before.startswith(_FOLLOWING))
        clause.take(index - 1 if before.startswith(_QUALIFIERS) or before in _PRONOUNS else index, index + 1)
    if "время" in clause.words and {"это", "то", "этоже", "тоже"} & set(clause.words):
        clause.note(same_time=True)


def read_dates(clause: Clause) -> None:
    """Days of a month. Without a month only the genitive is a date: «двадцать пятого», not «второе»."""
    for index in range(len(clause.words)):
        number = clause.number(index)
        if number is None or not 1 <= number[0].value <= 31:
            continue
        month = _month(clause.at(number[1]))
        counted = clause.at(number[1]).startswith("числ")
        bare = number[0].genitive and clause.at(index - 1) not in ("до", "после")
        if month is not None or counted or bare:
            clause.note(month_day=number[0].value, month=month)
            clause.take(index, number[1] + (month is not None or counted))
            return
    for index, word in enumerate(clause.words):
        month = _month(word)
        if month is not None:
            clause.note(month=month)
            _edge(clause, index - 1, "_month")
            clause.take(index, index + 1)
            return


def _weekday(word: str) -> int | None:
    if word in _SHORT:
        return _SHORT.index(word)
    if word.startswith(_NOT_WEEKDAYS):
        return None
    return next((index for index, stem in enumerate(_WEEKDAYS) if word.startswith(stem)), None)


def _month(word: str) -> int | None:
    if word in _MAY:
        return 5
    return next((number for number, stem in enumerate(_MONTHS, 1) if stem and word.startswith(stem)), None)
