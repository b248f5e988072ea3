"""Whether what the robot understood is what a sentence was labelled with. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

from robot.domain.calls import TurnEnding
from robot.proving.talks.speech import INNER_PAUSE
from robot.proving.talks.verdicts import TurnVerdict
from scripts_dialog.understanding.spotting import spot
from scripts_dialog.values import Expects

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AT = re.compile(r"(?P<day>.+) (?P<hour>\d\d?):(?P<minute>\d\d)")
_SPAN = re.compile(r"\+(?P<count>\d+)(?P<unit>[mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_NEAR = timedelta(minutes=16)
_WEDNESDAY = 2

Implied = Callable[[str], str | None]


def right(verdict: TurnVerdict, now: datetime, implied: Implied) -> bool | None:
    """None where there is nothing to compare. now: in the client's zone; implied: the plainer meaning of an intent."""
    kind, _, value = verdict.sentence.label.partition(":")
    if kind in ("", INNER_PAUSE, "murmur"):
        return None
    turn = verdict.understood.turn if verdict.understood is not None else None
    if turn is None or (kind != "choice" and turn.ending is not TurnEnding.ANSWERED):
        return False
    if kind == "choice":
        return spot(turn.heard, now, expects=Expects.CHOICE, offered=offered(now)).choice == choice(value)
    match kind:
        case "time":
            return same_time(moment(value, now), _moment(turn.matched))
        case "email" | "number":
            return turn.kind == "value" and turn.intent == kind
        case _:
            return turn.intent == kind or implied(turn.intent) == kind


def same_time(wanted: datetime | None, got: datetime | None) -> bool:
    return wanted is not None and got is not None and abs(got - wanted) <= _NEAR


def choice(value: str) -> int:
    """0: none of what was offered."""
    return int(value) if value.isdigit() else 0


def offered(now: datetime) -> list[datetime]:
    """Tomorrow at ten, and the next Wednesday at three."""
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(10), now.tzinfo)
    wednesday = now.date() + timedelta(days=(_WEDNESDAY - now.weekday() - 1) % 7 + 1)
    return sorted([tomorrow, datetime.combine(wednesday, time(15), now.tzinfo)])


def moment(value: str, now: datetime) -> datetime | None:
    """ "tomorrow 12:00", "friday 11:00", "next tuesday 10:00" (of the next week), "+1d 09:00", "+2h"; None for what
    cannot be read."""
    at = _AT.fullmatch(value)
    if at is None:
        span = _SPAN.fullmatch(value)
        return now + int(span["count"]) * _UNITS[span["unit"]] if span else None
    day = _day(at["day"], now)
    return None if day is None else datetime.combine(day, time(int(at["hour"]), int(at["minute"])), now.tzinfo)


def _day(name: str, now: datetime) -> datetime | None:
    if name in ("today", "tomorrow"):
        return now + timedelta(days=name == "tomorrow")
    if span := _SPAN.fullmatch(name):
        return now + int(span["count"]) * _UNITS[span["unit"]]
    next_week = name.startswith("next ")
    weekday = name.removeprefix("next ")
    if weekday not in _DAYS:
        return None
    if next_week:
        return now + timedelta(days=7 - now.weekday() + _DAYS.index(weekday))
    return now + timedelta(days=(_DAYS.index(weekday) - now.weekday() - 1) % 7 + 1)


def _moment(written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
