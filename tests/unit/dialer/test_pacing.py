import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.dialer.pacing import pace
from robot.domain.campaigns import QuotaState

pytestmark = pytest.mark.unit

counts = st.integers(0, 500)


@given(counts, counts, counts, counts, counts)
def test_never_more_than_there_is_room_for_and_nothing_once_the_quota_is_met(
    target: int, booked: int, attempts: int, under_way: int, free: int
) -> None:
    decision = pace(QuotaState(target, booked, attempts), under_way=under_way, free=free)

    assert 0 <= decision.dial <= free
    if booked >= target:
        assert decision.dial == 0
    elif under_way == 0 and free > 0:
        assert decision.dial > 0, "an unmet quota with nobody on the phone must dial"


@given(counts, counts, counts, st.integers(0, 50))
def test_more_calls_under_way_never_mean_more_dials(target: int, booked: int, attempts: int, under_way: int) -> None:
    quota = QuotaState(target, booked, attempts)

    assert pace(quota, under_way=under_way + 1, free=1000).dial <= pace(quota, under_way=under_way, free=1000).dial


def test_the_last_meeting_is_not_chased_by_the_whole_trunk() -> None:
    decision = pace(QuotaState(target=12, booked=11, attempts=25), under_way=1, free=100)

    assert decision.dial == 2
    assert decision.en.startswith("dialing 2: 11 of 12 booked, 41% of ended dials book")


def test_a_day_begins_with_caution() -> None:
    assert pace(QuotaState(target=3, booked=0, attempts=0), under_way=0, free=100).dial == 6
    assert pace(QuotaState(target=3, booked=0, attempts=20), under_way=0, free=100).dial == 75
