"""How the nodes fared by their own metrics: whether recognition or the clock of the audio was the limit. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SAMPLE = re.compile(r"(?P<name>\w+)(?:\{(?P<labels>[^}]*)\})? (?P<value>\S+)")
_BOUND = re.compile(r'le="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Share:
    """Of `count` observations on all nodes, the part (0..1) that took longer than a bound."""

    count: int
    slower: float


def slower_than(expositions: Iterable[str], histogram: str, bound_s: float) -> Share:
    """From the text of each node's metrics. The histogram's next bound up to `bound_s` is taken."""
    count = within = 0.0
    for text in expositions:
        buckets: dict[float, float] = {}
        for sample in map(_SAMPLE.fullmatch, text.splitlines()):
            if sample is None or sample["name"] != f"{histogram}_bucket":
                continue
            bound = _BOUND.search(sample["labels"] or "")
            if bound is not None:
                buckets[float(bound[1])] = buckets.get(float(bound[1]), 0.0) + float(sample["value"])
        if buckets:
            count += buckets[max(buckets)]
            within += max((value for bound, value in buckets.items() if bound <= bound_s), default=0.0)
    return Share(int(count), 1 - within / count if count else 0.0)
