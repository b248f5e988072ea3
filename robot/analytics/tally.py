"""What one call adds to the rollups that reports are read from. Pure; the counts of phrases are those that
robot.analytics.dropoff defines, worked out call by call.

A rollup is a table of sums. Each row has a key and measures; a call adds to a row what `tally_call` says, and when
anything of the call changes, the rows change by the difference (`minus`). So they are right at every moment, whatever
comes late, twice, or is corrected; nothing is ever counted from a turn alone, for a call counts once per phrase.

PHRASES, EDGES and OBJECTIONS have every call under arm "" and once more under each "phrase:variant" said in it: the
graph of those who heard a variant is read like that of all. And under grain "d" by its day, and under "m" by the first
of its month: a year's graph is read out of twelve months, not of 365 days.

phrases      the counts of dropoff.PhraseCounts; goal: of the calls that reached the phrase, those that reached the goal
edges        calls: the next phrase said after `phrase` was `went_to` ("" when the ended call's last phrase was
             `phrase`), under the kind and intent of the first answer that led there. went_on: as dropoff has it
objections   raised: an answer was this objection. returned: a later answer was none, and not the one that ended the
             call. hung_up: the client hung up on it or later. refused: the call was refused. goal: reached all the same
arms         calls: the phrase was said in this variant. goal
outcomes     every attempt. dials: ours, that reached the network. answered: picked up. talked: a phrase of the script
             was said. engaged: the client answered one. goal. outcome "" is under way
hours        the same attempts, by hour of the campaign's day
leads        by the day on which the lead came: called at all, how long after it came (`waited_s`, and how many within a
             minute, 5, 15, an hour, a day), qualified (a meeting, an agreement, materials asked for, handed to a
             person, or the campaign's goal), and goal
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from operator import add
from types import MappingProxyType
from typing import NamedTuple

from robot.analytics.dropoff import LISTENED
from robot.domain.calls import TurnEnding
from robot.domain.outcomes import REFUSALS, Outcome

DEFINITION = 1
"""Raised with every change of what is counted here: databases counted by another one are counted anew."""


DAY, MONTH = "d", "m"
"""Grains."""


class Rollup(StrEnum):
    """In the order in which their rows are locked."""

    PHRASES = "report_phrases"
    EDGES = "report_edges"
    OBJECTIONS = "report_objections"
    ARMS = "report_arms"
    OUTCOMES = "report_outcomes"
    HOURS = "report_hours"
    LEADS = "report_leads"


_OF_ARM = ("script", "arm", "grain", "day", "campaign_id", "version")
_ATTEMPTS = ("calls", "dials", "answered", "talked", "engaged", "goal")

KEYS: Mapping[Rollup, tuple[str, ...]] = MappingProxyType(
    {
        Rollup.PHRASES: (*_OF_ARM, "phrase"),
        Rollup.EDGES: (*_OF_ARM, "phrase", "went_to", "kind", "intent"),
        Rollup.OBJECTIONS: (*_OF_ARM, "objection"),
        Rollup.ARMS: ("script", "day", "campaign_id", "version", "phrase", "variant"),
        Rollup.OUTCOMES: ("script", "day", "campaign_id", "version", "direction", "outcome", "reason"),
        Rollup.HOURS: ("campaign_id", "day", "hour", "direction"),
        Rollup.LEADS: ("campaign_id", "day", "channel"),
    }
)
MEASURES: Mapping[Rollup, tuple[str, ...]] = MappingProxyType(
    {
        Rollup.PHRASES: (
            "reached",
            "visits",
            "hung_up_during",
            "hung_up_after",
            "refused",
            "silent",
            "not_understood",
            "interrupted",
            "goal",
        ),
        Rollup.EDGES: ("calls", "went_on"),
        Rollup.OBJECTIONS: ("raised", "returned", "hung_up", "refused", "goal"),
        Rollup.ARMS: ("calls", "goal"),
        Rollup.OUTCOMES: _ATTEMPTS,
        Rollup.HOURS: _ATTEMPTS,
        Rollup.LEADS: (
            "received",
            "called",
            "waited",
            "waited_s",
            "within_1m",
            "within_5m",
            "within_15m",
            "within_1h",
            "within_1d",
            "qualified",
            "goal",
        ),
    }
)
WAITS_S = (60, 300, 900, 3600, 86_400)
"""The bounds of within_1m and the others."""

QUALIFIED = frozenset({Outcome.MEETING_BOOKED, Outcome.AGREED, Outcome.INFO_REQUESTED, Outcome.TRANSFERRED})

Row = tuple[Rollup, tuple[object, ...]]
Sums = dict[Row, tuple[int, ...]]

_UP = (TurnEnding.HUNG_UP_DURING, TurnEnding.HUNG_UP_AFTER)


class Step(NamedTuple):
    """What counts of a turn; its fields mean what they mean there."""

    number: int
    phrase: str
    visit: int
    variant: str
    ending: str | None
    interrupted: bool
    went_to: str
    kind: str
    intent: str


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What counts of an attempt. day and hour: on the campaign's clock, when it began; hour None where it is not known.
    outcome "": under way."""

    campaign_id: int
    script: str
    version: str
    day: date
    hour: int | None
    direction: str
    outcome: str
    reason: str
    counts: bool
    answered: bool
    goal: bool


