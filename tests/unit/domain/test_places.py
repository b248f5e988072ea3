"""Whose clock: every subject of the federation, cities, namesakes, and whatever else stands in a card."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.people import Lead
from robot.domain.places import CITY_ZONES, REGION_ZONES, zone_of_city, zones_of_place, zones_of_region
from robot.domain.zones import RUSSIAN_ZONES, zone_info

pytestmark = pytest.mark.unit

MOBILE = "+79161234567"

SUBJECTS = {
    -1: "Калининградская область",
    0: (
        "Республика Адыгея, Республика Дагестан, Республика Ингушетия, Кабардино-Балкарская Республика, "
        "Республика Калмыкия, Карачаево-Черкесская Республика, Республика Карелия, Республика Коми, Республика Крым, "
        "Республика Марий Эл, Республика Мордовия, Республика Северная Осетия – Алания, Республика Татарстан, "
        "Чеченская Республика, Чувашская Республика – Чувашия, Донецкая Народная Республика, "
        "Луганская Народная Республика, Краснодарский край, Ставропольский край, Архангельская область, "
        "Белгородская область, Брянская область, Владимирская область, Волгоградская область, Вологодская область, "
        "Воронежская область, Запорожская область, Ивановская область, Калужская область, Кировская область, "
        "Костромская область, Курская область, Ленинградская область, Липецкая область, Московская область, "
        "Мурманская область, Нижегородская область, Новгородская область, Орловская область, Пензенская область, "
        "Псковская область, Ростовская область, Рязанская область, Смоленская область, Тамбовская область, "
        "Тверская область, Тульская область, Херсонская область, Ярославская область, Ненецкий автономный округ, "
        "Москва, Санкт-Петербург, Севастополь"
    ),
    1: "Самарская область, Удмуртская Республика, Астраханская область, Саратовская область, Ульяновская область",
    2: (
        "Республика Башкортостан, Пермский край, Курганская область, Оренбургская область, Свердловская область, "
        "Тюменская область, Челябинская область, Ханты-Мансийский автономный округ – Югра, "
        "Ямало-Ненецкий автономный округ"
    ),
    3: "Омская область",
    4: (
        "Новосибирская область, Томская область, Кемеровская область – Кузбасс, Республика Алтай, Алтайский край, "
        "Красноярский край, Республика Хакасия, Республика Тыва"
    ),
    5: "Иркутская область, Республика Бурятия",
    6: "Амурская область, Забайкальский край",
    7: "Приморский край, Хабаровский край, Еврейская автономная область",
    8: "Магаданская область, Сахалинская область",
    9: "Камчатский край, Чукотский автономный округ",
}
"""Hours ahead of Moscow (107-FZ, article 5), subjects by their names in the Constitution; Yakutia apart."""

NAMES = [(name, hours) for hours, names in SUBJECTS.items() for name in names.split(", ")]


def ahead(zone: str) -> int:
    """Hours ahead of Moscow in November 2026."""
    info = zone_info(zone)
    assert info is not None
    return (datetime(2026, 11, 23, tzinfo=info).utcoffset() or timedelta()) // timedelta(hours=1) - 3


def test_every_subject_of_the_federation_is_told_by_its_name() -> None:
    assert len(NAMES) + 1 == 89
    found = {name: {ahead(zone) for zone in zones_of_region(name)} for name, _ in NAMES}
    assert found == {name: {hours} for name, hours in NAMES}


def test_yakutia_lies_in_three_zones_and_every_one_must_allow_a_call() -> None:
    zones = zones_of_region("Республика Саха (Якутия)")
    assert [ahead(zone) for zone in zones] == [6, 7, 8]
    assert zones_of_place("", "Якутия") == zones
    assert zones_of_place("Якутск", "Якутия") == ("Asia/Yakutsk",)


@pytest.mark.parametrize("said", ["Сверловская", "Область", "республика", "", "край", "АО", "Техас", "г.", "-", "\x00"])
def test_no_region(said: str) -> None:
    assert zones_of_region(said) == ()


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Свердловская обл.", "Asia/Yekaterinburg"),
        ("обл Свердловская", "Asia/Yekaterinburg"),
        ("СВЕРДЛОВСКАЯ", "Asia/Yekaterinburg"),
        ("Свердловская обл", "Asia/Yekaterinburg"),
        ("ХМАО", "Asia/Yekaterinburg"),
        ("ХМАО — Югра", "Asia/Yekaterinburg"),
        ("Ханты-Мансийский Автономный округ - Югра АО", "Asia/Yekaterinburg"),
        ("Ямало-Ненецкий АО", "Asia/Yekaterinburg"),
        ("Башкирия", "Asia/Yekaterinburg"),
        ("Респ Татарстан", "Europe/Moscow"),
        ("Татарстан Респ", "Europe/Moscow"),
        ("Республика Татарстан (Татарстан)", "Europe/Moscow"),
        ("Чувашская Республика -", "Europe/Moscow"),
        ("Приморье", "Asia/Vladivostok"),
        ("Еврейская Аобл", "Asia/Vladivostok"),
        ("Алтай Респ", "Asia/Barnaul"),
        ("г. Москва", "Europe/Moscow"),
        ("Москва г", "Europe/Moscow"),
        ("город федерального значения Севастополь", "Europe/Simferopol"),
        ("Республика\u00a0Коми", "Europe/Moscow"),
    ],
)
def test_usual_forms_of_a_region(said: str, zone: str) -> None:
    assert zones_of_region(said) == (zone,)


@pytest.mark.parametrize(
    ("city", "region", "zones"),
    [
        ("Екатеринбург", "Свердловская обл.", ("Asia/Yekaterinburg",)),
        ("Свердловская обл, г Екатеринбург", "", ("Asia/Yekaterinburg",)),
        ("с. Дальнее", "Приморский край", ("Asia/Vladivostok",)),
        ("Приморский край", "", ("Asia/Vladivostok",)),
        ("Москва и Московская область", "", ("Europe/Moscow",)),
        ("Благовещенск", "Республика Башкортостан", ("Asia/Yakutsk", "Asia/Yekaterinburg")),
        ("Благовещенск", "", ("Asia/Yakutsk",)),
        ("Омск/Новосибирск", "", ("Asia/Omsk", "Asia/Novosibirsk")),
        ("Екатеринбург г", "", ("Asia/Yekaterinburg",)),
        ("Берлин", "Бранденбург", ()),
        ("", "", ()),
    ],
)
def test_city_and_region_together(city: str, region: str, zones: tuple[str, ...]) -> None:
    assert zones_of_place(city, region) == zones


@pytest.mark.parametrize(
    ("lead", "zones"),
    [
        (Lead(1, MOBILE, timezone="Asia/Omsk", city="Москва"), ("Asia/Omsk",)),
        (Lead(1, MOBILE, city="Москва", fields={"region": "Приморский край"}), ("Europe/Moscow", "Asia/Vladivostok")),
        (Lead(1, MOBILE, fields={"Регион": "Приморский край"}), ("Asia/Vladivostok",)),
        (Lead(1, MOBILE, fields={"ОБЛАСТЬ ": "Омская"}), ("Asia/Omsk",)),
        (Lead(1, "+74232201234", city="Гусь-Хрустальный"), ("Asia/Vladivostok",)),
        (Lead(1, MOBILE, city="Гусь-Хрустальный", fields={"region": "?"}), RUSSIAN_ZONES),
        (Lead(1, MOBILE, fields={"need": "Омская область"}), RUSSIAN_ZONES),
    ],
)
def test_a_lead_knows_whose_hours_count(lead: Lead, zones: tuple[str, ...]) -> None:
    assert lead.zones == zones


def test_a_name_means_one_place_in_both_tables() -> None:
    for name in CITY_ZONES.keys() & REGION_ZONES.keys():
        assert {ahead(CITY_ZONES[name])} == {ahead(zone) for zone in REGION_ZONES[name]}


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_a_card_says_gives_known_zones_or_none(city: str, region: str) -> None:
    assert all(zone_info(zone) for zone in (zone_of_city(city), *zones_of_place(city, region)) if zone)


@given(st.sampled_from(sorted(CITY_ZONES)), st.sampled_from([name for name, _ in NAMES]))
def test_a_namesake_never_loses_the_region(city: str, region: str) -> None:
    zones = set(zones_of_place(city, region))
    assert zones == {zone_of_city(city)} or zones == {zone_of_city(city), *zones_of_region(region)}
    assert zone_of_city(city) in zones_of_region(region) or zones > {zone_of_city(city)}
