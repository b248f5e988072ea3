"""Growth, and how sure it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.proving.talks.growth import by_minute, growth
from robot.proving.talks.report import percentiles
from robot.proving.talks.soak import Report, Sample, Taken, taken

pytestmark = pytest.mark.unit


@given(st.floats(-500, 500), st.floats(0, 1000), st.integers(3, 60))
def test_a_straight_line_is_told_without_doubt(per_hour: float, start: float, count: int) -> None:
    minutes = [number + 0.5 for number in range(count)]
    found = growth(minutes, [start + per_hour * minute / 60 for minute in minutes])
    assert found is not None
    assert found.spread is not None
    assert found.per_hour == pytest.approx(per_hour, abs=1e-6)
    assert found.spread == pytest.approx(0, abs=1e-5)


def test_noise_that_does_not_grow_is_within_its_spread() -> None:
    random, minutes = np.random.default_rng(5), np.arange(60) + 0.5
    within = 0
    for _ in range(200):
        found = growth(list(minutes), list(500 + random.normal(0, 3, 60)))
        assert found is not None
        assert found.spread is not None
        within += abs(found.per_hour) <= found.spread
    assert within >= 180
    leak = growth(list(minutes), list(500 + 20 * minutes / 60 + random.normal(0, 3, 60)))
    assert leak is not None
    assert leak.spread is not None
    assert leak.per_hour - leak.spread > 0


def test_little_is_said_of_few_samples() -> None:
    assert growth([1.0], [5.0]) is None
    two = growth([0.0, 60.0], [5.0, 6.0])
    assert two is not None
    assert (two.per_hour, two.spread) == (1.0, None)


def test_a_minute_is_its_median() -> None:
    assert by_minute([(0, 1), (20, 9), (40, 2), (130, 4)]) == ([0.5, 2.5], [2.0, 4.0])


def test_the_warm_up_is_no_growth() -> None:
    report = Report("lab", "whisper", 6)
    for minute in range(11):
        held = Taken(100.0 if minute < 2 else 300.0, 20, 9)
        report.samples.append(Sample(60.0 * minute, held, Taken(200.0, 5, 3), 40, minute, 6, percentiles([1.0])))
    found = report.as_json()
    assert found["growth_per_hour"]["rss_mb"] == {"per_hour": 0.0, "spread": 0.0}
    assert found["per_minute"][-1]["rss_mb"] == 500.0
    assert found["per_minute"][-1]["open_files"] == 25
    assert (found["minutes"], found["calls"]) == (10.0, 10)


HOLDS = """import sys
print(flush=True)
sys.stdin.readline()
held = [*map(open, sys.argv[1:])]
print(flush=True)
sys.stdin.readline()"""


def test_what_a_process_holds(tmp_path: Path) -> None:
    """Of another process: what this one's earlier tests left behind is closed at any moment."""
    files = [tmp_path / "one", tmp_path / "two"]
    for file in files:
        file.touch()
    command = [sys.executable, "-c", HOLDS, *map(str, files)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.read(1)
        before = taken(process.pid)
        process.stdin.write(b"\n")
        process.stdout.read(1)
        assert taken(process.pid).open_files == before.open_files + 2
    assert before.rss_mb > 5
    assert before.threads == 1
    assert taken(os.getpid()).rss_mb > 10
    assert taken(2**22 + 1) == Taken()
