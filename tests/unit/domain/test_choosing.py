"""Which manager a client is offered first, and on which days nobody is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.choosing import ManagerBy, parse_order, preferred
from robot.domain.meetings import Diaries, Slot, WorkingHours, free_slots
from robot.domain.people import Lead, Manager, Profile
from robot.domain.rest_days import DaysOff, holiday, known_country

pytestmark = pytest.mark.unit

ANNA = Manager(1, "Анна Смирнова", WorkingHours(), Profile(regions=frozenset({"тула"})))
BORIS = Manager(2, "Борис", WorkingHours(), Profile(skills=frozenset({"английский", "опт"})))
VERA = Manager(3, "Вера", WorkingHours(), Profile(regions=frozenset({"тульская область"})))
ALL = (ANNA, BORIS, VERA)
OWNER, REGION, SKILL = ManagerBy
NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)


def lead(city: str = "", **fields: str) -> Lead:
    return Lead(1, "+74951234567", city=city, fields=fields)


@pytest.mark.parametrize(
    ("who", "by", "groups"),
    [
        (lead(Ответственный=" анна  смирнова "), (OWNER,), [[1], [2, 3]]),
        (lead(), (OWNER,), [[1, 2, 3]]),
        (lead("Тула"), (REGION,), [[1], [2, 3]]),
        (lead("Тула", регион="Тульская область"), (REGION,), [[1, 3], [2]]),
        (lead(Язык="Английский"), (SKILL,), [[2], [1, 3]]),
        (lead(), (SKILL,), [[1, 2, 3]]),
        (lead("Тула", owner="Борис"), (OWNER, REGION), [[2], [1], [3]]),
        (lead("Тула", owner="Борис"), (REGION, OWNER), [[1], [2], [3]]),
        (lead("Тула", owner="Борис"), (), [[1, 2, 3]]),
    ],
)
def test_who_suits_best_comes_first_and_nobody_is_left_out(
    who: Lead, by: tuple[ManagerBy, ...], groups: list[list[int]]
) -> None:
    assert preferred(ALL, who, by) == groups


def test_another_manager_is_offered_only_where_the_preferred_has_no_time() -> None:
    hours = {1: WorkingHours(opens=time(12), closes=time(13)), 2: WorkingHours()}
    span = {"after": NOON, "before": NOON + timedelta(hours=8), "duration": timedelta(minutes=30)}
    mine = free_slots(Diaries(hours), **span, preferred=[[1], [2]])
    assert [slot.manager_id for slot in mine] == [1, 1]
    taken = [Slot(1, NOON, NOON + timedelta(hours=1))]
    others = free_slots(Diaries(hours, busy=taken), **span, preferred=[[1], [2]])
    assert {slot.manager_id for slot in others} == {2}


def test_among_equals_who_has_fewer_meetings_is_offered() -> None:
    span = {"after": NOON, "before": NOON + timedelta(hours=1), "duration": timedelta(minutes=30)}
    both = {1: WorkingHours(), 2: WorkingHours()}
    assert {slot.manager_id for slot in free_slots(Diaries(both, meetings={1: 3, 2: 2}), **span)} == {2}
    assert {slot.manager_id for slot in free_slots(Diaries(both, meetings={1: 2, 2: 2}), **span)} == {1}


def test_an_order_is_read_and_nonsense_refused() -> None:
    assert parse_order("region, owner,region") == (REGION, OWNER)
    assert parse_order("") == ()
    with pytest.raises(ValueError, match="age"):
        parse_order("owner,age")


def test_days_off_are_read_and_kept() -> None:
    away = DaysOff.parse("2027-02-24, 2026-12-28 .. 2027-01-11")
    assert away.text == "2026-12-28..2027-01-11, 2027-02-24"
    assert (date(2027, 1, 11) in away, date(2027, 1, 12) in away, date(2027, 2, 24) in away) == (True, False, True)
    for wrong in ("вчера", "2027-01-11..2026-12-28", "2026-01-01..2036-01-01", "2026-02-30"):
        with pytest.raises(ValueError, match=wrong.replace(".", r"\.")):
            DaysOff.parse(wrong)


@given(st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(0, 40)), max_size=5))
def test_days_off_read_back_what_they_write(stretches: list[tuple[date, int]]) -> None:
    away = DaysOff(tuple(sorted((first, first + timedelta(days=days)) for first, days in stretches)))
    assert DaysOff.parse(away.text) == away


def test_on_public_holidays_nobody_meets_unless_he_keeps_none() -> None:
    assert holiday(date(2026, 11, 4))
    assert not holiday(date(2026, 11, 4), "")
    assert (known_country("RU"), known_country("KZ"), known_country("XX"), known_country("")) == (
        True, True, False, False,
    )  # fmt: skip
    for country, works in (("RU", False), ("", True)):
        assert WorkingHours(country=country).works(date(2026, 11, 4)) is works
