"""How promises were kept on a simulated day: new requests within a minute, callbacks within two of the promised time.

Counted like the audit: from the log and the inputs alone. What could not lawfully ring at its moment is due when it
first could.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from robot.simulation.audit import Auditor, met_at
from robot.simulation.records import Dial, Inputs

REQUEST_S = 60.0
CALLBACK_S = 120.0
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """late_s: seconds from the first lawful moment to the dial, of those dialed. others: promises that did not come to
    a dial, by why."""

    late_s: Sequence[float]
    within_s: float
    others: dict[str, int]

    @property
    def in_time(self) -> int:
        return sum(late <= self.within_s for late in self.late_s)

    @property
    def broken(self) -> int:
        return len(self.late_s) - self.in_time + self.others.get("forgotten", 0)

    @property
    def worst_s(self) -> float:
        return max(self.late_s, default=0.0)


@dataclass(frozen=True, slots=True)
class _Promise:
    slug: str
    phone: str
    at: datetime


def requests(inputs: Inputs, dials: Sequence[Dial], auditor: Auditor) -> Kept:
    return _kept(inputs, dials, auditor, [_Promise(one.slug, one.phone, one.at) for one in inputs.requests], REQUEST_S)


def callbacks(inputs: Inputs, dials: Sequence[Dial], auditor: Auditor) -> Kept:
    promises = [_Promise(one.slug, one.phone, one.due_at) for one in inputs.queued if one.promised]
    promises += [
        _Promise(dial.slug, dial.phone, max(dial.callback_at, dial.ended_at or dial.at))
        for dial in dials
        if dial.callback_at is not None
    ]
    return _kept(inputs, dials, auditor, promises, CALLBACK_S)


def _kept(
    inputs: Inputs, dials: Sequence[Dial], auditor: Auditor, promises: Sequence[_Promise], within_s: float
) -> Kept:
    late: list[float] = []
    others: dict[str, int] = {}
    full = {plan.slug: met_at(plan, dials, inputs.start) for plan in inputs.plans}
    for promise in promises:
        due = _lawful(promise, inputs, dials, auditor)
        dial = next((one for one in dials if _answers(one, promise)), None)
        if due is not None and dial is not None:
            late.append((dial.at - due).total_seconds())
            continue
        others_why = _why(promise, due, inputs, auditor, full[promise.slug])
        others[others_why] = others.get(others_why, 0) + 1
    return Kept(late, within_s, others)


def _answers(dial: Dial, promise: _Promise) -> bool:
    return dial.phone == promise.phone and dial.slug == promise.slug and dial.at >= promise.at


def _lawful(promise: _Promise, inputs: Inputs, dials: Sequence[Dial], auditor: Auditor) -> datetime | None:
    """The first moment, not before the promised one, at which the client may be called and is in no other call."""
    calls = [one for one in dials if one.phone == promise.phone]
    for moment in _moments(promise.at, inputs.end):
        if not auditor.open(promise.slug, promise.phone, moment):
            continue
        busy = [one.ended_at for one in calls if one.at < moment and one.ended_at and one.ended_at > moment]
        return max(busy, default=moment)
    return None


def _moments(first: datetime, end: datetime) -> Iterator[datetime]:
    """The moment itself, then full hours: windows open on these."""
    moment = first
    while moment < end:
        yield moment
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _why(promise: _Promise, due: datetime | None, inputs: Inputs, auditor: Auditor, full_at: datetime | None) -> str:
    """Why nobody was dialed."""
    stopped_at = auditor.stopped_at(promise.phone)
    if stopped_at is not None and (due is None or stopped_at <= due + MINUTE):
        return "stopped"
    if due is None or due + timedelta(seconds=REQUEST_S) > inputs.end:
        return "tomorrow"
    if full_at is not None and full_at <= due + MINUTE:
        return "quota_met"
    return "forgotten"
