"""The auditor of a simulated day: recounts every promise from the log of dials and from what the day was given.

It asks nothing of the robot: clocks, patterns, caps and quotas are its own. A fault names the rule and the moment, and
no telephone number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from robot.domain.goals import Goal
from robot.domain.outcomes import Outcome
from robot.simulation.records import Dial, Inputs, Plan, Stop

OFFSETS = {
    "Europe/Kaliningrad": 2,
    "Europe/Moscow": 3,
    "Europe/Samara": 4,
    "Asia/Yekaterinburg": 5,
    "Asia/Omsk": 6,
    "Asia/Krasnoyarsk": 7,
    "Asia/Irkutsk": 8,
    "Asia/Yakutsk": 9,
    "Asia/Vladivostok": 10,
    "Asia/Magadan": 11,
    "Asia/Kamchatka": 12,
}
"""Hours ahead of Greenwich; Russia changes no clocks."""

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
REFUSALS = (Outcome.REFUSED, Outcome.OPTED_OUT, Outcome.WRONG_NUMBER)

WINDOW = "window"
STOPPED = "stopped"
CONSENT = "consent"
CAPS = "caps"
COOLING = "cooling"
DOUBLE = "double"
SLOTS = "slots"
OVERSHOOT = "overshoot"
MISSED = "missed"
STORE = "store"
RULES = (WINDOW, STOPPED, CONSENT, CAPS, COOLING, DOUBLE, SLOTS, OVERSHOOT, MISSED, STORE)
"""What is counted. MISSED: a hard quota that was not met. STORE: goals in the store that the log does not know."""


@dataclass(frozen=True, slots=True)
class Fault:
    rule: str
    slug: str
    at: datetime


class Auditor:
    """Holds the dials of one day against its inputs. dials: in the order of time."""

    def __init__(self, inputs: Inputs, dials: Sequence[Dial]) -> None:
        self._inputs = inputs
        self._dials = dials
        self._plans = {plan.slug: plan for plan in inputs.plans}
        self._of: dict[str, list[Dial]] = defaultdict(list)
        for dial in dials:
            self._of[dial.phone].append(dial)
        self._asked: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        for request in inputs.requests:
            self._asked[request.phone, request.slug].append(request.at)
        for one in inputs.queued:
            if one.promised:
                self._asked[one.phone, one.slug].append(one.due_at)

    def faults(self, booked: Mapping[str, int]) -> list[Fault]:
        """All of them. booked: goals of the day as the store counts them."""
        found = [Fault(rule, dial.slug, dial.at) for dial in self._dials for rule in self._broken(dial)]
        return found + list(self._of_meetings()) + list(self._of_quotas(booked))

    def goals(self, slug: str) -> int:
        """Reached on the day."""
        goal = self._plans[slug].goal
        return sum(reached(goal, dial) for dial in self._dials if dial.slug == slug and dial.at >= self._inputs.start)

    def open(self, slug: str, phone: str, at: datetime) -> bool:
        """Whether it is the campaign's hour on the clock of every zone the client may live in."""
        plan = self._plans[slug]
        local = [at + timedelta(hours=OFFSETS[zone]) for zone in self._inputs.clients[phone].zones]
        return all(plan.opens <= one.hour < plan.closes and one.weekday() in plan.weekdays for one in local)

    def stopped_at(self, phone: str) -> datetime | None:
        """Since when nobody may dial the number: it was put on the list, or its owner asked for it in a call."""
        listed = [stop.at for stop in self._inputs.stops if matches(stop, phone)]
        asked = [dial.ended_at for dial in self._of[phone] if dial.outcome is Outcome.OPTED_OUT and dial.ended_at]
        return min(listed + asked, default=None)

    def asked_for(self, dial: Dial) -> bool:
        """Whether the client had asked for this call, or for one before it that did not end the matter."""
        asked = self._asked.get((dial.phone, dial.slug), ())
        called = (one for one in self._of[dial.phone] if one.slug == dial.slug and one.at < dial.at)
        return any(at <= dial.at for at in asked) or any(one.callback_at is not None for one in called)

    def _broken(self, dial: Dial) -> Iterator[str]:
        """The rules that this dial breaks."""
        client, plan = self._inputs.clients[dial.phone], self._plans[dial.slug]
        if not self.open(dial.slug, dial.phone, dial.at):
            yield WINDOW
        stopped_at = self.stopped_at(dial.phone)
        if stopped_at is not None and stopped_at <= dial.at:
            yield STOPPED
        if plan.advertising and client.lead.consent is None:
            yield CONSENT
        earlier = [one for one in self._of[dial.phone] if one.at < dial.at or (one.at == dial.at and one is not dial)]
        if any(one.ended_at is None or one.ended_at > dial.at for one in earlier):
            yield DOUBLE
        if not self.asked_for(dial):
            yield from self._importunate(dial, earlier)

    def _importunate(self, dial: Dial, earlier: Sequence[Dial]) -> Iterator[str]:
        limits = self._inputs.limits
        before = [one.at for one in earlier if one.counts]
        spans = ((limits.per_day, DAY), (limits.per_week, WEEK))
        too_many = any(sum(at > dial.at - span for at in before) >= most for most, span in spans)
        if too_many or len(before) >= limits.ever:
            yield CAPS
        if any(one.outcome in REFUSALS and dial.at < _end(one) + limits.pause for one in earlier):
            yield COOLING

    def _of_meetings(self) -> Iterator[Fault]:
        met = [(dial.meeting, dial) for dial in self._dials if dial.meeting is not None]
        met.sort(key=lambda one: (one[0].manager_id, one[0].starts_at))
        for (first, _), (second, dial) in pairwise(met):
            if first.manager_id == second.manager_id and second.starts_at < first.ends_at:
                yield Fault(SLOTS, dial.slug, dial.at)

    def _of_quotas(self, booked: Mapping[str, int]) -> Iterator[Fault]:
        for plan in self._plans.values():
            reached_ = self.goals(plan.slug)
            if plan.hard and reached_ > plan.quota:
                yield Fault(OVERSHOOT, plan.slug, self._inputs.end)
            if plan.hard and reached_ < plan.quota:
                yield Fault(MISSED, plan.slug, self._inputs.end)
            if reached_ != booked[plan.slug]:
                yield Fault(STORE, plan.slug, self._inputs.end)


def reached(goal: Goal, dial: Dial) -> bool:
    return dial.outcome is Outcome.MEETING_BOOKED or (goal is Goal.AGREED and dial.outcome is Outcome.AGREED)


def matches(stop: Stop, phone: str) -> bool:
    return re.fullmatch(re.escape(stop.entry).replace(r"\?", "[0-9]"), phone) is not None


def met_at(plan: Plan, dials: Sequence[Dial], start: datetime) -> datetime | None:
    """When the campaign's quota of the day was met; None: it was not."""
    ends = sorted(
        _end(dial) for dial in dials if dial.slug == plan.slug and dial.at >= start and reached(plan.goal, dial)
    )
    return ends[plan.quota - 1] if 0 < plan.quota <= len(ends) else None


def _end(dial: Dial) -> datetime:
    return dial.ended_at or dial.at
