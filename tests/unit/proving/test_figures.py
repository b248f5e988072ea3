from __future__ import annotations

import pytest

from robot.proving.figures import Share, slower_than
from robot.proving.queue_bench import Series, percentiles, ratio
from robot.proving.queue_worker import Measured

pytestmark = pytest.mark.unit

EXPOSITION = """\
# TYPE took_seconds histogram
took_seconds_bucket{engine="a",le="0.5"} 6.0
took_seconds_bucket{engine="a",le="1.0"} 8.0
took_seconds_bucket{engine="a",le="+Inf"} 10.0
took_seconds_sum{engine="a"} 7.5
untaken_seconds_bucket{le="+Inf"} 99.0
"""


def test_how_many_observations_were_slower_is_read_from_the_metrics_of_all_nodes() -> None:
    assert slower_than([EXPOSITION], "took_seconds", 1.0) == Share(10, pytest.approx(0.2))
    assert slower_than([EXPOSITION, EXPOSITION, ""], "took_seconds", 0.7) == Share(20, pytest.approx(0.4))
    assert slower_than(["", "nothing here"], "took_seconds", 1.0) == Share(0, 0.0)


def test_a_longer_queue_is_compared_with_a_shorter_one_over_all_nodes_and_rounds() -> None:
    short, long = Series(10, [[Measured(claim=[1.0, 3.0])], [Measured(claim=[2.0])]]), Series(1000)
    long.nodes = [[Measured(claim=[2.0, 6.0], tasks=3, seconds=2.0), Measured(claim=[4.0], tasks=1, seconds=2.0)]]

    assert ratio(short, long) == {"p50": 2.0, "p99": 2.0}
    report = long.report()
    assert report["together"]["claims_per_s"] == 0.8  # three claims in four seconds
    assert report["together"]["tasks_per_s"] == 1.0
    assert percentiles([]) == {"p50": 0.0, "p99": 0.0, "max": 0.0}
