"""How many clients are sure of a slot, held against every order of choices they could make."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.meetings import GRID, Slot, WorkingHours
from robot.domain.slot_room import spoils, sure_slots

pytestmark = pytest.mark.unit

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""Ten in Moscow: the manager's day begins."""
HOURS = WorkingHours(opens=time(10), closes=time(15))
lengths = st.sampled_from([timedelta(minutes=minutes) for minutes in (15, 30, 45, 60, 90, 120)])


def taken_at(halves: Sequence[int], length: timedelta = GRID) -> list[Slot]:
    return [Slot(1, MONDAY + GRID * half, MONDAY + GRID * half + length) for half in halves]


def sure(taken: Sequence[Slot], length: timedelta, enough: int = 100) -> int:
    evening = MONDAY + timedelta(hours=10)
    return sure_slots({1: HOURS}, taken, after=MONDAY, before=evening, duration=length, enough=enough)


def free(taken: Sequence[Slot], length: timedelta) -> list[datetime]:
    starts = [MONDAY + GRID * half for half in range(10)]
    closing = MONDAY + timedelta(hours=5)
    return [
        start
        for start in starts
        if start + length <= closing and not any(s.starts_at < start + length and start < s.ends_at for s in taken)
    ]


def worst(starts: Sequence[datetime], length: timedelta) -> int:
    """The fewest clients that can leave nothing to others, by trying all that the first start can be spoilt by."""
    if not starts:
        return 0
    first = starts[0]
    choices = [start for start in starts if start < first + length]
    return 1 + min(worst([s for s in starts if abs(s - choice) >= length], length) for choice in choices)


@given(halves=st.sets(st.integers(0, 9), max_size=5), length=lengths)
def test_as_many_as_the_worst_choices_leave(halves: set[int], length: timedelta) -> None:
    taken = taken_at(sorted(halves))
    assert sure(taken, length) == worst(free(taken, length), length)


@given(halves=st.sets(st.integers(0, 9), max_size=5), own=lengths, other=lengths, at=st.integers(0, 9))
def test_a_meeting_of_another_length_spoils_no_more_than_is_said(
    halves: set[int], own: timedelta, other: timedelta, at: int
) -> None:
    taken = taken_at(sorted(halves))
    (another,) = taken_at([at], other)
    if not any(slot.starts_at < another.ends_at and another.starts_at < slot.ends_at for slot in taken):
        assert sure([*taken, another], own) >= sure(taken, own) - spoils(own, other)


def test_each_manager_has_slots_of_his_own_and_counting_ends_in_time() -> None:
    both = {1: HOURS, 2: HOURS}
    span = {"after": MONDAY, "before": MONDAY + timedelta(days=14)}
    assert sure_slots(both, [], **span, duration=GRID, enough=1000) == 2 * 10 * 10
    assert sure_slots(both, [], **span, duration=GRID, enough=7) == 7
    assert sure_slots(both, [], **span, duration=GRID, enough=0) == 0
    assert sure_slots({}, [], **span, duration=GRID, enough=7) == 0
