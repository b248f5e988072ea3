"""«Через полчаса», «минут через двадцать», «через неделю», «через два с половиной часа»."""

from __future__ import annotations

from scripts_dialog.understanding.times.clause import Clause, unit

_FEW = 3


def read_relative(clause: Clause) -> None:
    if "через" not in clause.words:
        return
    start = clause.words.index("через")
    fixed = _fixed(clause, start + 1)
    if fixed is not None:
        _minutes(clause, fixed[0], start, fixed[1])
        return
    amount, index, said = _amount(clause, start + 1)
    after, before = unit(clause.at(index)), unit(clause.at(start - 1))
    if after:
        end = index + 1
        if after == "hour":
            more, end = _hour_tail(clause, end)
            amount += more
        _elapsed(clause, after, amount, start, end)
    elif before and said:
        _elapsed(clause, before, amount, start - 1, index)


def _fixed(clause: Clause, index: int) -> tuple[int, int] | None:
    """(minutes, end) of half an hour or a quarter."""
    word, following = clause.at(index), clause.at(index + 1)
    if word.startswith("полча"):
        return 30, index + 1
    if word in ("пол", "половину") and following.startswith("час"):
        return 30, index + 2
    if word == "четверть" and following == "часа":
        return 15, index + 2
    if word == "три" and following == "четверти":
        return 45, index + 3
    return None


def _amount(clause: Clause, index: int) -> tuple[float, int, bool]:
    """(how many, where it ends, whether it was said); one when it was not: «через час»."""
    word = clause.at(index)
    if word in ("полтора", "полторы"):
        return 1.5, index + 1, True
    if word == "несколько":
        return _FEW, index + 1, True
    number = clause.number(index)
    if number is None:
        return 1.0, index, False
    if clause.at(number[1]) == "с" and clause.at(number[1] + 1) == "половиной":
        return number[0].value + 0.5, number[1] + 2, True
    second = clause.number(number[1])
    if second is not None and second[0].value == number[0].value + 1:
        return float(second[0].value), second[1], True  # «через два-три часа»: the later one is safe
    return float(number[0].value), number[1], True


def _hour_tail(clause: Clause, end: int) -> tuple[float, int]:
    """What follows «через час»: «с половиной», «двадцать», «-полтора», «-два»; in hours."""
    if clause.at(end) == "с" and clause.at(end + 1) == "половиной":
        return 0.5, end + 2
    if clause.at(end) in ("полтора", "полторы"):
        return 0.5, end + 1
    number = clause.number(end)
    if number is None:
        return 0.0, end
    if unit(clause.at(number[1])) == "minute":
        return number[0].value / 60, number[1] + 1
    if 5 <= number[0].value < 60:
        return number[0].value / 60, number[1]
    return (1.0, number[1]) if number[0].value == 2 else (0.0, end)


def _minutes(clause: Clause, minutes: int, start: int, end: int) -> None:
    clause.note(minutes=minutes)
    clause.take(start, end)


def _elapsed(clause: Clause, name: str, amount: float, start: int, end: int) -> None:
    match name:
        case "minute":
            _minutes(clause, round(amount), start, end)
            return
        case "hour":
            _minutes(clause, round(amount * 60), start, end)
            return
        case "day":
            clause.note(day=2 if amount == 1 else round(amount))  # «через день» is the day after tomorrow
        case "week":
            clause.note(day=round(amount * 7))
        case "month":
            clause.note(months=max(1, round(amount)))
    clause.take(start, end)
