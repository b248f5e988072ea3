"""Which of our numbers a call shows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.caller_ids import ENOUGH_DIALS, CallerStats, choose, resting

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
ONE, TWO, THREE = POOL = ("+74950000001", "+74950000002", "+74950000003")


def stats(dials: int, answered: int, *, ago: timedelta = timedelta(minutes=1)) -> CallerStats:
    return CallerStats(dials, answered, NOW - ago)


def test_the_least_used_number_is_shown_then_the_longest_idle_then_the_first() -> None:
    assert choose(POOL, {}, NOW) == ONE
    assert choose(POOL, {ONE: stats(3, 1), TWO: stats(2, 0), THREE: stats(2, 2)}, NOW) == TWO
    idle = {ONE: stats(2, 1), TWO: stats(2, 1, ago=timedelta(minutes=9)), THREE: stats(2, 1)}
    assert choose(POOL, idle, NOW) == TWO
    assert choose(POOL, {ONE: stats(1, 1), TWO: stats(1, 1)}, NOW) == THREE


@pytest.mark.parametrize("pool", [(), ("",), ("", "")])
def test_an_empty_pool_leaves_it_to_the_trunk(pool: tuple[str, ...]) -> None:
    assert choose(pool, {}, NOW) is None


def test_a_number_hardly_answered_rests_and_only_by_enough_dials() -> None:
    weak = {ONE: stats(40, 4), TWO: stats(40, 16), THREE: stats(50, 18)}
    assert resting(POOL, weak, NOW) == {ONE}
    assert choose(POOL, weak, NOW) == TWO
    assert resting(POOL, weak | {ONE: stats(29, 0)}, NOW) == frozenset()
    assert resting(POOL, weak | {ONE: stats(40, 8)}, NOW) == frozenset()  # 0.2 of a median of 0.36
    assert resting(POOL, weak | {ONE: stats(40, 4, ago=DAY)}, NOW) == frozenset()
    assert resting((ONE,), weak, NOW) == frozenset()
    assert resting((ONE, TWO), weak, NOW) == {ONE}
    assert resting(POOL, dict.fromkeys(POOL, stats(40, 0)), NOW) == frozenset()


def test_a_number_of_another_pool_is_no_measure() -> None:
    assert resting((ONE, TWO), {ONE: stats(40, 4), "+79990000000": stats(40, 40)}, NOW) == frozenset()


STATS = st.builds(
    CallerStats,
    st.integers(0, 200),
    st.integers(0, 200),
    st.integers(0, 40).map(lambda hours: NOW - timedelta(hours=hours)),
)


@given(st.lists(st.sampled_from((*POOL, "")), max_size=6), st.dictionaries(st.sampled_from(POOL), STATS))
def test_whatever_happened_some_number_is_shown_and_no_resting_one(
    pool: list[str], recent: dict[str, CallerStats]
) -> None:
    shown = choose(pool, recent, NOW)
    if not any(pool):
        assert shown is None
        return
    assert shown in pool
    assert shown
    assert shown not in resting(pool, recent, NOW)


def test_dials_spread_evenly_and_a_blamed_number_comes_back_when_its_record_is_a_day_old() -> None:
    a_day, luck = 144, Random(7)  # dials, one in ten minutes
    made: list[tuple[datetime, str, bool]] = []
    for dial in range(4 * a_day):
        now = NOW + dial * timedelta(minutes=10)
        last_day = [one for one in made if now - one[0] < DAY]
        recent = {}
        for number in POOL:
            own = [one for one in last_day if one[1] == number]
            if own:
                recent[number] = CallerStats(len(own), sum(answered for _, _, answered in own), own[-1][0])
        shown = choose(POOL, recent, now)
        assert shown is not None
        # On the first day nobody answers the first number; later it is answered like the others.
        made.append((now, shown, luck.random() < 0.4 and (shown != ONE or dial >= a_day)))
    used = [Counter(shown for _, shown, _ in made[day * a_day : (day + 1) * a_day]) for day in range(4)]
    assert used[0][ONE] == ENOUGH_DIALS
    assert used[1][ONE] > 0
    assert max(used[3].values()) - min(used[3].values()) <= 2
