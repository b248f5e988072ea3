"""Nodes on one store and one virtual clock: the promises hold, and the auditor sees when they do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from robot.simulation.driver import live_in_memory
from robot.simulation.fleet import Lived
from robot.simulation.fleet_plans import Fleet
from robot.simulation.fleet_report import CEILING, PACE, fleet_audit

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def lived() -> Lived:
    return live_in_memory(Fleet(nodes=2, calls=16, minutes=15.0, meetings=1, round_s=10.0, grid_s=20.0))


def test_a_small_fleet_keeps_every_promise_though_a_node_dies(lived: Lived) -> None:
    report = fleet_audit(lived)
    assert {rule: count for rule, count in report.counts.items() if count} == {}
    assert report.requests.broken == 0
    assert len(report.requests.late_s) > 0
    assert lived.most >= 10
    assert lived.rescued > 0, "the node that died had calls under way"
    assert all(lived.booked[plan.slug] == plan.quota for plan in lived.inputs.plans if plan.hard)
    assert lived.load.transactions > len(lived.dials)


def test_the_auditor_sees_a_hurried_node_and_a_ceiling_that_was_passed(lived: Lived) -> None:
    name, dials = next(iter(lived.by_node.items()))
    hurried = [replace(dials[0], at=dials[0].at + timedelta(milliseconds=n)) for n in range(16)]
    assert fleet_audit(replace(lived, by_node={name: hurried})).counts[PACE] == 1
    poor = replace(lived, fleet=replace(lived.fleet, ceiling_kopecks=lived.spent[-1] - 1))
    assert fleet_audit(poor).counts[CEILING] > 0
