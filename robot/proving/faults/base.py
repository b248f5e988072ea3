"""What a kind of fault is, and what it tells of one that was dealt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from random import Random

from robot.proving.faults.alarms import Alarm
from robot.proving.faults.ground import Ground, Station


@dataclass(frozen=True, slots=True)
class Text:
    """A few words in both languages."""

    ru: str
    en: str


class Lane(StrEnum):
    """Two faults of one lane are never dealt at once: what each broke could not be told apart."""

    STATION = "station"
    """Of the one node."""
    ALL = "all"
    """Of all nodes."""
    CRM = "crm"
    """Beside whatever the nodes suffer."""


class NotNow(Exception):
    """There is nothing to break at this moment: no such process runs."""


@dataclass(frozen=True, slots=True)
class Struck:
    """lifted: when the cause was gone, and the product could begin to recover. until: what must be true besides for it
    to have recovered. wrong: what was broken at once."""

    detail: str
    lifted: datetime
    until: Callable[[], bool] = lambda: True
    wrong: tuple[str, ...] = ()


Strike = Callable[[Ground, Station, Random], Awaitable[Struck]]


@dataclass(frozen=True, slots=True)
class Kind:
    """strike: deals it to a station and waits until its cause is gone. alarm, or quiet: why nobody is told. fits:
    whether a station has what it takes. weight: how often, beside the others. calls_go_on: whether recovery is that the
    next client hears the robot."""

    name: str
    ru: str
    en: str
    strike: Strike
    lane: Lane = Lane.STATION
    alarm: Alarm | None = None
    quiet: Text | None = None
    weight: int = 2
    fits: Callable[[Station], bool] = field(default=lambda _station: True)
    calls_go_on: bool = True
