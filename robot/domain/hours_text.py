"""Calling hours in words, as they are stored, typed and shown: "пн-пт 09:00-20:00; сб 10:00-13:00, 14:00-16:00".

Pure. Read in Russian or English, forgiving in spelling and strict in meaning; written in one way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time

from robot.domain.errors import InvalidWindow
from robot.domain.stretches import WEEKDAYS, Stretch

SHORT = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
NEVER = "никогда"
EVERY_DAY = "ежедневно"
LONGEST = 2000

_NAMES = (
    ("пн", "пон", "понедельник", "mo", "mon", "monday"),
    ("вт", "вто", "вторник", "tu", "tue", "tues", "tuesday"),
    ("ср", "сре", "среда", "we", "wed", "wednesday"),
    ("чт", "чет", "четверг", "th", "thu", "thur", "thurs", "thursday"),
    ("пт", "пят", "пятница", "fr", "fri", "friday"),
    ("сб", "суб", "суббота", "sa", "sat", "saturday"),
    ("вс", "вос", "воскресенье", "su", "sun", "sunday"),
)
_DAY = {name: day for day, names in enumerate(_NAMES) for name in names}
_GROUPS = {
    "ежедневно": frozenset(WEEKDAYS),
    "daily": frozenset(WEEKDAYS),
    "будни": frozenset(range(5)),
    "weekdays": frozenset(range(5)),
    "выходные": frozenset({5, 6}),
    "weekends": frozenset({5, 6}),
}
_NEVER = frozenset({NEVER, "never", ""})
_AROUND_THE_CLOCK = ("круглосуточно", "24/7", "around the clock")
_DASHES = re.compile(r"\s*[-‐-―−]\s*")
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?)?")
_PART = re.compile(r"(?P<days>[^0-9]*)(?P<hours>[0-9].*)", re.DOTALL)


def write_days(days: Mapping[int, tuple[Stretch, ...]]) -> str:
    """Days with the same stretches together, in the order of the week."""
    groups: dict[tuple[Stretch, ...], list[int]] = {}
    for day in sorted(days):
        groups.setdefault(days[day], []).append(day)
    return "; ".join(f"{_write_group(group)} {_write_hours(hours)}" for hours, group in groups.items()) or NEVER


def read_days(text: str) -> dict[int, tuple[Stretch, ...]]:
    """Nothing written opens nothing. Raises InvalidWindow."""
    folded = " ".join(text[: LONGEST + 1].casefold().replace("ё", "е").split())
    if len(folded) > LONGEST:
        raise _unreadable(folded[:20] + "…")
    if folded in _NEVER:
        return {}
    days: dict[int, tuple[Stretch, ...]] = {}
    for part in _parts(folded):
        names, hours = _split(part)
        for day in names:
            if day in days:
                raise InvalidWindow(
                    f"День «{SHORT[day]}» назван дважды. Запишите все его часы вместе: {SHORT[day]} 09:00-13:00, "
                    "14:00-18:00",
                    f"The day “{_NAMES[day][4]}” is given twice. Write all its hours together: {_NAMES[day][4]} "
                    "09:00-13:00, 14:00-18:00",
                )
            days[day] = hours
    return days


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _split(part: str) -> tuple[frozenset[int], tuple[Stretch, ...]]:
    for words in _AROUND_THE_CLOCK:
        if part.endswith(words):
            return _read_group(part.removesuffix(words), part), (Stretch(time.min, time.max),)
    found = _PART.fullmatch(part)
    if found is None:
        raise _unreadable(part)
    hours = tuple(_read_stretch(piece.strip(), part) for piece in found["hours"].split(","))
    return _read_group(found["days"], part), hours


def _read_group(text: str, part: str) -> frozenset[int]:
    """Weekdays of "пн-ср, пт"; none named means every day. A range may pass Sunday: "сб-пн"."""
    names = _DASHES.sub("-", text).strip(" :,")
    if not names:
        return frozenset(WEEKDAYS)
    chosen: set[int] = set()
    for piece in re.split(r"\s*,\s*|\s+и\s+|\s+and\s+|\s+", names):
        if piece in _GROUPS:
            chosen |= _GROUPS[piece]
            continue
        first, dash, last = (name.strip(".") for name in piece.partition("-"))
        if first not in _DAY or (dash and last not in _DAY):
            raise _unreadable(part)
        start = _DAY[first]
        chosen |= {(start + n) % 7 for n in range((_DAY[last or first] - start) % 7 + 1)}
    return frozenset(chosen)


def _read_stretch(text: str, part: str) -> Stretch:
    opens, dash, closes = _DASHES.sub("-", text).partition("-")
    if not dash:
        raise _unreadable(part)
    stretch = Stretch(_read_clock(opens, part), _read_clock(closes, part, last=time.max))
    if stretch.opens == stretch.closes:
        raise InvalidWindow(
            f"«{text}» — нисколько времени. Круглые сутки пишутся 00:00-24:00, никогда — «{NEVER}»",
            f"“{text}” is no time at all. Day and night is written 00:00-24:00, no time “never”",
        )
    return stretch


def _read_clock(text: str, part: str, *, last: time | None = None) -> time:
    """last: what 24:00 means; None where a day does not begin at 24:00."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise _unreadable(part)
    hour, minute, second = (int(group or 0) for group in found.groups()[:3])
    if last is not None and (hour, minute, second, int(found[4] or 0)) == (24, 0, 0, 0):
        return last
    if hour > 23 or minute > 59 or second > 59:
        raise _unreadable(part)
    return time(hour, minute, second, int((found[4] or "0").ljust(6, "0")))


def _write_group(days: list[int]) -> str:
    if len(days) == len(WEEKDAYS):
        return EVERY_DAY
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        f"{SHORT[run[0]]}-{SHORT[run[-1]]}" if len(run) > 2 else ",".join(SHORT[day] for day in run) for run in runs
    )


def _write_hours(stretches: tuple[Stretch, ...]) -> str:
    return ", ".join(
        f"{_write_clock(s.opens)}-{'24:00' if s.closes == time.max else _write_clock(s.closes)}" for s in stretches
    )


def _write_clock(clock: time) -> str:
    return clock.isoformat("minutes" if clock.replace(second=0, microsecond=0) == clock else "auto")


def _unreadable(part: str) -> InvalidWindow:
    return InvalidWindow(
        f"Часы звонков не понятны: «{part}». Пишите дни и часы, через «;»: пн-пт 09:00-20:00; сб 10:00-16:00. "
        f"Круглосуточно — {EVERY_DAY} 00:00-24:00, никогда — {NEVER}",
        f"Calling hours not understood: “{part}”. Write days and hours, with a semicolon between: mon-fri "
        "09:00-20:00; sat 10:00-16:00. Day and night is daily 00:00-24:00, no time is never",
    )
