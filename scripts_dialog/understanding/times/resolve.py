"""From what was said to moments of the calendar."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scripts_dialog.understanding.times.mention import Mention, Relation

OPENS, CLOSES = 9, 18
"""Working hours assumed where none were named."""
_PARTS: dict[str, tuple[int, int]] = {
    "": (OPENS, CLOSES),
    "morning": (OPENS, 12),
    "before_lunch": (OPENS, 13),
    "lunch": (12, 14),
    "after_lunch": (13, CLOSES),
    "day": (12, 17),
    "end_of_day": (16, 19),
    "evening": (17, 20),
    "night": (20, 22),
}
MAX_DAYS = 4
"""An hour on several days («на следующей неделе в десять») is asked back, day by day."""
_STILL_TODAY = timedelta(hours=1)
"""A part of the day counts as today's when so much of it is left."""


@dataclass(frozen=True, slots=True)
class Window:
    """A span in which something may happen, [start, end), aware. `exact`: the start itself was named."""

    start: datetime
    end: datetime
    exact: bool

    @property
    def suggestion(self) -> datetime:
        """One moment to act on: the named one, otherwise some way into the span, at a full or half hour."""
        if self.exact:
            return self.start
        into = self.start + min(timedelta(hours=2), (self.end - self.start) / 3)
        minutes = -(-(into.hour * 60 + into.minute) // 30) * 30
        rounded = datetime.combine(into.date(), time(), into.tzinfo) + timedelta(minutes=minutes)
        return min(rounded, max(self.start, self.end - timedelta(minutes=30)))


def proposals(windows: Sequence[Window]) -> tuple[datetime, ...]:
    """What to ask back: the moment when it is clear, the suggestions of several readings, or two moments of a span."""
    if len(windows) != 1 or windows[0].exact:
        return tuple(dict.fromkeys(window.suggestion for window in windows))
    span = windows[0]
    later_day = span.end.date() if span.end.time() > time(OPENS) else span.end.date() - timedelta(days=1)
    if later_day > span.start.date():  # several days: the first, and the last at the same hour
        return span.suggestion, datetime.combine(later_day, span.suggestion.timetz())
    second = Window(span.suggestion + (span.end - span.suggestion) / 3, span.end, exact=False).suggestion
    return tuple(dict.fromkeys((span.suggestion, second)))


def resolve(said: Mention, now: datetime, today: date | None = None) -> tuple[Window, ...]:
    """Every moment in the future the words may mean, the likeliest first. `today`: the day meant when none is named."""
    if said.minutes is not None:
        start = (now + timedelta(minutes=said.minutes)).replace(second=0, microsecond=0)
        return (Window(start, start + timedelta(minutes=30), exact=True),)
    found: dict[Window, None] = {}
    for first, last in _days(said, now, today):
        for window in _times(said, first, last, now):
            future = _future(window, now)
            if future is not None and (said.says_day or not _mostly_over(window, now)):
                found.setdefault(future)
    if not found and not said.says_day and said.says_time and today is None:
        for window in _times(said, *(_next_working_day(now.date()),) * 2, now):
            found.setdefault(window)
    return tuple(found)


def _future(window: Window, now: datetime) -> Window | None:
    if window.exact:
        return window if window.start > now else None
    if window.end <= now + timedelta(minutes=15):
        return None
    if window.start <= now:
        start = (now + timedelta(minutes=15)).replace(second=0, microsecond=0)
        return Window(start, window.end, exact=False)
    return window


def _mostly_over(window: Window, now: datetime) -> bool:
    """«С десяти до двенадцати» said at twenty past eleven means tomorrow."""
    return not window.exact and window.end - now < (window.end - window.start) / 2


# --- days ------------------------------------------------------------------------------------------------------------


def _days(said: Mention, now: datetime, default: date | None) -> Iterator[tuple[date, date]]:
    """(first day, last day) spans."""
    today = now.date()
    if said.month_day is not None:
        yield from ((day, day) for day in _dated(said.month_day, said.month, today))
    elif said.months is not None:
        yield (_months_on(today, said.months),) * 2
    elif said.weekday is not None:
        yield from ((day, day) for day in _weekdays(said, today))
    elif said.day is not None:
        day = today + timedelta(days=said.day)
        yield day, day
    elif said.weekend:
        saturday = today + timedelta(days=(5 - today.weekday()) % 7 if today.weekday() != 6 else 0)
        if said.week:
            saturday = _monday(today) + timedelta(days=5 + 7 * said.week)
        yield saturday, _monday(saturday) + timedelta(days=6)
    elif said.month is not None or said.next_month or said.edge.endswith("_month"):
        yield _month_span(said, today)
    elif said.week is not None:
        yield _week_span(said, today)
    elif default is not None:
        yield default, default
    elif not said.part or _left_today(said, now):
        yield today, today


def _left_today(said: Mention, now: datetime) -> bool:
    if said.hour is not None:
        return True
    opens, closes = _PARTS[said.part]
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if now < midnight + timedelta(hours=opens):
        return True
    return said.part not in ("morning", "before_lunch") and midnight + timedelta(hours=closes) - now >= _STILL_TODAY


def _months_on(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _weekdays(said: Mention, today: date) -> Iterator[date]:
    weekday = said.weekday or 0
    this_week = _monday(today) + timedelta(days=weekday)
    if said.week is not None:
        yield this_week + timedelta(days=7 * said.week)
    elif said.day is not None:  # «через неделю в среду»
        yield _monday(today + timedelta(days=said.day)) + timedelta(days=weekday)
    elif said.next_weekday:
        yield this_week + timedelta(days=7)
        if this_week > today:
            yield this_week  # on a Monday «в следующую среду» may be either: to be asked back
    else:
        yield today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _dated(day: int, month: int | None, today: date) -> Iterator[date]:
    year, current = today.year, month or today.month
    for _ in range(24):
        if day <= calendar.monthrange(year, current)[1]:
            found = date(year, current, day)
            if found >= today:
                yield found
                return
        if month is None:
            year, current = (year + 1, 1) if current == 12 else (year, current + 1)
        else:
            year += 1


def _month_span(said: Mention, today: date) -> tuple[date, date]:
    year, month = today.year, today.month
    if said.month is not None:
        year, month = (year + 1 if said.month < month else year), said.month
    elif said.next_month:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    last = calendar.monthrange(year, month)[1]
    first_day, last_day = {
        "begin_month": (1, 7),
        "middle_month": (12, 18),
        "end_month": (last - 6, last),
    }.get(said.edge, (1, last))
    return max(date(year, month, first_day), today), date(year, month, last_day)


def _week_span(said: Mention, today: date) -> tuple[date, date]:
    monday = _monday(today) + timedelta(days=7 * (said.week or 0))
    first, last = {"begin": (0, 1), "middle": (2, 2), "end": (3, 4)}.get(said.edge, (0, 4))
    if monday + timedelta(days=last) <= today:  # on a Friday «на неделе» is the next one
        monday += timedelta(days=7)
    return max(monday + timedelta(days=first), today + timedelta(days=1)), monday + timedelta(days=last)


def part_span(part: str) -> tuple[int, int]:
    """[from, to) hours of a part of the day."""
    return _PARTS[part]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _next_working_day(today: date) -> date:
    following = today + timedelta(days=1)
    return following + timedelta(days=max(0, 7 - following.weekday())) if following.weekday() > 4 else following


# --- times of the day ------------------------------------------------------------------------------------------------


def _times(said: Mention, first: date, last: date, now: datetime) -> Iterator[Window]:
    zone = now.tzinfo

    def at(day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), zone)

    if said.same_time:
        start = at(first, now.hour, now.minute)
        yield Window(start, start + timedelta(minutes=30), exact=True)
        return
    if said.hour is None:
        opens, closes = _PARTS[said.part]
        yield Window(at(first, opens), at(last, closes), exact=False)
        return
    days = [first + timedelta(days=ahead) for ahead in range(min((last - first).days, MAX_DAYS - 1) + 1)]
    for day, hour in ((day, hour) for day in days for hour in hours_of(said.hour, said.part)):
        start = at(day, hour, said.minute)
        if said.until is not None:
            until = hours_of(said.until, said.part)[0]
            if until <= hour:
                until = min(23, until + 12) if until + 12 > hour else hour + 1
            yield Window(start, at(day, min(until, 23)), exact=False)
        elif said.relation is Relation.AFTER:
            yield Window(start, max(at(day, CLOSES), start + timedelta(hours=2)), exact=False)
        elif said.relation is Relation.BEFORE:
            yield Window(min(at(day, OPENS), start - timedelta(hours=1)), start, exact=False)
        else:
            yield Window(start, start + timedelta(minutes=30), exact=True)


def hours_of(hour: int, part: str) -> tuple[int, ...]:
    """Hours of the day that an hour of the clock may mean."""
    if part == "night" and 0 < hour <= 12:
        return (hour % 12,) if hour < 6 or hour == 12 else (hour + 12,)
    if hour == 8 and part in ("", "before_lunch"):
        return (8, 20) if not part else (8,)
    afternoon = {"morning": range(0), "evening": range(4, 12), "end_of_day": range(4, 12)}.get(part, range(1, 8))
    return ((hour + 12) % 24,) if hour in afternoon else (hour % 24,)
