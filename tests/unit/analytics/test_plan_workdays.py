"""Working days against Russia's production calendar, and a campaign's own days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from robot.analytics.errors import InvalidPlan
from robot.analytics.workdays import Month, holiday, minutes_left, transfers_known, working_days
from robot.domain.campaigns import ALWAYS, OFFICE_HOURS, CallingWindow

pytestmark = pytest.mark.unit

MOSCOW = "Europe/Moscow"
PRODUCTION_CALENDAR_2026 = [15, 19, 21, 22, 19, 21, 23, 21, 22, 22, 20, 22]
"""Working days of a five-day week by month: 247 in all, as the decree on days off in 2026 has it."""


@pytest.mark.parametrize(("month", "days"), list(enumerate(PRODUCTION_CALENDAR_2026, start=1)))
def test_working_days_of_2026(month: int, days: int) -> None:
    period = Month(2026, month)
    assert len(working_days(OFFICE_HOURS, MOSCOW, period.first, period.last)) == days


def test_days_moved_by_decree() -> None:
    assert holiday(date(2026, 12, 31))
    assert holiday(date(2026, 1, 9))
    assert holiday(date(2027, 2, 22))
    assert not holiday(date(2026, 11, 7))  # an ordinary Saturday: the window's business
    assert not holiday(date(2027, 2, 20))  # a Saturday made a working day


def test_years_whose_decree_is_known() -> None:
    assert transfers_known(2026)
    assert transfers_known(2027)
    assert not transfers_known(2099)


def test_a_campaigns_own_weekdays_decide() -> None:
    november = Month(2026, 11)
    assert len(working_days(ALWAYS, MOSCOW, november.first, november.last)) == 29
    saturdays = CallingWindow.parse("пн-пт 09:00-20:00; сб 10:00-16:00")
    days = working_days(saturdays, MOSCOW, november.first, november.last)
    assert len(days) == 24
    assert {day.minutes for day in days if day.date.weekday() == 5} == {360}


def test_a_working_saturday_counts_for_who_calls_on_saturdays() -> None:
    saturday = date(2027, 2, 20)
    assert working_days(OFFICE_HOURS, MOSCOW, saturday, saturday) == []
    assert len(working_days(CallingWindow.every(time(9), time(18), {5}), MOSCOW, saturday, saturday)) == 1


def test_a_window_that_never_opens_has_no_days() -> None:
    shut = CallingWindow.every(time(9), time(9), {0, 1, 2})
    assert working_days(shut, MOSCOW, date(2026, 11, 1), date(2026, 11, 30)) == []


def test_the_clock_change_of_other_countries_takes_an_hour_of_the_night() -> None:
    night = CallingWindow.every(time(0), time(4), range(7))
    days = working_days(night, "Europe/Berlin", date(2026, 3, 28), date(2026, 3, 30))
    assert [day.minutes for day in days] == [240, 180, 240]


@pytest.mark.parametrize(
    ("moment", "minutes"),
    [
        (datetime(2026, 11, 16, 3, 0, tzinfo=UTC), 660),
        (datetime(2026, 11, 16, 6, 0, tzinfo=UTC), 660),
        (datetime(2026, 11, 16, 6, 1, tzinfo=UTC), 655),
        (datetime(2026, 11, 16, 16, 30, tzinfo=UTC), 30),
        (datetime(2026, 11, 16, 17, 0, tzinfo=UTC), 0),
        (datetime(2026, 11, 16, 21, 0, tzinfo=UTC), 660),  # it is Tuesday in Moscow
        (datetime(2026, 11, 14, 9, 0, tzinfo=UTC), 0),
    ],
)
def test_what_is_left_of_a_day(moment: datetime, minutes: int) -> None:
    assert minutes_left(OFFICE_HOURS, MOSCOW, moment) == minutes


def test_a_month_is_read_and_written() -> None:
    assert Month.parse(" 2026-12 ") == Month.of(date(2026, 12, 5)) == Month(2026, 12)
    assert str(Month(2027, 2)) == "2027-02"
    assert Month(2027, 2).last == date(2027, 2, 28)
    assert Month(2026, 12).last == date(2026, 12, 31)


@pytest.mark.parametrize(
    "text", ["", "12-2026", "2026", "2026-13", "2026-00", "декабрь", "1026-01", "2026-٣", "2026-1-2"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(InvalidPlan) as refused:
        Month.parse(text)
    assert "2026-12" in refused.value.ru
