"""The clock of a process whose machine's clock is set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from robot.domain.clock import FOLLOWED, SteadyClock

pytestmark = pytest.mark.unit

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass
class Machine:
    """ahead: of the truth, its wall clock."""

    passed_s: float = 0.0
    ahead: timedelta = timedelta()

    def wall(self) -> datetime:
        return NOON + timedelta(seconds=self.passed_s) + self.ahead

    def steady_s(self) -> float:
        return 1000.0 + self.passed_s


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(days=-1), timedelta(seconds=3)])
def test_a_clock_that_is_set_moves_nobody_and_is_told(ahead: timedelta) -> None:
    machine = Machine()
    clock = SteadyClock(machine.wall, machine.steady_s)
    assert clock() == NOON
    machine.passed_s, machine.ahead = 60.0, ahead
    assert clock() == NOON + timedelta(seconds=60)
    assert clock.off == ahead
    machine.passed_s, machine.ahead = 90.0, timedelta()
    assert clock() == NOON + timedelta(seconds=90)
    assert clock.off == timedelta()


def test_a_clock_that_is_kept_right_is_followed_however_far_it_comes() -> None:
    machine = Machine()
    clock = SteadyClock(machine.wall, machine.steady_s)
    for hour in range(24):
        machine.passed_s, machine.ahead = 3600.0 * hour, hour * FOLLOWED * 0.9
        assert clock() == machine.wall()
        assert clock.off == timedelta()


def test_a_machine_that_stands_still_while_the_clocks_are_read_is_not_behind_for_good() -> None:
    machine, stands_still = Machine(), [5.0]

    def wall() -> datetime:
        told = machine.wall()
        machine.passed_s += stands_still.pop() if stands_still else 0.0
        return told

    clock = SteadyClock(wall, machine.steady_s)
    assert clock() == NOON + timedelta(seconds=5)
    machine.passed_s += 60.0
    assert (clock(), clock.off) == (machine.wall(), timedelta())


def test_the_process_itself_is_right() -> None:
    """However long the machine stands still in between."""
    before, told, after = datetime.now(UTC), SteadyClock()(), datetime.now(UTC)
    assert before - timedelta(seconds=1) < told < after + timedelta(seconds=1)
