"""The plan calculator by examples computed by hand, by its laws, and by every way a plan can fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.analytics.errors import InvalidPlan
from robot.analytics.plan import Code, Means, Note, Plan, Span, make_plan
from robot.analytics.plan_text import as_json, note, obstacle
from robot.analytics.rates import TYPICAL_ANSWERED, TYPICAL_BOOKED, Rates, expected, share
from robot.analytics.target import Progress, Target, meetings_left
from robot.analytics.workdays import Month, WorkingDay, working_days
from robot.domain.campaigns import OFFICE_HOURS

pytestmark = pytest.mark.unit

NOVEMBER = Month(2026, 11)
MONDAY = date(2026, 11, 16)
"""Eleven working days of November are left with it."""
CALENDAR = working_days(OFFICE_HOURS, "Europe/Moscow", NOVEMBER.first, NOVEMBER.last + timedelta(days=200))
TARGET = Target(NOVEMBER, revenue=3_000_000, average_deal=150_000, meetings_per_deal=4, show_up=0.8)
"""20 deals, 80 meetings held, 100 booked."""
BEFORE = {date(2026, 11, 2): 6, date(2026, 11, 9): 8}
RATES = Rates(dials=1000, answered=400, booked=40, line_s=40_000, talk_s=24_000, finished=100, finished_dials=250)
"""One dial in 25 books, 40 s of a line each, 2.5 a lead."""
MEANS = Means(channels=4, fresh=1000, slots=100)


def plan(
    target: Target = TARGET,
    rates: Rates = RATES,
    means: Means = MEANS,
    *,
    calendar: Any = CALENDAR,
    today: date = MONDAY,
    minutes_today: int = 600,
    booked: dict[date, int] | None = None,
    upcoming: int = 0,
) -> Plan:
    progress = Progress(today, minutes_today, BEFORE if booked is None else booked, upcoming)
    return make_plan(target, progress, rates, means, calendar)


def codes(made: Plan) -> list[Code]:
    return [found.code for found in made.obstacles]


def test_a_month_that_can_be_met() -> None:
    made = plan()
    assert (made.target.deals, made.meetings, len(made.days)) == (20, 86, 11)
    assert made.meetings_a_day == 8  # 86 / 11 = 7.8
    assert made.calls_a_day.value == 200  # 8 / 0.04
    assert made.calls_a_day.low < 200 < (made.calls_a_day.high or 0)
    assert made.line_minutes_a_day == 134  # 200 x 40 s
    assert made.channels == 1  # 8,000 s of 660 min x 60 x 0.8
    assert made.leads_a_day == 80  # 200 / 2.5
    assert made.list_ends == date(2026, 12, 2)  # 2,500 dials, 200 a day: the 13th working day
    assert (made.obstacles, made.notes, made.reachable) == ([], [], 86)


def test_the_range_of_calls_is_wilsons_of_booked_dials() -> None:
    made = plan()
    low, high = 0.029507, 0.054018  # Wilson's 95 % of 40 in 1000
    assert made.calls_a_day.low == pytest.approx(8 / high, abs=1)
    assert made.calls_a_day.high == pytest.approx(8 / low, abs=1)


def test_what_was_booked_today_belongs_to_todays_quota() -> None:
    """At whatever hour of the day it is computed, the quota is the same."""
    assert plan(booked={**BEFORE, MONDAY: 3}).meetings_a_day == 8  # (83 + 3) / 11
    assert plan(booked={**BEFORE, MONDAY: 8}).meetings_a_day == 8
    assert plan(booked={**BEFORE, MONDAY: 86}).meetings_a_day == 0


def test_a_day_whose_window_has_closed_is_over() -> None:
    made = plan(minutes_today=0, booked={**BEFORE, MONDAY: 5})
    assert (len(made.days), made.meetings, made.meetings_a_day) == (10, 81, 9)  # 8.1


def test_a_deal_and_a_meeting_are_whole() -> None:
    assert replace(TARGET, revenue=150_001).deals == 2
    assert replace(TARGET, revenue=0.3, average_deal=0.1).deals == 3  # not 4 for 2.9999999999999996
    assert replace(TARGET, meetings_per_deal=1.5, show_up=None).meetings(3) == 5


def test_where_it_is_known_what_was_won_only_coming_meetings_bring_more() -> None:
    target = replace(TARGET, won=2_250_000)  # five deals of twenty left: 25 meetings booked
    assert meetings_left(target, Progress(MONDAY, 600, {MONDAY: 99}, upcoming=7)) == 18
    assert meetings_left(target, Progress(MONDAY, 600, {}, upcoming=30)) == 0
    assert plan(replace(TARGET, won=3_500_000)).meetings == 0


def test_a_met_plan_asks_for_nothing() -> None:
    made = plan(booked={MONDAY: 100}, means=Means(0, 0, slots=0))
    assert (made.meetings, made.meetings_a_day, made.calls_a_day) == (0, 0, Span(0, 0, 0))
    assert (made.channels, made.leads_a_day, made.list_ends, made.obstacles) == (0, 0, None, [])


def test_the_list_runs_out() -> None:
    made = plan(means=replace(MEANS, fresh=500))
    (found,) = made.obstacles
    # 86 meetings take 2,150 dials, the list holds 1,250: 200 a day last six days and a quarter, 360 leads are missing.
    assert (found.code, found.need, found.have, found.short, found.day) == (
        Code.LIST,
        860,
        500,
        360,
        date(2026, 11, 24),
    )
    assert made.list_ends == found.day
    assert made.reachable == 50
    what, remedy = obstacle(found, made)
    assert what.ru == "список кончится 24 ноября: нужно лидов 860, есть 500, не хватает 360"
    assert "leads import" in remedy.en


def test_an_empty_list_runs_out_today() -> None:
    made = plan(means=replace(MEANS, fresh=0))
    assert (made.list_ends, made.reachable, codes(made)) == (MONDAY, 0, [Code.LIST])


def test_a_lead_that_was_dialed_has_fewer_dials_before_it() -> None:
    assert plan(means=replace(MEANS, fresh=0, started=100)).obstacles[0].short == 800  # (2150 - 150) / 2.5


def test_too_few_lines_on_the_shortest_day() -> None:
    calendar = [replace(day, minutes=60) if day.date.weekday() == 4 else day for day in CALENDAR]
    made = plan(means=replace(MEANS, channels=2), calendar=calendar)
    (found,) = made.obstacles
    assert (found.code, found.need, found.have) == (Code.CHANNELS, 3, 2)  # 8,000 s of 60 x 60 x 0.8
    # Two Fridays bring 2 x 2 x 2,880 s / 40 s x 0.04 = 11.52 meetings, the other nine days 8 each.
    assert made.reachable == 83
    assert obstacle(found, made)[0].ru == "нужно линий 3, есть 2"


def test_no_line_at_all() -> None:
    made = plan(means=replace(MEANS, channels=0))
    assert (codes(made), made.reachable) == ([Code.CHANNELS], 0)


def test_too_few_slots() -> None:
    made = plan(means=replace(MEANS, slots=66))
    (found,) = made.obstacles
    assert (found.code, found.need, found.have, made.reachable) == (Code.SLOTS, 86, 66, 66)
    assert obstacle(found, made)[0].en.startswith("managers have time for 6 meetings a day, 7.8 are needed")


def test_a_goal_without_slots_asks_for_none() -> None:
    assert plan(means=replace(MEANS, slots=None)).obstacles == []


def test_no_working_day_is_left() -> None:
    made = plan(today=NOVEMBER.last, minutes_today=0)
    assert (codes(made), made.meetings_a_day, made.reachable, made.obstacles[0].short) == ([Code.NO_DAYS], 0, 0, 86)
    assert "не осталось" in obstacle(made.obstacles[0], made)[0].ru


def test_a_window_that_never_opens() -> None:
    made = plan(calendar=[])
    assert codes(made) == [Code.NO_HOURS]
    assert obstacle(made.obstacles[0], made)[0].en == "the calling window never opens"


def test_everything_at_once() -> None:
    made = plan(means=Means(0, 0, slots=0))
    assert codes(made) == [Code.LIST, Code.CHANNELS, Code.SLOTS]


def test_a_campaign_without_calls_is_planned_with_typical_figures_and_says_so() -> None:
    made = plan(rates=Rates(), target=replace(TARGET, show_up=None))
    assert made.expected.booked_per_dial.value == pytest.approx(TYPICAL_ANSWERED * TYPICAL_BOOKED)
    assert made.calls_a_day.high is None
    assert set(made.notes) == {
        Note.FEW_CALLS,
        Note.ANSWERED_ASSUMED,
        Note.BOOKED_ASSUMED,
        Note.SECONDS_ASSUMED,
        Note.DIALS_PER_LEAD_ASSUMED,
        Note.SHOW_UP_ASSUMED,
    }
    assert made.expected.dials_per_lead == pytest.approx(1 + 0.6 + 0.36)  # three attempts, 40 % answer each
    texts = [note(said, made) for said in made.notes]
    assert texts[0].ru.startswith("мало данных")
    assert all(text.ru and text.en for text in texts)


def test_few_calls_are_mixed_with_typical_figures_and_none_booked_is_no_zero() -> None:
    assert share(5, 29, 0.08).value == pytest.approx(5.8 / 39)
    none = share(0, 200, 0.08)
    assert (none.value, none.measured) == (pytest.approx(0.8 / 210), False)
    assert none.low == 0 < none.value < none.high
    assert share(3, 30, 0.08).value == 0.1
    assert share(3, 30, 0.08).measured


def test_thirty_answered_calls_are_enough() -> None:
    def notes(answered: int) -> Any:
        return plan(rates=Rates(100, answered, 5, 4000, 1000, 40, 80)).notes

    assert Note.FEW_CALLS in notes(29)
    assert notes(30) == []


def test_a_month_to_come_and_a_year_whose_decree_is_not_known() -> None:
    target = replace(TARGET, month=Month(2028, 1))
    calendar = working_days(OFFICE_HOURS, "Europe/Moscow", target.month.first, target.month.last)
    made = plan(target, calendar=calendar)
    assert made.notes == [Note.TRANSFERS_UNKNOWN, Note.NOT_BEGUN]
    assert made.days == made.month_days


@pytest.mark.parametrize(
    "wrong",
    [
        {"revenue": 0},
        {"revenue": -1},
        {"revenue": nan},
        {"revenue": inf},
        {"revenue": 1e14},
        {"average_deal": 0},
        {"average_deal": -5},
        {"average_deal": nan},
        {"meetings_per_deal": 0},
        {"meetings_per_deal": 0.5},
        {"meetings_per_deal": 1e6},
        {"meetings_per_deal": nan},
        {"show_up": 0},
        {"show_up": 1.2},
        {"show_up": nan},
        {"won": -1},
        {"won": nan},
    ],
)
def test_an_absurd_target_is_refused_in_both_languages(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidPlan) as refused:
        replace(TARGET, **wrong)  # type: ignore[arg-type]
    assert refused.value.code == "invalid_plan"
    assert refused.value.ru
    assert str(refused.value) == refused.value.en


@pytest.mark.parametrize("wrong", [{"channels": -1}, {"fresh": -1}, {"started": -1}, {"slots": -1}])
def test_there_is_never_less_than_nothing(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidPlan):
        replace(MEANS, **wrong)


@pytest.mark.parametrize(
    "counts", [{"answered": 1001}, {"booked": 401}, {"booked": -1}, {"talk_s": 50_000}, {"line_s": inf}]
)
def test_counts_that_contradict_each_other_are_refused(counts: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="contradictory"):
        replace(RATES, **counts)  # type: ignore[arg-type]


def test_as_json_names_numbers_and_obstacles() -> None:
    told = as_json(plan(means=Means(0, 500, slots=0), rates=Rates()))
    assert (told["month"], told["meetings_left"], told["meetings_a_day"]) == ("2026-11", 86, 8)
    assert [found["code"] for found in told["obstacles"]] == ["list", "channels", "slots"]
    assert told["rates"]["answered"] == {"value": 0.4, "low": 0.0, "high": 1.0, "measured": False}


# --- laws ---

money = st.floats(1, 1e9)
counts = st.integers(0, 3000)


@st.composite
def some_rates(draw: st.DrawFn) -> Rates:
    dials = draw(counts)
    answered = draw(st.integers(0, dials))
    booked = draw(st.integers(0, answered))
    talk = draw(st.floats(0, 200)) * answered
    finished = draw(counts)
    return Rates(dials, answered, booked, talk + 15 * dials, talk, finished, draw(st.integers(finished, 3 * finished)))


some_means = st.builds(
    Means,
    channels=st.integers(0, 50),
    fresh=counts,
    started=counts,
    slots=st.none() | st.integers(0, 500),
    max_attempts=st.integers(1, 10),
)
some_targets = st.builds(
    Target,
    month=st.just(NOVEMBER),
    revenue=money,
    average_deal=st.floats(1e4, 1e7),
    meetings_per_deal=st.floats(1, 20),
    show_up=st.none() | st.floats(0.1, 1),
    won=st.none() | st.floats(0, 1e7),
)
days_of_november = st.integers(0, 29).map(lambda number: NOVEMBER.first + timedelta(days=number))


@given(some_targets, money, days_of_november, some_rates(), some_means)
def test_more_revenue_never_takes_fewer_meetings(
    target: Target, revenue: float, today: date, rates: Rates, means: Means
) -> None:
    less, more = (
        plan(replace(target, revenue=r), rates, means, today=today) for r in sorted((target.revenue, revenue))
    )
    assert less.meetings <= more.meetings
    assert less.meetings_a_day <= more.meetings_a_day
    assert less.calls_a_day.value <= more.calls_a_day.value
    assert set(codes(less)) <= set(codes(more))


@given(some_targets, some_rates(), some_means, st.tuples(st.integers(0, 50), counts, st.integers(0, 50)))
def test_more_means_never_bring_more_obstacles(
    target: Target, rates: Rates, means: Means, more: tuple[int, int, int]
) -> None:
    channels, leads, slots = more
    richer = Means(
        means.channels + channels,
        means.fresh + leads,
        means.started,
        None if means.slots is None else means.slots + slots,
        means.max_attempts,
    )
    made, better = plan(target, rates, means), plan(target, rates, richer)
    assert set(codes(better)) <= set(codes(made))
    assert better.reachable >= made.reachable


@given(some_targets, days_of_november, st.integers(0, 40), some_rates(), some_means)
def test_a_quota_kept_meets_the_month(target: Target, today: date, booked: int, rates: Rates, means: Means) -> None:
    made = plan(target, rates, means, today=today, booked={today: booked})
    promised = made.meetings_a_day * len(made.days)
    already = min(booked, made.meetings_a_day) if made.days and made.days[0].date == today else 0
    assert promised - already >= made.meetings or not made.days
    assert 0 <= made.reachable <= made.meetings
    assert made.calls_a_day.low <= made.calls_a_day.value
    assert made.calls_a_day.high is None or made.calls_a_day.value <= made.calls_a_day.high
    for found in made.obstacles:
        assert found.short > 0
        assert all(text.ru and text.en for text in obstacle(found, made))


@given(some_rates(), st.integers(1, 10))
def test_an_estimate_lies_within_its_range_and_is_never_zero(rates: Rates, attempts: int) -> None:
    found = expected(rates, max_attempts=attempts)
    for one in (found.answered, found.booked, found.booked_per_dial):
        assert 0 <= one.low <= one.value <= one.high <= 1
        assert one.value > 0
    assert found.dials_per_lead >= 1
    assert found.seconds > 0


def test_a_day_is_what_the_window_leaves_of_it() -> None:
    assert CALENDAR[0] == WorkingDay(date(2026, 11, 2), 11 * 60)
