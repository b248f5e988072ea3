"""What the trial has shown: the database's account held against what the subscribers lived through. Pure.

The subscribers' journals are the other side's: they were written by a process that no fault touched, and go on where a
killed node's account breaks off.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeVar

from robot.domain.calls import WITHDRAWN
from robot.proving.evidence import DialRow, Evidence
from telephony.lab.journal import Entry, Event

SLACK = timedelta(seconds=10)
"""Whoever takes over looks at leases once in a while; a loaded machine takes its time."""

CLOCKS = timedelta(seconds=0.5)
"""An attempt is begun before its telephone rings; by clocks that are read in two processes."""

_Row = TypeVar("_Row", DialRow, "Ring")


@dataclass(frozen=True, slots=True)
class Kill:
    """A node that was killed. returns: at once, so that it closes itself what it had; else the others did, when its
    lease was over."""

    node: str
    at: datetime
    lease: timedelta
    returns: bool = False


@dataclass(frozen=True, slots=True)
class Ring:
    """A call as the telephone company saw it; `gone` None while it goes on."""

    number: str
    at: datetime
    gone: datetime | None
    answered: bool


@dataclass(frozen=True, slots=True)
class Breach:
    """at: when, None for what belongs to no moment."""

    what: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One promise: how many were looked at, and what broke it, where that has a moment (without numbers of people)."""

    code: str
    ru: str
    en: str
    looked_at: int
    breaches: tuple[Breach, ...] = ()

    @property
    def broken(self) -> tuple[str, ...]:
        return tuple(one.what for one in self.breaches)


def audit(evidence: Evidence, journals: Sequence[Sequence[Entry]], kills: Sequence[Kill]) -> list[Check]:
    """All promises. journals: one for each lab, each in order."""
    rings = [ring for journal in journals for ring in rings_of(journal)]
    return [
        _one_ring_per_attempt(evidence.dials, rings),
        _one_call_at_a_time(rings),
        _one_attempt_at_a_time(evidence.dials),
        _hard_quotas(evidence),
        _all_closed(evidence),
        _taken_over(evidence.dials, kills),
        _turns_kept(evidence, journals),
    ]


def rings_of(journal: Iterable[Entry]) -> list[Ring]:
    """The calls of one journal."""
    rang: dict[str, Entry] = {}
    gone: dict[str, datetime] = {}
    answered: set[str] = set()
    for entry in journal:
        match entry.event:
            case Event.RING:
                rang[entry.call] = entry
            case Event.GONE:
                gone[entry.call] = entry.at
            case Event.ANSWER:
                answered.add(entry.call)
    return [Ring(one.number, one.at, gone.get(call), call in answered) for call, one in rang.items()]


def _one_ring_per_attempt(dials: Sequence[DialRow], rings: Sequence[Ring]) -> Check:
    """Each ring has an attempt of its own that was written before it."""
    begun = _by_number(dials)
    heard = _by_number(rings)
    broken: list[Breach] = []
    for number, mine in heard.items():
        free = sorted(one.started_at for one in begun.get(number, ()))
        for ring in sorted(one.at for one in mine):
            if free and free[0] <= ring + CLOCKS:
                free.pop(0)
            else:
                broken.append(Breach(f"rang at {ring:%H:%M:%S} without an attempt of its own", ring))
    return Check(
        "one_ring_per_attempt",
        "Звонков без записанной попытки (никого не набрали дважды за одну попытку)",
        "Rings without an attempt written before (nobody dialed twice for one attempt)",
        len(rings),
        tuple(broken),
    )


def _one_call_at_a_time(rings: Sequence[Ring]) -> Check:
    broken: list[Breach] = []
    for mine in _by_number(rings).values():
        mine.sort(key=lambda ring: ring.at)
        for one, other in pairwise(mine):
            if one.gone is None or one.gone > other.at:
                what = f"rang at {other.at:%H:%M:%S} while the call of {one.at:%H:%M:%S} went on"
                broken.append(Breach(what, other.at))
    return Check(
        "one_call_at_a_time",
        "Номеров, которым звонили дважды одновременно (по учёту оператора)",
        "Numbers rung twice at once (as the telephone company saw it)",
        len({ring.number for ring in rings}),
        tuple(broken),
    )


