"""When a phone may ring: across zones, midnights and clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robot.domain.hours import ALWAYS, HORIZON, OFFICE_HOURS, CallingWindow, Stretch
from robot.domain.places import CITY_ZONES, REGION_ZONES
from robot.domain.zones import RUSSIAN_ZONES, dialing_zones, zone_info, zone_of_city, zones_of_phone
from tests.conftest import runs

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


def test_an_hour_shown_twice_opens_and_closes_twice() -> None:
    berlin = "Europe/Berlin"  # 2026-10-25, a Sunday: 03:00 -> 02:00, at 01:00 UTC
    window = CallingWindow({6: (Stretch(time(2, 15), time(2, 45)),)})
    sunday = datetime(2026, 10, 25, tzinfo=UTC)
    turns = [sunday + timedelta(minutes=minutes) for minutes in (15, 45, 75, 105)]
    assert window.opening(sunday, berlin) == turns[0]
    assert window.closing(turns[0], berlin) == turns[1]
    assert window.opening(turns[1], berlin) == turns[2]
    assert window.closing(turns[2], berlin) == turns[3]
    assert window.opening(turns[3], berlin) == sunday + timedelta(days=7, minutes=75)


MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
ENDS = MINUTES | st.just(time.max)
WINDOWS = st.builds(
    CallingWindow,
    st.dictionaries(st.integers(0, 6), st.lists(st.builds(Stretch, MINUTES, ENDS), max_size=3).map(tuple), max_size=7),
)
CHANGES = {
    "Europe/Berlin": ((2026, 3, 29), (2026, 10, 25)),
    "America/New_York": ((2026, 3, 8), (2026, 11, 1)),
    "Australia/Lord_Howe": ((2026, 4, 5), (2026, 10, 4)),  # by half an hour
    "Asia/Beirut": ((2026, 3, 29), (2026, 10, 25)),  # at midnight: a day without its first hour
    "America/Santiago": ((2026, 4, 5), (2026, 9, 6)),
    "Africa/Casablanca": ((2026, 2, 15), (2026, 3, 22)),  # put back for Ramadan
    "Antarctica/Troll": ((2026, 3, 29), (2026, 10, 25)),  # by two hours
    "Pacific/Apia": ((2011, 12, 30),),  # a day that never was
    "Europe/Volgograd": ((2020, 12, 27),),
    "Europe/Moscow": ((2014, 10, 26), (2026, 11, 23)),
    "Asia/Kamchatka": ((2026, 11, 23),),
}
"""Zones, and days about which their clocks were changed or, where none was, any."""


@st.composite
def moments(draw: st.DrawFn) -> tuple[datetime, tuple[str, ...]]:
    """A minute within three days of a change of clocks, and one or two zones, the changing one first."""
    zone, days = draw(st.sampled_from(sorted(CHANGES.items())))
    noon = datetime(*draw(st.sampled_from(days)), 12, tzinfo=UTC)
    other = draw(st.sampled_from([(), ("Europe/Moscow",), ("Europe/Berlin",), ("Asia/Vladivostok",)]))
    return noon + timedelta(minutes=draw(st.integers(-3 * 24 * 60, 3 * 24 * 60))), (zone, *other)


def open_minutes(window: CallingWindow) -> set[tuple[int, int]]:
    """Weekday and minute of the day of all that is open: what the words say, counted out."""
    found = set()
    for day, stretches in window.days.items():
        for stretch in stretches:
            first = stretch.opens.hour * 60 + stretch.opens.minute
            last = 1440 if stretch.closes == time.max else stretch.closes.hour * 60 + stretch.closes.minute
            for minute in range(first, last if last > first else last + 1440):
                found.add(((day + minute // 1440) % 7, minute % 1440))
    return found


class Counted:
    """The calling hours minute by minute, by the clock on the wall of each zone."""

    def __init__(self, window: CallingWindow, zones: tuple[str, ...]) -> None:
        self.open = open_minutes(window)
        self.zones = [ZoneInfo(zone) for zone in zones]

    def allows(self, now: datetime) -> bool:
        local = [now.astimezone(zone) for zone in self.zones]
        return all((there.weekday(), there.hour * 60 + there.minute) in self.open for there in local)

    def first(self, after: datetime, *, allowed: bool, days: int) -> datetime | None:
        minutes = (after + timedelta(minutes=n) for n in range(days * 1440))
        return next((minute for minute in minutes if self.allows(minute) is allowed), None)


@settings(max_examples=runs(60))
@given(WINDOWS, moments())
def test_an_opening_is_the_first_open_minute_there_is(
    window: CallingWindow, when: tuple[datetime, tuple[str, ...]]
) -> None:
    after, zones = when
    counted = Counted(window, zones)
    assert window.allows(after, *zones) is counted.allows(after)
    opening = window.opening(after, *zones)
    if opening is None or opening - after > timedelta(days=8):
        assert counted.first(after, allowed=True, days=8) is None
    else:
        assert opening == counted.first(after, allowed=True, days=9)
        assert window.allows(opening, *zones)


@settings(max_examples=runs(60))
@given(WINDOWS, moments())
def test_a_closing_is_the_first_minute_at_which_the_phone_may_no_longer_ring(
    window: CallingWindow, when: tuple[datetime, tuple[str, ...]]
) -> None:
    after, zones = when
    opening = window.opening(after, *zones)
    if opening is None:
        assert window.closing(after, *zones) is None
        return
    closing = window.closing(opening, *zones)
    assert closing is not None
    assert closing == (Counted(window, zones).first(opening, allowed=False, days=15) or opening + HORIZON)
    assert window.allows(closing - timedelta(microseconds=1), *zones)


def test_day_and_night_closes_at_the_horizon_and_closed_hours_at_no_time() -> None:
    assert ALWAYS.closing(at("2026-11-23 12:00"), MOSCOW) == at("2026-11-23 12:00") + HORIZON
    assert OFFICE_HOURS.closing(at("2026-11-23 12:00"), MOSCOW) == at("2026-11-23 20:00")
    assert OFFICE_HOURS.closing(at("2026-11-23 12:00"), MOSCOW, "Asia/Omsk") == at("2026-11-23 17:00")
    assert OFFICE_HOURS.closing(at("2026-11-23 20:00"), MOSCOW) is None
    assert OFFICE_HOURS.closing(at("2026-11-23 12:00")) is None


def test_adjoining_stretches_are_one() -> None:
    window = CallingWindow(
        {0: (Stretch(time(9), time(13)), Stretch(time(13), time.max)), 1: (Stretch(time.min, time(1)),)}
    )
    assert window.closing(at("2026-11-23 10:00"), MOSCOW) == at("2026-11-24 01:00")


def test_each_weekday_has_its_own_hours() -> None:
    window = CallingWindow(
        {0: (Stretch(time(9), time(13)), Stretch(time(14), time(18))), 5: (Stretch(time(10), time(12)),)}
    )
    assert [h for h in range(24) if window.allows(at(f"2026-11-23 {h:02}:30"), MOSCOW)] == [
        9,
        10,
        11,
        12,
        14,
        15,
        16,
        17,
    ]
    assert [h for h in range(24) if window.allows(at(f"2026-11-28 {h:02}:30"), MOSCOW)] == [10, 11]
    assert window.opening(at("2026-11-24 09:00"), MOSCOW) == at("2026-11-28 10:00")


def test_a_stretch_names_no_zone() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        Stretch(time(9, tzinfo=UTC), time(20))


@settings(max_examples=runs(50))
@given(WINDOWS, moments(), st.lists(st.sampled_from(["Mars/Olympus", "", *RUSSIAN_ZONES]), max_size=12))
def test_more_zones_never_allow_more(
    window: CallingWindow, when: tuple[datetime, tuple[str, ...]], more: list[str]
) -> None:
    now, zones = when
    assert window.allows(now, *zones) or not window.allows(now, *zones, *more)
