"""The notation of `data/times_blind.yaml`: what a spoken time must come to at any moment, reckoned on its own."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scripts_dialog.understanding.times import Window

MOSCOW = ZoneInfo("Europe/Moscow")
NOWS = {
    "wednesday": datetime(2026, 3, 18, 11, 20, tzinfo=MOSCOW),
    "friday": datetime(2026, 3, 20, 17, 40, tzinfo=MOSCOW),
    "sunday": datetime(2026, 5, 31, 20, 15, tzinfo=ZoneInfo("Asia/Vladivostok")),
    "new_year": datetime(2026, 12, 31, 23, 50, tzinfo=ZoneInfo("Europe/Kaliningrad")),
}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"^(?P<days>\S.*?)(?: (?P<from>\d\d:\d\d)-(?P<to>\d\d:\d\d))?$")


def day(written: str, now: datetime) -> date:
    """A day of the notation, as a date."""
    today = now.date()
    if match := re.fullmatch(r"\+(\d+)d", written):
        return today + timedelta(days=int(match[1]))
    if match := re.fullmatch(r"\+(\d+)mo", written):
        year, month = divmod(today.year * 12 + today.month - 1 + int(match[1]), 12)
        return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    if written in WEEKDAYS:
        return _first(today, lambda found: found.weekday() == WEEKDAYS.index(written))
    if written.startswith("next "):
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
        return monday + timedelta(days=WEEKDAYS.index(written[5:]))
    if match := re.fullmatch(r"dom(\d+)", written):
        return _first(today, lambda found: found.day == int(match[1]))
    if match := re.fullmatch(r"date(\d+)-(\d+)", written):
        return _first(today, lambda found: (found.month, found.day) == (int(match[1]), int(match[2])))
    raise ValueError(f"{written!r} is no day of the notation")


def _first(today: date, fits: object) -> date:
    assert callable(fits)
    return next(found for ahead in range(1, 800) if fits(found := today + timedelta(days=ahead)))


def moment(written: str, now: datetime) -> datetime:
    if match := re.fullmatch(r"\+(\d+)m", written):
        return now + timedelta(minutes=int(match[1]))
    days, _, clock = written.rpartition(" ")
    hour = now.time() if clock == "same" else time.fromisoformat(clock)
    return datetime.combine(day(days, now), hour, now.tzinfo)


def verdict(expected: str, found: Sequence[Window], now: datetime) -> str:
    """right; asked: not what was expected, but it would be asked back; wrong: taken for something else."""
    if _right(expected, found, now):
        return "right"
    return "wrong" if len(found) == 1 and found[0].exact else "asked"


def _right(expected: str, found: Sequence[Window], now: datetime) -> bool:
    if expected in ("none", "ask"):
        return not found if expected == "none" else len(found) != 1
    if expected.startswith("either: "):
        return {window.start for window in found} == {moment(one, now) for one in expected[8:].split("; ")}
    if expected.endswith("m") or re.search(r" (?:same|\d\d:\d\d)$", expected):
        return [window.start for window in found if window.exact] == [moment(expected, now)]
    span = _SPAN.match(expected)
    assert span is not None
    first, _, last = span["days"].partition("..")
    opens = datetime.combine(day(first, now), time.fromisoformat(span["from"] or "00:00"), now.tzinfo)
    closes = datetime.combine(day(last or first, now), time.fromisoformat(span["to"] or "23:59"), now.tzinfo)
    vague = [window for window in found if not window.exact or len(found) > 1]
    return bool(vague) and all(opens <= window.start < window.end <= closes for window in vague)
