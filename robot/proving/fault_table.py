"""A trial by faults as a table: each kind, how often, what it lost and doubled, how soon it was over. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from robot.proving.audit import Check
from robot.proving.faults.base import Kind
from robot.proving.faults.dealer import Blow, breaches_of

DOUBLED = ("one_ring_per_attempt", "one_call_at_a_time", "one_attempt_at_a_time", "hard_quota")
LOST = ("turns_kept", "all_closed", "taken_over", "delivered_once", "asked_once", "unharmed")
"""Checks by what their breaches are."""


@dataclass(frozen=True, slots=True)
class Row:
    """recover_s: median and most, of those that recovered; None where none did. alarmed: of `times`, None where the
    kind has no alert."""

    kind: Kind
    times: int
    lost: int
    doubled: int
    recover_s: tuple[float, float] | None
    stayed_down: int
    alarmed: int | None


@dataclass(frozen=True, slots=True)
class FaultTable:
    """others: lost and doubled that belong to no moment, or to one before the first fault."""

    rows: Sequence[Row]
    others: tuple[int, int]


def fault_table(blows: Sequence[Blow], checks: Sequence[Check]) -> FaultTable:
    lost, no_moment_lost = _moments(checks, LOST)
    doubled, no_moment_doubled = _moments(checks, DOUBLED)
    by_lost, by_doubled = breaches_of(blows, lost), breaches_of(blows, doubled)
    kinds = {blow.kind.name: blow.kind for blow in blows}
    rows = []
    for name, kind in sorted(kinds.items()):
        mine = [blow for blow in blows if blow.kind.name == name]
        seconds = [blow.recovered_s for blow in mine if blow.recovered_s is not None]
        rows.append(
            Row(
                kind,
                len(mine),
                by_lost.get(name, 0),
                by_doubled.get(name, 0),
                (median(seconds), max(seconds)) if seconds else None,
                len(mine) - len(seconds),
                None if kind.alarm is None else sum(bool(blow.alarmed) for blow in mine),
            )
        )
    return FaultTable(rows, (no_moment_lost + by_lost.get("", 0), no_moment_doubled + by_doubled.get("", 0)))


def _moments(checks: Sequence[Check], codes: Sequence[str]) -> tuple[list[datetime], int]:
    """Of the breaches of these checks; and how many have none."""
    breaches = [one for check in checks if check.code in codes for one in check.breaches]
    moments = [one.at for one in breaches if one.at is not None]
    return moments, len(breaches) - len(moments)
