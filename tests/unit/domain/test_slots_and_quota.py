"""Which slots a manager has, and whose day a quota is counted by."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.campaigns import Campaign, QuotaState
from robot.domain.meetings import Diaries, Slot, WorkingHours, free_slots

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def test_slots_end_by_closing_time_and_leave_taken_time_alone() -> None:
    hours = {1: WorkingHours("Europe/Moscow", time(10), time(12))}
    taken = [Slot(1, NOW - timedelta(minutes=75), NOW - timedelta(minutes=45))]  # 10:45-11:15
    day = NOW - timedelta(hours=9)
    free = free_slots(Diaries(hours, taken), after=day, before=day + timedelta(days=1), duration=HALF_HOUR)
    assert [slot.starts_at for slot in free] == [NOW - timedelta(hours=2), NOW - HALF_HOUR]


@pytest.mark.parametrize(
    ("hours", "duration"),
    [
        (WorkingHours("Nowhere/Land"), HALF_HOUR),
        (WorkingHours(weekdays=frozenset()), HALF_HOUR),
        (WorkingHours(opens=time(18), closes=time(10)), HALF_HOUR),
        (WorkingHours(), timedelta(hours=9)),
        (WorkingHours(), timedelta(0)),
        (WorkingHours(), -HALF_HOUR),
    ],
)
def test_impossible_hours_have_no_slots(hours: WorkingHours, duration: timedelta) -> None:
    assert list(free_slots(Diaries({1: hours}), after=NOW, before=NOW + timedelta(days=7), duration=duration)) == []
    assert list(free_slots(Diaries({1: WorkingHours()}), after=NOW, before=NOW, duration=HALF_HOUR)) == []


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 400), st.integers(10, 120)), max_size=20),
    st.integers(15, 90),
)
def test_free_slots_overlap_nothing_taken(taken: list[tuple[int, int, int]], minutes: int) -> None:
    busy = [
        Slot(m, NOW + timedelta(minutes=start), NOW + timedelta(minutes=start + length)) for m, start, length in taken
    ]
    hours = {1: WorkingHours(), 2: WorkingHours("Asia/Omsk"), 3: WorkingHours(opens=time(9, 15))}
    free = free_slots(
        Diaries(hours, busy), after=NOW, before=NOW + timedelta(days=2), duration=timedelta(minutes=minutes)
    )
    assert [s.starts_at for s in free] == sorted({s.starts_at for s in free})
    for slot in free:
        assert NOW <= slot.starts_at < slot.ends_at <= NOW + timedelta(days=2)
        assert not any(
            b.manager_id == slot.manager_id and b.starts_at < slot.ends_at and slot.starts_at < b.ends_at for b in busy
        )


def test_a_quota_is_counted_by_the_campaigns_own_day() -> None:
    campaign = Campaign(1, "cold", "", "", timezone="Asia/Vladivostok")
    assert campaign.day(datetime(2026, 11, 23, 13, 59, tzinfo=UTC)).day == 23
    assert campaign.day(datetime(2026, 11, 23, 14, 0, tzinfo=UTC)).day == 24
    assert (QuotaState(3, 5, 9).met, QuotaState(3, 5, 9).remaining, QuotaState(3, 2, 9).remaining) == (True, 0, 1)