def _one_attempt_at_a_time(dials: Sequence[DialRow]) -> Check:
    broken: list[Breach] = []
    for mine in _by_number(dials).values():
        for one, other in pairwise(mine):
            if one.ended_at is None or one.ended_at > other.started_at:
                broken.append(Breach(f"{other.id} was begun before {one.id} ended", other.started_at))
    return Check(
        "one_attempt_at_a_time",
        "Попыток, начатых до конца предыдущей (по базе)",
        "Attempts begun before the last one ended (as the database has it)",
        len(dials),
        tuple(broken),
    )


def _hard_quotas(evidence: Evidence) -> Check:
    hard = [row for row in evidence.quotas if row.hard]
    broken = [
        Breach(f"{row.slug}: {most} of {row.quota}")
        for row in hard
        if (most := max(row.meetings, row.held, row.booked)) > row.quota
    ]
    if not hard:
        broken.append(Breach("no campaign has a hard quota: nothing was looked at"))
    return Check(
        "hard_quota",
        "Встреч сверх жёсткого плана",
        "Meetings past a hard quota",
        sum(r.meetings for r in hard),
        tuple(broken),
    )


def _all_closed(evidence: Evidence) -> Check:
    broken = [
        Breach(f"{row.id} of {row.node} is open", row.started_at) for row in evidence.dials if row.ended_at is None
    ]
    broken += [Breach(f"{evidence.claimed} tasks are still claimed")] * bool(evidence.claimed)
    for row in evidence.dials:
        if row.ended_at is not None and row.answered_at is None and row.task_state not in ("queued", "done"):
            broken.append(Breach(f"the task of {row.id} is {row.task_state}", row.ended_at))
    return Check(
        "all_closed",
        "Попыток и задач без исхода (не отвеченные: исход или снова в очереди)",
        "Attempts and tasks without an end (unanswered ones: done or queued again)",
        len(evidence.dials),
        tuple(broken),
    )


def _taken_over(dials: Sequence[DialRow], kills: Sequence[Kill]) -> Check:
    """Whatever a killed node had under way was settled within its lease; an unanswered one is held against nobody."""
    broken: list[Breach] = []
    looked_at = 0
    for kill in kills:
        for row in (one for one in dials if one.node == kill.node and one.started_at <= kill.at):
            if row.ended_at is not None and row.ended_at <= kill.at:
                continue
            looked_at += 1
            until = kill.at + kill.lease + SLACK
            if row.ended_at is None or row.ended_at > until:
                broken.append(Breach(f"{row.id} was not settled by {until:%H:%M:%S}", kill.at))
            elif row.answered_at is None and row.counts and not kill.returns:
                broken.append(Breach(f"{row.id} was never answered and counts", kill.at))
            elif row.answered_at is not None and not row.counts:
                broken.append(Breach(f"{row.id} was answered and does not count", kill.at))
    return Check(
        "taken_over",
        "Звонков убитого узла, не улаженных за срок его аренды",
        "Calls of the killed node that were not settled within its lease",
        looked_at,
        tuple(broken),
    )


def _turns_kept(evidence: Evidence, journals: Sequence[Sequence[Entry]]) -> Check:
    """Every phrase that began to sound in a subscriber's ear is in the transcript of one of his calls."""
    moments: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for one in (entry for journal in journals for entry in journal):
        if one.event is Event.HEARD:
            moments[one.number, one.phrase].append(one.at)
    heard = Counter({which: len(times) for which, times in moments.items()})
    withdrawn = Counter({number: times for (number, phrase), times in evidence.turns.items() if phrase == WITHDRAWN})
    broken: list[Breach] = []
    for (number, phrase), times in heard.items():
        stored = evidence.turns.get((number, phrase), 0)
        # A phrase that was begun too early is stored without its name.
        unnamed = min(withdrawn[number], max(0, times - stored))
        withdrawn[number] -= unnamed
        if stored + unnamed < times:
            what = f"«{phrase}» was heard {times} times and is stored {stored + unnamed} times"
            broken += [Breach(what, max(moments[number, phrase]))] * (times - stored - unnamed)
    return Check(
        "turns_kept",
        "Фраз, которые клиент услышал, а база не сохранила",
        "Phrases a client heard that the database does not have",
        heard.total(),
        tuple(broken),
    )


def _by_number(rows: Iterable[_Row]) -> Mapping[str, list[_Row]]:
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.number].append(row)
    return found
