"""How many calls to start now. Pure: the same facts give the same decision, with a sentence that explains it.

Calls are kept under way until those that run are likely to bring what is missing; then the dialer waits for them to
end. So the quota is reached about as fast as the channels allow, and passed by little.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta

from robot.dialer.decision import Limit, Pace
from robot.dialer.funnel import NO_CALLS, NO_FIGURES, Funnel, Rates, UnderWay
from robot.domain.campaigns import QuotaState
from robot.domain.goals import Goal

__all__ = ["Limit", "Pace", "PacingFacts", "pace", "pace_urgent"]

EARLY = timedelta(hours=1)
CALM = 0.7
"""With more than this left, calls under way are to bring this part of what is missing: the rest is left to later calls,
which know what these have brought. It costs minutes, and spares people calls that a met quota does not need."""

_SHARED = frozenset({Limit.ENOUGH, Limit.SLOTS})
"""Limits that all nodes have in common; the others bind each by itself."""

LATE = timedelta(minutes=10)
HASTE = 1.5
"""With less than this left there is no second try: they are to bring all, and at the very end more than all, since many
will not."""


@dataclass(frozen=True, slots=True)
class PacingFacts:
    """What a decision for one campaign on one node follows from.

    free: channels free on this node. starts: dials that the trunk still takes now. headroom: further calls that the
    recognizer keeps up with, None while nothing tells. funnel: of the last days. under_way: on all nodes. slots: free
    ones that a call could offer, None when the goal needs none. time_left: until calling hours or the day end, None
    when nothing ends. reserved: channels kept for those who asked to be called. allowed: by the circuit breaker,
    None for any number.
    """

    quota: QuotaState
    free: int
    starts: int
    headroom: int | None = None
    funnel: Funnel = NO_FIGURES
    under_way: UnderWay = NO_CALLS
    slots: int | None = None
    time_left: timedelta | None = None
    reserved: int = 0
    allowed: int | None = None
    goal: Goal = Goal.MEETING
    hard: bool = False


def pace(facts: PacingFacts) -> Pace:
    """Calls to start for one campaign, of tasks in their turn. Other nodes decide from the same facts at the same
    moment: `at_most` is what all of them may come to."""
    limits = [*_hard_limits(facts), (Limit.ENOUGH, _needed(facts), 0)]
    for limit, room in _carried(facts):
        limits.append((limit, room, facts.reserved))
    shared = min(room for limit, room, _ in limits if limit in _SHARED)
    return replace(_decide(facts, limits), at_most=facts.under_way.calls + max(0, shared))


def pace_urgent(facts: PacingFacts) -> Pace:
    """How many clients who asked to be called may be called now: they do not wait for others' calls to bring the
    meeting instead, and use the reserved channels."""
    limits = [*_hard_limits(facts), *((limit, room, 0) for limit, room in _carried(facts))]
    return _decide(facts, limits, urgent=True)


def _hard_limits(facts: PacingFacts) -> list[tuple[Limit, int, int]]:
    """What binds every call, as (limit, room, channels kept out of it)."""
    limits = []
    if facts.quota.met:
        limits.append((Limit.QUOTA, 0, 0))
    if facts.allowed is not None:
        limits.append((Limit.BREAKER, facts.allowed, 0))
    if facts.time_left is not None and facts.time_left <= timedelta(0):
        limits.append((Limit.HOURS, 0, 0))
    if facts.slots is not None:  # who holds a slot needs no other
        limits.append((Limit.SLOTS, facts.slots - facts.under_way.ringing - facts.under_way.talking, 0))
    return limits


def _carried(facts: PacingFacts) -> list[tuple[Limit, int]]:
    limits = [(Limit.CHANNELS, facts.free)]
    if facts.headroom is not None:
        limits.append((Limit.RECOGNIZER, facts.headroom))
    return limits


def _decide(facts: PacingFacts, limits: list[tuple[Limit, int, int]], *, urgent: bool = False) -> Pace:
    """The narrowest limit; the first named of equal ones."""
    limit, room, kept = min([*limits, (Limit.TRUNK, facts.starts, 0)], key=lambda one: max(0, one[1] - one[2]))
    return Pace(
        dial=max(0, room - kept),
        limit=limit,
        quota=facts.quota,
        under_way=facts.under_way.calls,
        funnel=facts.funnel,
        goal=facts.goal,
        room=max(0, room),
        reserved=kept,
        urgent=urgent,
    )


def _needed(facts: PacingFacts) -> int:
    """Calls to start until those under way are likely to bring what is missing."""
    rates = Rates.of(facts.funnel, facts.under_way)
    gap = facts.quota.remaining * _aim(facts) - rates.likely(facts.under_way)
    return math.ceil(gap / rates.per_dial) if gap > 0 else 0


def _aim(facts: PacingFacts) -> float:
    """What part of the missing the calls under way are to bring. Never more than all with a hard quota: there whoever
    agrees too late is turned away."""
    left = facts.time_left
    if left is None or left >= EARLY:
        return CALM
    if left >= LATE:
        return CALM + (1 - CALM) * ((EARLY - left) / (EARLY - LATE))
    return 1.0 if facts.hard else 1 + (HASTE - 1) * (1 - max(left, timedelta(0)) / LATE)
