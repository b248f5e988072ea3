"""What a fault shows in the metrics that alerts look at. Pure.

A sample is one scrape of a node: the value of each series, all labels of a metric added up as well; None where nobody
answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Sample = Mapping[str, float] | None

_LINE = re.compile(r"(?P<name>\w+)(?P<labels>\{[^}]*\})? (?P<value>\S+)")


@dataclass(frozen=True, slots=True)
class Alarm:
    """alert: the rule's name. metric: what it looks at. shows: whether samples taken during a fault show it, beside the
    one before."""

    alert: str
    metric: str
    shows: Callable[[Sample, Sequence[Sample]], bool]


def sample(exposition: str | None) -> Sample:
    if exposition is None:
        return None
    found: dict[str, float] = {}
    for line in map(_LINE.fullmatch, exposition.splitlines()):
        if line is not None:
            found[line["name"]] = found.get(line["name"], 0.0) + float(line["value"])
            if line["labels"]:
                found[line["name"] + line["labels"]] = float(line["value"])
    return found


def silent(alert: str) -> Alarm:
    """Nobody answers the scrape: Prometheus's own `up`."""
    return Alarm(alert, "up", lambda _before, during: any(one is None for one in during))


def falls(alert: str, metric: str) -> Alarm:
    """The gauge was 1, and is 0 in some scrape."""

    def shows(_before: Sample, during: Sequence[Sample]) -> bool:
        return any(one is not None and one.get(metric) == 0 for one in during)

    return Alarm(alert, metric, shows)


def rises(alert: str, metric: str) -> Alarm:
    """A counter, or a gauge, above what it was; also where the process is another one since."""

    def shows(before: Sample, during: Sequence[Sample]) -> bool:
        was = (before or {}).get(metric, 0.0)
        return any(one is not None and one.get(metric, 0.0) > was for one in during)

    return Alarm(alert, metric, shows)


def runs_out(alert: str, left: str, whole: str, share: float) -> Alarm:
    """Less than this share of the whole is left."""

    def shows(_before: Sample, during: Sequence[Sample]) -> bool:
        return any(one is not None and one.get(left, 1.0) < share * one.get(whole, 0.0) for one in during)

    return Alarm(alert, left, shows)


def beyond(alert: str, histogram: str, bucket: str, *, share: float = 0.0) -> Alarm:
    """More than this share of what was observed since is above a bucket, named as the exposition has it."""

    def shows(before: Sample, during: Sequence[Sample]) -> bool:
        return any(one is not None and _above(histogram, bucket, before or {}, one) > share for one in during)

    return Alarm(alert, histogram, shows)


def _above(histogram: str, bucket: str, before: Mapping[str, float], now: Mapping[str, float]) -> float:
    """Share of what was observed between the two, over all labels; 0 where nothing was. A count below the one before is
    another process's."""
    (whole_before, within_before), (whole, within) = (_counts(histogram, bucket, one) for one in (before, now))
    if whole < whole_before:
        whole_before = within_before = 0.0
    return 1 - (within - within_before) / (whole - whole_before) if whole > whole_before else 0.0


def _counts(histogram: str, bucket: str, one: Mapping[str, float]) -> tuple[float, float]:
    """Observations: all, and those up to the bucket."""
    within = sum(
        value for name, value in one.items() if name.startswith(f"{histogram}_bucket{{") and f'le="{bucket}"' in name
    )
    return one.get(f"{histogram}_count", 0.0), within


def away_from_zero(alert: str, metric: str) -> Alarm:
    """A gauge of either sign."""

    def shows(_before: Sample, during: Sequence[Sample]) -> bool:
        return any(one is not None and abs(one.get(metric, 0.0)) > 0 for one in during)

    return Alarm(alert, metric, shows)
