"""What a simulated fleet came to: the audit, and what it asked of the database. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from robot.simulation.audit import RULES, Auditor, Fault
from robot.simulation.fleet import STARTS_PER_S, Lived
from robot.simulation.promises import Kept, requests
from robot.simulation.records import Dial

PACE = "pace"
"""More dials of one node in one second than the trunk takes."""
CHANNELS = "channels"
"""Nodes that had more calls at once than channels."""
CEILING = "ceiling"
"""Seconds in which more was spent than the day's ceiling."""
FLEET_RULES = (*RULES, PACE, CHANNELS, CEILING)

SHOWN = ("queue.claim", "attempts.begin", "calls.answered", "attempts.finish", "queue.renew")


@dataclass(frozen=True, slots=True)
class FleetReport:
    """counts: breaches by rule. took_ms: p50 and p95 of the machine's time, by what was asked of the store."""

    lived: Lived
    counts: Mapping[str, int]
    requests: Kept
    took_ms: Mapping[str, tuple[int, float, float]]

    @property
    def clean(self) -> bool:
        return not any(self.counts.values()) and not self.requests.broken


def fleet_audit(lived: Lived) -> FleetReport:
    auditor = Auditor(lived.inputs, lived.dials)
    faults: Sequence[Fault] = auditor.faults(lived.booked)
    counts = Counter(fault.rule for fault in faults)
    counts[PACE] = sum(_too_fast(dials) for dials in lived.by_node.values())
    counts[CHANNELS] = lived.over_channels
    ceiling = lived.fleet.ceiling_kopecks
    counts[CEILING] = 0 if ceiling is None else sum(kopecks > ceiling for kopecks in lived.spent)
    took = {name: _took(seconds) for name, seconds in lived.load.took_s.items()}
    return FleetReport(
        lived, {rule: counts[rule] for rule in FLEET_RULES}, requests(lived.inputs, lived.dials, auditor), took
    )


def _too_fast(dials: Sequence[Dial]) -> int:
    """Dials that a second already full of them saw."""
    starts = sorted(dial.at for dial in dials)
    most = int(STARTS_PER_S)
    return sum((starts[n] - starts[n - most]).total_seconds() < 1.0 - 1e-3 for n in range(most, len(starts)))


def _took(seconds: Sequence[float]) -> tuple[int, float, float]:
    """How many; p50 and p95 in milliseconds."""
    if len(seconds) < 2:
        return len(seconds), *(2 * [1000 * sum(seconds)])  # type: ignore[return-value]
    parts = quantiles(seconds, n=20, method="inclusive")
    return len(seconds), 1000 * parts[9], 1000 * parts[18]


def as_json(report: FleetReport) -> dict[str, Any]:
    lived = report.lived
    seconds, statements, transactions = lived.steady
    dials = len(lived.dials)
    return {
        "clean": report.clean,
        "nodes": lived.fleet.nodes,
        "calls": lived.fleet.calls,
        "minutes": lived.fleet.minutes,
        "seed": lived.fleet.seed,
        "dials": dials,
        "answered": sum(dial.answered_at is not None for dial in lived.dials),
        "most_at_once": lived.most,
        "full_s": lived.full_s,
        "left_by_dead_node": lived.rescued,
        "breaches": dict(report.counts),
        "requests": {
            "dialed": len(report.requests.late_s),
            "in_time": report.requests.in_time,
            "worst_s": round(report.requests.worst_s, 1),
            "not_dialed": report.requests.others,
        },
        "quotas": {
            plan.slug: {"quota": plan.quota, "booked": lived.booked[plan.slug]}
            for plan in lived.inputs.plans
            if plan.hard
        },
        "spent_kopecks": max(lived.spent, default=0),
        "ceiling_kopecks": lived.fleet.ceiling_kopecks,
        "database": {
            "statements": lived.load.statements,
            "transactions": lived.load.transactions,
            "statements_per_dial": round(lived.load.statements / max(1, dials), 1),
            "transactions_per_dial": round(lived.load.transactions / max(1, dials), 1),
            "full_load": {
                "seconds": round(seconds),
                "statements_per_s": round(statements / seconds) if seconds else 0,
                "transactions_per_s": round(transactions / seconds) if seconds else 0,
                "dials_per_s": round(dials / (lived.fleet.minutes * 60), 1),
            },
            "asked_ms": {
                name: {"count": count, "p50": round(p50, 2), "p95": round(p95, 2)}
                for name, (count, p50, p95) in sorted(report.took_ms.items())
            },
        },
    }