class Try(NamedTuple):
    """What counts of one attempt of a lead's task. waited_s: from the lead's coming to it, None where nobody knows."""

    outcome: str
    goal: bool
    waited_s: int | None


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """day: on which the lead came."""

    campaign_id: int
    day: date
    channel: str


def minus(after: Mapping[Row, tuple[int, ...]], before: Mapping[Row, tuple[int, ...]]) -> Sums:
    """By how much the rows change; rows that do not are absent."""
    changes: Sums = {}
    for row in {**before, **after}:
        nothing = (0,) * len(MEASURES[row[0]])
        pairs = zip(after.get(row, nothing), before.get(row, nothing), strict=True)
        change = tuple(new - old for new, old in pairs)
        if any(change):
            changes[row] = change
    return changes


def plus(sums: Sums, more: Mapping[Row, tuple[int, ...]]) -> None:
    """Add to `sums`."""
    for row, change in more.items():
        before = sums.get(row)
        sums[row] = change if before is None else tuple(map(add, before, change))


def tally_call(call: CallFacts, every: Sequence[Step]) -> Sums:
    """`every` step of the call, in the order of their numbers."""
    return tally_calls([(call, every)])


def tally_calls(calls: Iterable[tuple[CallFacts, Sequence[Step]]]) -> Sums:
    """Of many at once: what they have in common is put together first."""
    sums: Sums = {}
    said: dict[_Of, dict[tuple[Rollup, tuple[str, ...]], tuple[int, ...]]] = {}
    for call, every in calls:
        steps = [step for step in every if step.phrase]
        variants = sorted({(step.phrase, step.variant) for step in steps if step.variant})
        plus(sums, _of_attempt(call, steps, variants))
        rows = [*_phrases(call, steps), *_edges(call, steps), *_objections(call, steps)]
        for arm in ("", *(f"{phrase}:{variant}" for phrase, variant in variants)):
            found = said.setdefault((call.script, arm, call.day, call.campaign_id, call.version), {})
            for rollup, key, measures in rows:
                old = found.get((rollup, key))
                found[rollup, key] = measures if old is None else tuple(map(add, old, measures))
    for (script, arm, day, *whose), rows_of in said.items():
        for grain, first in ((DAY, day), (MONTH, day.replace(day=1))):
            under = (script, arm, grain, first, *whose)
            plus(sums, {(rollup, (*under, *key)): measures for (rollup, key), measures in rows_of.items()})
    return sums


_Of = tuple[str, str, date, int, str]
"""Script, arm, day, campaign, version."""


def _of_attempt(call: CallFacts, steps: Sequence[Step], variants: Iterable[tuple[str, str]]) -> Sums:
    attempt = (
        1,
        int(call.counts and call.direction == "out"),
        int(call.answered or call.goal),
        int(bool(steps)),
        int(any(step.ending == TurnEnding.ANSWERED for step in steps)),
        int(call.goal),
    )
    how = (call.direction, call.outcome, call.reason)
    sums: Sums = {(Rollup.OUTCOMES, (call.script, call.day, call.campaign_id, call.version, *how)): attempt}
    if call.hour is not None:
        sums[Rollup.HOURS, (call.campaign_id, call.day, call.hour, call.direction)] = attempt
    for said_as in variants:
        sums[Rollup.ARMS, (call.script, call.day, call.campaign_id, call.version, *said_as)] = (1, int(call.goal))
    return sums


def tally_task(task: TaskFacts, tries: Sequence[Try]) -> Sums:
    """`tries` in the order in which they began. That the lead came is not in it: it never changes."""
    if not tries:
        return {}
    waited = tries[0].waited_s
    known = waited is not None
    measures = (
        0,
        1,
        int(known),
        waited or 0,
        *(int(known and (waited or 0) <= bound) for bound in WAITS_S),
        int(any(one.goal or one.outcome in QUALIFIED for one in tries)),
        int(any(one.goal for one in tries)),
    )
    return {(Rollup.LEADS, (task.campaign_id, task.day, task.channel)): measures}


