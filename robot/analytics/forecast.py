"""What a campaign's day will come to, and why. Pure.

Dials still to come: the dials an open minute has brought, of today when it is half an hour old, else of the hours with
dials of the last weeks, times the minutes in which the phone may still ring. Each reaches the goal with the campaign's
own probability of the last weeks (robot.analytics.rates.share: a typical one is mixed in while there are few calls).
Calls under way count with the probability of a talk. The sum is cut by what there is: the plan itself (the dialer stops
when it is met), the managers' free slots, the leads that are left.

Goals of many independent dials are close to a Poisson count, so the range is the mean, with the bounds of the
probability's own doubt, and SPREAD standard deviations of such a count beyond: four days of five end within.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from robot.analytics.rates import TYPICAL_ANSWERED, TYPICAL_BOOKED, Estimate, share
from robot.analytics.report_ports import Attempts

YOUNG_MINUTES = 30
"""A day's own pace says little before."""
SPREAD = 1.28


class Why(StrEnum):
    """What the forecast hangs on. Stable: pages know them."""

    NO_QUOTA = "no_quota"
    MET = "met"
    STOPPED = "stopped"
    CLOSED = "closed"
    """Calling hours are over for today."""
    NO_PACE = "no_pace"
    """Nothing was dialed yet that would tell a pace."""
    ON_PLAN = "on_plan"
    PACE = "pace"
    SLOTS = "slots"
    LEADS = "leads"


@dataclass(frozen=True, slots=True)
class Day:
    """What is known of the day. quota None: nobody set one. booked: goals so far, those in calls that hold a slot too.
    minutes_gone, minutes_left: of the campaign's open hours. ringing, talking, booking: calls under way. usual_dials:
    per open hour in the last weeks, None where there were none. past: the sums of the last weeks. slots: free ones,
    None where the goal needs none. leads: that may still be dialed."""

    quota: int | None
    booked: int
    active: bool
    dials: int
    minutes_gone: int
    minutes_left: int
    ringing: int
    talking: int
    booking: int
    past: Attempts
    usual_dials: float | None
    slots: int | None
    leads: int

    @property
    def calls(self) -> int:
        return self.ringing + self.talking + self.booking


@dataclass(frozen=True, slots=True)
class Forecast:
    """Goals of the whole day. pace: dials an hour, None where nothing tells. per_dial: how many of them reach the
    goal."""

    value: int
    low: int
    high: int
    why: Why
    pace: float | None
    per_dial: Estimate


def forecast(day: Day) -> Forecast:
    per_dial = _per_dial(day.past)
    pace = _pace(day)
    settled = _settled(day, pace)
    if settled is not None:
        return Forecast(day.booked, day.booked, day.booked, settled, pace, per_dial)
    dials = (pace or 0.0) * day.minutes_left / 60 + day.ringing
    talks = day.talking * _per_talk(day.past).value
    room, why = _room(day, dials)
    mean = min(dials, room.dials) * per_dial.value + talks
    least = min(dials, room.dials) * per_dial.low + talks
    most = min(dials, room.dials) * per_dial.high + talks
    more = min(mean, room.goals)
    low = max(0.0, least - SPREAD * math.sqrt(least))
    high = most + SPREAD * math.sqrt(most)
    reached = day.quota is not None and day.booked + mean >= day.quota
    return Forecast(
        day.booked + round(more),
        day.booked + math.floor(min(low, room.goals)),
        day.booked + math.ceil(min(high, room.goals)),
        Why.ON_PLAN if reached and room.goals >= (day.quota or 0) - day.booked else why,
        pace,
        per_dial,
    )


@dataclass(frozen=True, slots=True)
class _Room:
    """How many more goals there can be, and dials to reach them."""

    goals: float
    dials: float


def _settled(day: Day, pace: float | None) -> Why | None:
    """Why nothing more will come; None when something will."""
    under_way = day.calls > 0
    if day.quota is None:
        return Why.NO_QUOTA
    if day.booked >= day.quota:
        return Why.MET
    if not day.active and not under_way:
        return Why.STOPPED
    if not day.minutes_left and not under_way:
        return Why.CLOSED
    return Why.NO_PACE if pace is None and not under_way else None


def _room(day: Day, dials: float) -> tuple[_Room, Why]:
    missing = float((day.quota or 0) - day.booked)
    slots = missing if day.slots is None else float(day.slots + day.booking)
    can = dials if day.active else float(day.ringing)
    why = Why.PACE if day.active else Why.STOPPED
    if day.leads < can:
        can, why = float(day.leads), Why.LEADS
    if slots < missing:
        why = Why.SLOTS
    return _Room(min(missing, slots), can), why


def _pace(day: Day) -> float | None:
    """Dials an hour."""
    if day.minutes_gone >= YOUNG_MINUTES and day.dials:
        return day.dials * 60 / day.minutes_gone
    return day.usual_dials


def _per_dial(past: Attempts) -> Estimate:
    return share(min(past.goal, past.dials), past.dials, TYPICAL_ANSWERED * TYPICAL_BOOKED)


def _per_talk(past: Attempts) -> Estimate:
    return share(min(past.goal, past.answered), past.answered, TYPICAL_BOOKED)
