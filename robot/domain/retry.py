"""When a task is tried again. Pure: outcome, attempts so far, the client's zones and the time give the next due moment.

A ladder has a step for each further attempt: whoever was busy is soon free, whoever did not answer in the morning may
answer in the afternoon, and a voicemail means: not today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from robot.domain.calls import CallResult
from robot.domain.outcomes import Outcome
from robot.domain.zones import zone_info

FAULT_PAUSE = timedelta(minutes=2)
"""After a fault of ours: soon, yet not in a loop."""

UNTIMED_CALLBACK = timedelta(days=1)
"""A client who said "call me later" and no time is called the next day at the same hour."""

FINAL_REASONS = frozenset({"unknown_number", "fax"})
"""No person will ever answer there, whatever the outcome is called."""

HUNG_UP_BY_PERSON = "hung_up_by_person"
"""Somebody of the office ended the talk: the robot does not call back on its own."""

PARTS = (9, 12, 15, 18, 21)
"""Hours of the client's clock that part his day: morning, midday, afternoon and evening; the rest is night."""

_ENDS_IT = FINAL_REASONS | {HUNG_UP_BY_PERSON}
_SEARCHED = timedelta(days=2)


class Part(StrEnum):
    """Where in the client's days a retry belongs."""

    ANY = "any"
    OTHER_PART_OF_DAY = "other_part_of_day"
    """Not in the part of the day (PARTS) in which nobody answered, and not at night."""
    NEXT_DAY = "next_day"
    """On a later day of the client's; from the morning on where the pause alone would end on the same day."""


@dataclass(frozen=True, slots=True)
class Step:
    """Not sooner than `after` the attempt's end, then as soon as `part` allows. Raises ValueError for a step back."""

    after: timedelta
    part: Part = Part.ANY

    def __post_init__(self) -> None:
        if self.after < timedelta(0):
            raise ValueError("a retry lies ahead: give a pause from zero up")


def _ladders() -> dict[Outcome, tuple[Step, ...]]:
    elsewhen = Part.OTHER_PART_OF_DAY
    next_day = Step(timedelta(hours=16), Part.NEXT_DAY)
    return {
        Outcome.BUSY: (Step(timedelta(minutes=5)), Step(timedelta(minutes=20)), Step(timedelta(hours=2), elsewhen)),
        Outcome.NO_ANSWER: (Step(timedelta(hours=2), elsewhen), Step(timedelta(hours=20), elsewhen)),
        Outcome.VOICEMAIL: (next_day, Step(timedelta(days=1), elsewhen)),
        Outcome.NOT_DECISION_MAKER: (next_day,),
        Outcome.FAILED: (Step(timedelta(hours=1)), Step(timedelta(hours=4), elsewhen)),
        Outcome.INTERRUPTED: (Step(timedelta(minutes=15)),),
    }


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Ladders by outcome: the n-th attempt of a task, whatever came before it, is followed by the n-th step of its
    outcome, the last step standing for all further ones. An outcome without a ladder, or with an empty one, ends the
    task."""

    max_attempts: int = 3
    ladders: Mapping[Outcome, tuple[Step, ...]] = field(default_factory=_ladders)

    def next_due(self, result: CallResult, *, attempts: int, zones: Sequence[str] = ()) -> datetime | None:
        """When to dial again after the attempt number `attempts` (counted, this one included), or None: the task is
        done. A promised callback is kept even when the attempts are used up, never in the past; a fault of ours uses
        none up. zones: those the client may live in; the days and parts of a day of all of them are kept, or, where
        they tell nothing (none, no such zone), those of UTC. The calling window is not looked at here: the queue moves
        a moment outside it to its next opening."""
        if result.outcome is Outcome.CALLBACK_SCHEDULED:
            promised = result.callback_at or result.ended_at + UNTIMED_CALLBACK
            return max(promised, result.ended_at)
        if not result.counts:
            return result.ended_at + FAULT_PAUSE
        ladder = self.ladders.get(result.outcome, ())
        if not ladder or attempts >= self.max_attempts or result.reason in _ENDS_IT:
            return None
        step = ladder[min(max(attempts, 1), len(ladder)) - 1]
        clocks = [zone for zone in map(zone_info, zones) if zone is not None] or [ZoneInfo("UTC")]
        return _due(step, result.ended_at, clocks)


def part_of_day(moment: datetime, zone: ZoneInfo) -> int | None:
    """Which of PARTS an aware moment lies in there: 0 for the morning to 3 for the evening, None at night."""
    hour = moment.astimezone(zone).hour
    return next((n for n, until in enumerate(PARTS[1:]) if PARTS[0] <= hour < until), None)


def _due(step: Step, ended_at: datetime, zones: Sequence[ZoneInfo]) -> datetime:
    earliest = ended_at + step.after
    match step.part:
        case Part.ANY:
            return earliest
        case Part.NEXT_DAY:
            return max(
                [earliest, *(_next_morning(ended_at, zone) for zone in zones if _same_day(ended_at, earliest, zone))]
            )
        case Part.OTHER_PART_OF_DAY:
            return _other_part(ended_at, earliest, zones)


def _same_day(one: datetime, other: datetime, zone: ZoneInfo) -> bool:
    return one.astimezone(zone).date() == other.astimezone(zone).date()


def _next_morning(moment: datetime, zone: ZoneInfo) -> datetime:
    day = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, time(PARTS[0]), zone).astimezone(UTC)


def _other_part(ended_at: datetime, earliest: datetime, zones: Sequence[ZoneInfo]) -> datetime:
    """The first moment from `earliest` on that lies by day, and in another part of it, in every zone. Zones too far
    apart may leave none: then night will do, for the calling window keeps it out; then `earliest`."""
    before = {zone: part_of_day(ended_at, zone) for zone in zones}
    moments = [earliest, *sorted(_boundaries(earliest, zones))]
    for night_too in (False, True):
        for moment in moments:
            parts = {zone: part_of_day(moment, zone) for zone in zones}
            if all(parts[zone] != before[zone] and (night_too or parts[zone] is not None) for zone in zones):
                return moment
    return earliest


def _boundaries(after: datetime, zones: Sequence[ZoneInfo]) -> Iterator[datetime]:
    """Where a part of the day begins in one of the zones, later than `after`, for two days."""
    for zone in zones:
        today = after.astimezone(zone).date()
        for n in range(_SEARCHED.days + 1):
            for hour in PARTS:
                moment = datetime.combine(today + timedelta(days=n), time(hour), zone).astimezone(UTC)
                if moment > after:
                    yield moment