def came(tasks: Mapping[TaskFacts, int]) -> Sums:
    """So many leads came by each way."""
    nothing = (0,) * (len(MEASURES[Rollup.LEADS]) - 1)
    return {
        (Rollup.LEADS, (task.campaign_id, task.day, task.channel)): (leads, *nothing) for task, leads in tasks.items()
    }


def _refused(outcome: str, steps: Iterable[Step]) -> Step | None:
    """The last step at which something was awaited of the client, when his answer to it ended the call."""
    if outcome not in REFUSALS:
        return None
    last = max((step for step in steps if step.ending in LISTENED), key=lambda step: step.number, default=None)
    return last if last is not None and last.ending == TurnEnding.ANSWERED else None


def stretches(since: date, until: date) -> Sequence[tuple[str, date, date]]:
    """Grain, first and last `day` of its rows: together they are the period, both days included; whole months where
    there are any."""
    first = since if since.day == 1 else _next_month(since)
    behind = (until + timedelta(days=1)).replace(day=1)
    if first >= behind:
        return [(DAY, since, until)]
    one = timedelta(days=1)
    found = [(DAY, since, first - one), (MONTH, first, behind - one), (DAY, behind, until)]
    return [(grain, start, end) for grain, start, end in found if start <= end]


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


_Said = tuple[Rollup, tuple[str, ...], tuple[int, ...]]


def _phrases(call: CallFacts, steps: Sequence[Step]) -> Iterator[_Said]:
    lost = _refused(call.outcome, steps)
    by_phrase: dict[str, list[Step]] = {}
    for step in steps:
        by_phrase.setdefault(step.phrase, []).append(step)
    for phrase, here in by_phrase.items():
        endings = {step.ending for step in here}
        measures = (
            1,
            len({step.visit for step in here}),
            int(TurnEnding.HUNG_UP_DURING in endings),
            int(TurnEnding.HUNG_UP_AFTER in endings),
            int(lost is not None and lost.phrase == phrase),
            int(TurnEnding.SILENT in endings),
            int(TurnEnding.NOT_UNDERSTOOD in endings),
            int(any(step.interrupted for step in here)),
            int(call.goal),
        )
        yield Rollup.PHRASES, (phrase,), measures


def _edges(call: CallFacts, steps: Sequence[Step]) -> Iterator[_Said]:
    sums: dict[tuple[str, str, str, str], list[int]] = {}
    for place, ways in enumerate((list(_walked(call, steps)), list(_told(steps)))):
        for (phrase, to), why in _first(ways).items():
            sums.setdefault((phrase, to, *why), [0, 0])[place] = 1
    for key, (calls, went_on) in sums.items():
        yield Rollup.EDGES, key, (calls, went_on)


_Way = tuple[Step, str]


def _first(ways: Iterable[_Way]) -> Mapping[tuple[str, str], tuple[str, str]]:
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for step, to in ways:
        found.setdefault((step.phrase, to), _why(step))
    return found


def _walked(call: CallFacts, steps: Sequence[Step]) -> Iterator[_Way]:
    for step, after in pairwise(steps):
        if after.phrase != step.phrase:
            yield step, after.phrase
    if steps and call.outcome:
        yield steps[-1], ""


def _told(steps: Sequence[Step]) -> Iterator[_Way]:
    return ((step, step.went_to) for step in steps if step.went_to not in ("", step.phrase))


def _why(step: Step) -> tuple[str, str]:
    """Kind and intent."""
    if step.ending in (TurnEnding.ANSWERED, TurnEnding.SILENT, TurnEnding.NOT_UNDERSTOOD):
        return step.kind or step.ending, step.intent
    return step.ending or TurnEnding.SPOKEN, ""


def _objections(call: CallFacts, steps: Sequence[Step]) -> Iterator[_Said]:
    lost = _refused(call.outcome, steps)
    seen: set[str] = set()
    for step in steps:
        if not _raises(step) or step.intent in seen:
            continue
        seen.add(step.intent)
        later = [other for other in steps if other.number > step.number]
        measures = (
            1,
            int(any(_answers(other) and other is not lost for other in later)),
            int(any(other.ending in _UP for other in later)),
            int(call.outcome in REFUSALS),
            int(call.goal),
        )
        yield Rollup.OBJECTIONS, (step.intent,), measures


def _raises(step: Step) -> bool:
    return step.ending == TurnEnding.ANSWERED and step.kind == OBJECTION


def _answers(step: Step) -> bool:
    return step.ending == TurnEnding.ANSWERED and step.kind != OBJECTION


OBJECTION = "objection"
"""`kind` of an answer that was an objection of the script."""
