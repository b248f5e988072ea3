"""Fair shares of the channels, the trunk's calls a second, and what the recognizer keeps up with."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.dialer.fairness import Standing, order, share
from robot.dialer.hearing import BACK, BUSY, CERTAIN_CALLS, FEWEST, FRESH_S, LOOK_S, SLOW_S, WAITING_S, Hearing
from robot.dialer.starts import Starts
from robot.domain.campaigns import QuotaState
from robot.domain.priorities import PRIORITY_COLD, PRIORITY_REMINDER

pytestmark = pytest.mark.unit


def standing(number: int, *, target: int = 10, booked: int = 0, wants: int = 100, **more: object) -> Standing:
    return Standing(number, QuotaState(target, booked, 0), wants, **more)  # type: ignore[arg-type]


quotas = st.tuples(st.integers(0, 50), st.integers(0, 50))
standings = st.lists(
    st.builds(
        lambda quota, wants, has, hours, priority: (quota, wants, has, timedelta(hours=hours), priority),
        quotas,
        st.integers(0, 40),
        st.integers(0, 40),
        st.floats(0, 24),
        st.sampled_from([PRIORITY_COLD, PRIORITY_REMINDER]),
    ),
    max_size=6,
).map(lambda some: [Standing(n, QuotaState(*quota, 0), *rest) for n, (quota, *rest) in enumerate(some)])


@given(standings, st.integers(-3, 60))
def test_channels_are_all_given_where_they_are_wanted_and_none_twice(some: list[Standing], room: int) -> None:
    given_ = share(some, room)

    assert all(0 <= given_[one.campaign_id] <= one.wants for one in some)
    assert sum(given_.values()) == min(max(0, room), sum(one.wants for one in some))
    assert sorted(one.campaign_id for one in order(some)) == sorted(given_)


def test_whoever_lags_behind_gets_more_and_nobody_nothing() -> None:
    lagging, ahead = standing(1, booked=2), standing(2, booked=8)

    assert share([lagging, ahead], 10) == {1: 8, 2: 2}
    assert [one.campaign_id for one in order([ahead, lagging])] == [1, 2]


def test_whoever_has_less_time_gets_more() -> None:
    closing = standing(1, time_left=timedelta(hours=1))
    open_ = standing(2, time_left=timedelta(hours=4))

    assert share([closing, open_], 10) == {1: 8, 2: 2}


def test_channels_held_already_count() -> None:
    assert share([standing(1, has=6), standing(2, has=0)], 6) == {1: 0, 2: 6}


def test_reminders_come_first() -> None:
    cold, reminder = standing(1), standing(2, booked=9, wants=3, priority=PRIORITY_REMINDER)

    assert share([cold, reminder], 5) == {1: 2, 2: 3}
    assert order([cold, reminder])[0] is reminder


def test_over_time_a_short_list_is_not_starved_by_a_long_one() -> None:
    held: Counter[int] = Counter()
    for _ in range(1000):  # one call ends, one begins
        given_ = share([standing(1, has=held[1], booked=1), standing(2, has=held[2], booked=7)], 1)
        held.update(given_)
        if held.total() > 8:
            held[max(held, key=lambda one: held[one])] -= 1
    assert held == {1: 6, 2: 2}


@given(st.floats(0.2, 20), st.lists(st.floats(0.001, 3), max_size=80))
def test_no_second_sees_more_starts_than_the_trunk_takes(per_s: float, pauses: list[float]) -> None:
    starts, now, taken = Starts(per_s), 0.0, list[float]()
    window_s = max(1, int(per_s)) / per_s
    for pause in pauses:
        now += pause
        for _ in range(starts.available(now)):
            starts.take(now)
            taken.append(now)
        assert starts.available(now) == 0
        assert starts.available(now + starts.wait_s(now) + 1e-6) > 0
    for at in taken:
        assert sum(at <= other < at + window_s - 1e-9 for other in taken) <= max(1, int(per_s))


def test_a_trunk_that_takes_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="takes no calls"):
        Starts(0)


def hears(hearing: Hearing, took_s: float, now_s: float) -> None:
    for _ in range(FEWEST):
        hearing.heard(took_s, now_s)


def test_nothing_limits_calls_while_recognition_keeps_up() -> None:
    hearing = Hearing()
    assert hearing.headroom(50, 0) is None
    hears(hearing, SLOW_S / 2, 1)
    assert hearing.headroom(50, 1) is None


def test_slow_recognition_takes_calls_back_and_gives_them_again_step_by_step() -> None:
    hearing = Hearing()
    hears(hearing, 2 * SLOW_S, 1)
    assert hearing.headroom(20, 1) == 0
    assert hearing.headroom(int(20 * BACK) - 2, 1.5) == 2, "the same utterances are not held against it twice"
    now_s, carried = 1.5, int(20 * BACK)
    for step in range(1, 4):
        now_s += LOOK_S + 1
        hears(hearing, SLOW_S / 2, now_s)
        assert hearing.headroom(carried + step - 1, now_s) == 1
    now_s += LOOK_S + 1
    hears(hearing, SLOW_S / 2, now_s)
    assert hearing.headroom(3, now_s) == carried + 3 - 3, "nothing is learnt from fewer calls than it is known to carry"


def test_one_slow_utterance_is_no_overload() -> None:
    hearing = Hearing()
    for number in range(20):
        hearing.heard(5.0 if number == 3 else 0.2, 1)
    assert hearing.headroom(20, 1) is None


def test_calls_are_added_only_as_far_as_the_recognizers_time_goes() -> None:
    hearing = Hearing()
    hearing.loaded(0.26, 0.02, 1)
    assert hearing.headroom(20, 1) == int(20 * BUSY / 0.26) - 20, "before anybody waited"
    hearing.loaded(BUSY, 0.02, 2)
    assert hearing.headroom(50, 2) == 0
    hearing.loaded(0.9, 0.05, 3)
    assert hearing.headroom(70, 3) == 0, "never less than none"
    assert hearing.headroom(70, 3 + FRESH_S + 1) is None, "old figures say nothing"


def test_answers_that_wait_for_a_thread_stop_the_dialling_however_idle_it_seems() -> None:
    hearing = Hearing()
    hearing.loaded(0.1, 2 * WAITING_S, 1)
    assert hearing.headroom(20, 1) == 0
    assert hearing.headroom(CERTAIN_CALLS - 1, 1) is None, "of so few calls the share is a guess"


def test_what_was_late_and_what_is_busy_both_count() -> None:
    hearing = Hearing()
    hears(hearing, 2 * SLOW_S, 1)
    assert hearing.headroom(20, 1) == 0
    hearing.loaded(0.01, 0.0, 1)
    assert hearing.headroom(int(20 * BACK) - 2, 1.5) == 2
