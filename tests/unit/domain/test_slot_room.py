"""How many clients are sure of a slot, held against every order of choices they could make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.meetings import GRID, Diaries, Slot, WorkingHours
from robot.domain.slot_room import spoils, sure_slots

pytestmark = pytest.mark.unit

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""Ten in Moscow: the manager's day begins."""
HOURS = WorkingHours(opens=time(10), closes=time(15))
NO_BUFFER = timedelta(0)
buffers = st.sampled_from([timedelta(minutes=minutes) for minutes in (0, 10, 30, 60)])
lengths = st.sampled_from([timedelta(minutes=minutes) for minutes in (15, 30, 45, 60, 90, 120)])


def taken_at(halves: Sequence[int], length: timedelta = GRID) -> list[Slot]:
    return [Slot(1, MONDAY + GRID * half, MONDAY + GRID * half + length) for half in halves]


def sure(taken: Sequence[Slot], length: timedelta, buffer: timedelta = NO_BUFFER) -> int:
    evening = MONDAY + timedelta(hours=10)
    diaries = Diaries({1: replace(HOURS, buffer=buffer)}, taken)
    return sure_slots(diaries, after=MONDAY, before=evening, duration=length, enough=100)


def clash(slot: Slot, start: datetime, length: timedelta, buffer: timedelta) -> bool:
    return slot.starts_at - buffer < start + length and start < slot.ends_at + buffer


def free(taken: Sequence[Slot], length: timedelta, buffer: timedelta) -> list[datetime]:
    starts = [MONDAY + GRID * half for half in range(10)]
    closing = MONDAY + timedelta(hours=5)
    return [
        start
        for start in starts
        if start + length <= closing and not any(clash(slot, start, length, buffer) for slot in taken)
    ]


def worst(starts: Sequence[datetime], apart: timedelta) -> int:
    """The fewest clients that can leave nothing to others, by trying all that the first start can be spoilt by."""
    if not starts:
        return 0
    choices = [start for start in starts if start < starts[0] + apart]
    return 1 + min(worst([s for s in starts if abs(s - choice) >= apart], apart) for choice in choices)


@given(halves=st.sets(st.integers(0, 9), max_size=5), length=lengths, buffer=buffers)
def test_as_many_as_the_worst_choices_leave(halves: set[int], length: timedelta, buffer: timedelta) -> None:
    taken = taken_at(sorted(halves))
    assert sure(taken, length, buffer) == worst(free(taken, length, buffer), length + buffer)


@given(halves=st.sets(st.integers(0, 9), max_size=5), own=lengths, other=lengths, at=st.integers(0, 9), buffer=buffers)
def test_a_meeting_of_another_length_spoils_no_more_than_is_said(
    halves: set[int], own: timedelta, other: timedelta, at: int, buffer: timedelta
) -> None:
    taken = taken_at(sorted(halves))
    (another,) = taken_at([at], other)
    if not any(clash(slot, another.starts_at, other, buffer) for slot in taken):
        assert sure([*taken, another], own, buffer) >= sure(taken, own, buffer) - spoils(own, other, buffer)


def test_each_manager_has_slots_of_his_own_and_counting_ends_in_time() -> None:
    both = {1: HOURS, 2: HOURS}
    span = {"after": MONDAY, "before": MONDAY + timedelta(days=14)}
    assert sure_slots(Diaries(both), **span, duration=GRID, enough=1000) == 2 * 10 * 10
    assert sure_slots(Diaries(both), **span, duration=GRID, enough=7) == 7
    assert sure_slots(Diaries(both), **span, duration=GRID, enough=0) == 0
    assert sure_slots(Diaries({}), **span, duration=GRID, enough=7) == 0
