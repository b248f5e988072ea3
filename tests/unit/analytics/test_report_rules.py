"""Rules that reports decide by: experiments, wear, the day's plan and its forecast."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from robot.analytics.day_plan import opening
from robot.analytics.experiments import THRESHOLD, Advice, Arm, decide
from robot.analytics.forecast import Day, Why, forecast
from robot.analytics.report_ports import Attempts
from robot.analytics.wear import Point, wear, weeks
from robot.domain.hours import OFFICE_HOURS

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 2)


@pytest.mark.parametrize(("a", "b"), [((20, 300), (31, 310)), ((5, 40), (4, 45)), ((200, 2000), (260, 2000))])
def test_the_probability_of_being_better_is_the_integral_of_the_posteriors(
    a: tuple[int, int], b: tuple[int, int]
) -> None:
    first, second = (stats.beta(1 + hits, 1 + calls - hits) for hits, calls in (a, b))
    better = integrate.quad(lambda x: second.pdf(x) * first.cdf(x), 0, 1, points=[0.05, 0.1, 0.2], limit=200)[0]
    loss = integrate.quad(lambda t: second.cdf(t) * first.sf(t), 0, 1, points=[0.05, 0.1, 0.2], limit=200)[0]
    _, standing = decide([Arm("a", a[1], a[0]), Arm("b", b[1], b[0])]).standings
    assert standing.best == pytest.approx(better, abs=0.01)
    assert standing.loss == pytest.approx(loss, abs=0.0005)


def test_few_calls_decide_nothing_and_many_do() -> None:
    assert decide([]).advice is Advice.WAIT
    assert decide([Arm("a", 500, 40)]).winner == ""
    assert decide([Arm("a", 29, 0), Arm("b", 29, 20)]).advice is Advice.WAIT
    assert decide([Arm("a", 60, 6), Arm("b", 60, 7)]).advice is Advice.KEEP_TESTING
    sure = decide([Arm("a", 3000, 210), Arm("b", 3000, 330)])
    assert (sure.advice, sure.winner) == (Advice.CHOOSE, "b")
    assert sure.standings[1].loss < THRESHOLD < sure.standings[0].loss


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=4))
def test_any_arms_give_probabilities_that_add_up(counts: list[tuple[int, int]]) -> None:
    arms = [Arm(str(n), hits + misses, hits) for n, (hits, misses) in enumerate(counts)]
    decision = decide(arms)
    assert sum(one.best for one in decision.standings) == pytest.approx(1)
    assert all(one.loss >= 0 and one.low <= one.share <= one.high for one in decision.standings)
    assert decide(arms) == decision
    with pytest.raises(ValueError, match="no share"):
        Arm("x", 1, 2)


def days(*shares: tuple[int, int, int]) -> list[Point]:
    """From (number of days, talks a day, goals a day)."""
    every = [(talks, goal) for number, talks, goal in shares for _ in range(number)]
    return [Point(MONDAY + timedelta(days=n), talks, goal) for n, (talks, goal) in enumerate(every)]


def test_a_script_that_loses_a_third_of_its_goals_wears() -> None:
    found = wear(days((28, 40, 6), (7, 40, 3)))
    assert found is not None
    assert found.worn
    assert (found.before, found.now) == (0.15, 0.075)
    assert found.since == MONDAY + timedelta(days=28)


@pytest.mark.parametrize(
    ("history", "known"),
    [
        (days((28, 40, 6), (7, 40, 6)), True),  # as before
        (days((28, 40, 4), (7, 40, 8)), True),  # better
        (days((28, 4, 1), (7, 8, 1)), True),  # half as good, but that may be chance
        (days((28, 4000, 600), (7, 4000, 560)), True),  # surely worse, and by little
        (days((5, 40, 6)), False),
        (days((28, 40, 6), (7, 5, 0)), False),
        ([], False),
    ],
)
def test_what_may_be_chance_or_is_little_is_no_wear(history: list[Point], known: bool) -> None:
    found = wear(history)
    assert (found is not None) is known
    assert found is None or not found.worn


def test_weeks_begin_on_monday() -> None:
    found = weeks([Point(MONDAY + timedelta(days=n), 10, n) for n in (0, 6, 7, 20)])
    assert [(one.day, one.talks, one.goal) for one in found] == [
        (MONDAY, 20, 6),
        (MONDAY + timedelta(days=7), 10, 7),
        (MONDAY + timedelta(days=14), 10, 20),
    ]


def test_the_plan_is_spread_over_the_open_hours() -> None:
    noon = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    day = opening(OFFICE_HOURS, "Europe/Moscow", date(2026, 11, 23), noon)
    hours = sorted(day.minutes)
    assert day.whole == sum(day.minutes.values()) == day.gone + day.left > 0
    assert day.gone == 60 * (12 - hours[0])
    assert day.planned(12, hours[-1]) == 12
    assert day.planned(12, hours[0] - 1) == 0
    assert day.due(12) == pytest.approx(day.planned(12, 11))
    assert 0 < day.due(12) < 12
    sunday = opening(OFFICE_HOURS, "Europe/Moscow", date(2026, 11, 22), noon)
    assert (sunday.whole, sunday.due(12), sunday.planned(12, 23)) == (0, 0, 0)


HALF = Day(
    quota=12, booked=5, active=True, dials=120, minutes_gone=240, minutes_left=240, ringing=0, talking=0, booking=0,
    past=Attempts(4000, 4000, 1600, 1500, 1200, 200), usual_dials=40.0, slots=30, leads=5000,
)  # fmt: skip


def test_half_a_day_at_the_same_pace() -> None:
    found = forecast(HALF)  # 30 dials an hour for 4 hours at one goal in 20: 6 more
    assert (found.value, found.why, found.pace) == (11, Why.PACE, 30.0)
    assert 5 <= found.low <= 11 <= found.high <= 12


@pytest.mark.parametrize(
    ("changed", "why", "value"),
    [
        ({"quota": None}, Why.NO_QUOTA, 5),
        ({"quota": 5}, Why.MET, 5),
        ({"active": False}, Why.STOPPED, 5),
        ({"minutes_left": 0}, Why.CLOSED, 5),
        ({"dials": 0, "usual_dials": None}, Why.NO_PACE, 5),
        ({"dials": 400}, Why.ON_PLAN, 12),
        ({"slots": 2}, Why.SLOTS, 7),
        ({"leads": 20}, Why.LEADS, 6),
        ({"slots": None}, Why.PACE, 11),
        ({"minutes_gone": 10, "dials": 90}, Why.ON_PLAN, 12),  # too young for its own pace: 40 an hour as usual
    ],
)
def test_the_forecast_says_what_it_hangs_on(changed: dict[str, object], why: Why, value: int) -> None:
    found = forecast(replace(HALF, **changed))  # type: ignore[arg-type]
    assert (found.why, found.value) == (why, value)
    assert found.low <= found.value <= found.high


@given(
    st.builds(
        Day,
        quota=st.none() | st.integers(0, 50),
        booked=st.integers(0, 60),
        active=st.booleans(),
        dials=st.integers(0, 5000),
        minutes_gone=st.integers(0, 700),
        minutes_left=st.integers(0, 700),
        ringing=st.integers(0, 40),
        talking=st.integers(0, 40),
        booking=st.integers(0, 5),
        past=st.just(Attempts(400, 400, 160, 150, 120, 20)) | st.just(Attempts()),
        usual_dials=st.none() | st.floats(0, 500),
        slots=st.none() | st.integers(0, 60),
        leads=st.integers(0, 5000),
    )
)
def test_no_day_is_forecast_below_what_is_booked_or_above_its_plan(day: Day) -> None:
    found = forecast(day)
    assert day.booked <= found.low <= found.value <= found.high <= max(day.booked, day.quota or 0)
