"""When a phone may ring: across zones, midnights and clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robot.domain.hours import ALWAYS, OFFICE_HOURS, CallingWindow
from robot.domain.places import CITY_ZONES, REGION_ZONES
from robot.domain.zones import RUSSIAN_ZONES, dialing_zones, zone_info, zone_of_city, zones_of_phone

pytestmark = pytest.mark.unit

MOSCOW = "Europe/Moscow"


def at(text: str, zone: str = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("moment", "rings"),
    [
        ("2026-11-23 08:59:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 19:59:59.999999", True),
        ("2026-11-23 20:00", False),
        ("2026-11-21 12:00", False),  # Saturday
    ],
)
def test_office_hours(moment: str, rings: bool) -> None:
    assert OFFICE_HOURS.allows(at(moment), MOSCOW) is rings


@pytest.mark.parametrize(
    ("moment", "rings"),
    [
        ("2026-11-23 21:59", False),
        ("2026-11-23 22:00", True),
        ("2026-11-24 01:59", True),  # Tuesday's small hours belong to Monday's window
        ("2026-11-24 02:00", False),
        ("2026-11-23 01:00", False),  # Monday's belong to Sunday, who has none
    ],
)
def test_a_window_past_midnight_belongs_to_the_day_it_opened(moment: str, rings: bool) -> None:
    window = CallingWindow.every(time(22), time(2), frozenset({0}))
    assert window.allows(at(moment), MOSCOW) is rings


@pytest.mark.parametrize(
    "window",
    [
        CallingWindow.every(time(9), time(9)),
        CallingWindow.every(weekdays=frozenset()),
        CallingWindow.every(weekdays=frozenset({7, 8})),
    ],
)
def test_a_wrong_window_never_opens(window: CallingWindow) -> None:
    assert not any(window.allows(at("2026-11-23 00:00") + timedelta(hours=h), MOSCOW) for h in range(24 * 8))
    assert window.opening(at("2026-11-23 00:00"), MOSCOW) is None


@pytest.mark.parametrize(
    "zones", [(), ("",), ("Mars/Olympus",), ("../../etc/passwd",), ("/etc/localtime",), ("Europe",), (MOSCOW, "x\x00")]
)
def test_a_wrong_zone_means_no_calls(zones: tuple[str, ...]) -> None:
    assert not ALWAYS.allows(at("2026-11-23 12:00"), *zones)
    assert ALWAYS.opening(at("2026-11-23 12:00"), *zones) is None


def test_a_moment_of_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        OFFICE_HOURS.allows(datetime(2026, 11, 23, 12, 0), MOSCOW)  # noqa: DTZ001


def test_an_unknown_russian_number_rings_only_when_all_of_russia_is_awake() -> None:
    zones = dialing_zones("+79161234567", "")
    assert {"Europe/Kaliningrad", "Asia/Kamchatka"} <= set(zones)
    rings = [h for h in range(24) if OFFICE_HOURS.allows(datetime(2026, 11, 24, h, 30, tzinfo=UTC), *zones)]
    assert rings == [7]  # 9:30 in Kaliningrad, 19:30 in Kamchatka
    assert OFFICE_HOURS.opening(datetime(2026, 11, 24, 8, 0, tzinfo=UTC), *zones) == datetime(
        2026, 11, 25, 7, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("phone", "zones"),
    [
        ("+74951234567", (MOSCOW,)),
        ("+74232201234", ("Asia/Vladivostok",)),
        ("+79161234567", RUSSIAN_ZONES),
        ("+78001234567", RUSSIAN_ZONES),
        ("+77011234567", RUSSIAN_ZONES),
        ("+883510001234567", ()),
        ("nonsense", ()),
        ("", ()),
    ],
)
def test_zones_told_by_a_number(phone: str, zones: tuple[str, ...]) -> None:
    assert zones_of_phone(phone) == zones


def test_the_leads_own_zone_wins() -> None:
    assert dialing_zones("+79161234567", "Asia/Omsk") == ("Asia/Omsk",)


@pytest.mark.parametrize(
    ("city", "zone"),
    [
        ("Москва", MOSCOW),
        (" г. Нижний  Новгород", MOSCOW),
        ("ОРЁЛ", MOSCOW),
        ("город Омск", "Asia/Omsk"),
        ("Ростов-на-Дону", MOSCOW),
        ("Ростов–на–Дону", MOSCOW),
        ("Гусь-Хрустальный", ""),
        ("Новгород", ""),
        ("", ""),
        ("г.", ""),
    ],
)
def test_cities(city: str, zone: str) -> None:
    assert zone_of_city(city) == zone


def test_every_zone_of_the_tables_exists() -> None:
    told = {*CITY_ZONES.values(), *(zone for zones in REGION_ZONES.values() for zone in zones)}
    assert all(zone_info(name) for name in {*RUSSIAN_ZONES, *told})
    offsets = {datetime(2026, 11, 23, tzinfo=zone_info(name)).utcoffset() for name in RUSSIAN_ZONES}
    assert offsets == {timedelta(hours=h) for h in range(2, 13)}


def test_a_clock_change_moves_the_opening_with_the_wall_clock() -> None:
    berlin = "Europe/Berlin"
    saturday = frozenset({5, 6})
    window = CallingWindow.every(time(9), time(20), saturday)
    # 2026-03-29, a Sunday: 02:00 -> 03:00
    assert window.opening(at("2026-03-28 21:00", berlin), berlin) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert window.opening(at("2026-10-24 21:00", berlin), berlin) == datetime(2026, 10, 25, 8, tzinfo=UTC)
    skipped = CallingWindow.every(time(2, 30), time(4), saturday)
    assert skipped.opening(at("2026-03-29 00:00", berlin), berlin) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


CLOCKS = st.times().map(lambda t: t.replace(microsecond=0))
WINDOWS = st.builds(CallingWindow.every, CLOCKS, CLOCKS, st.frozensets(st.integers(0, 6)))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.lists(st.sampled_from([*RUSSIAN_ZONES, "America/New_York", "Australia/Lord_Howe"]), min_size=1, max_size=3)


@settings(max_examples=50, deadline=None)
@given(WINDOWS, MOMENTS, ZONES)
def test_an_opening_is_open_and_nothing_before_it_is(window: CallingWindow, after: datetime, zones: list[str]) -> None:
    opening = window.opening(after, *zones)
    if opening is None:
        hours = [after + timedelta(minutes=30 * n) for n in range(48 * 8)]
        assert not any(window.allows(moment, *zones) for moment in hours)
        return
    assert opening >= after
    assert window.allows(opening, *zones)
    gap = (opening - after) / 50
    # On the day of a clock change an opening inside the skipped hour is taken at its end.
    changed = any(
        (after + gap * n).astimezone(ZoneInfo(z)).utcoffset() != opening.astimezone(ZoneInfo(z)).utcoffset()
        for z in zones
        for n in range(50)
    )
    assert changed or not any(window.allows(after + gap * n, *zones) for n in range(50) if gap)
