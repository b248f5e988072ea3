"""Who lives in the simulated day: some thousand people in eleven zones, of whom more or less is known. Seeded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from robot.crm.base import NewLead
from robot.domain.consent import Consent
from robot.domain.zones import RUSSIAN_ZONES
from robot.simulation.records import Client

HOMES = (
    ("Europe/Kaliningrad", "Калининград", 3),
    ("Europe/Moscow", "Москва", 34),
    ("Europe/Samara", "Самара", 8),
    ("Asia/Yekaterinburg", "Екатеринбург", 15),
    ("Asia/Omsk", "Омск", 6),
    ("Asia/Krasnoyarsk", "Красноярск", 8),
    ("Asia/Irkutsk", "Иркутск", 7),
    ("Asia/Yakutsk", "Якутск", 5),
    ("Asia/Vladivostok", "Владивосток", 7),
    ("Asia/Magadan", "Магадан", 3),
    ("Asia/Kamchatka", "Петропавловск-Камчатский", 4),
)
"""Zone, a city in it, and how many of a hundred people live there."""

KNOWN_BY = ("timezone", "city", "city", "region", "nothing")
"""What the card tells of where somebody lives; of who gives a mobile number only, nothing is known."""

REGIONS = {
    "Europe/Kaliningrad": "Калининградская область",
    "Europe/Moscow": "Московская область",
    "Europe/Samara": "Самарская область",
    "Asia/Yekaterinburg": "Свердловская область",
    "Asia/Omsk": "Омская область",
    "Asia/Krasnoyarsk": "Красноярский край",
    "Asia/Irkutsk": "Иркутская область",
    "Asia/Yakutsk": "Амурская область",
    "Asia/Vladivostok": "Приморский край",
    "Asia/Magadan": "Магаданская область",
    "Asia/Kamchatka": "Камчатский край",
}

FIRST_NUMBER = 9_160_000_000
CONSENTING = 0.93


def people(number: int, rng: Random, *, now: datetime) -> Iterator[Client]:
    """So many of them, every one with a number of his own. now: when the day begins."""
    weights = [weight for _, _, weight in HOMES]
    numbers = list(range(number))
    rng.shuffle(numbers)  # neighbours by number, whom one pattern stops, are not neighbours in a list
    for n in numbers:
        home, city, _ = rng.choices(HOMES, weights)[0]
        yield _client(f"+7{FIRST_NUMBER + n}", home, city, rng, now)


def _client(phone: str, home: str, city: str, rng: Random, now: datetime) -> Client:
    known = rng.choice(KNOWN_BY)
    agreed = Consent("форма на сайте", now - timedelta(days=30), "Согласен получать предложения по телефону")
    lead = NewLead(
        phone,
        city=city if known == "city" else "",
        timezone=home if known == "timezone" else "",
        fields={"region": REGIONS[home]} if known == "region" else {},
        score=rng.randrange(100),
        consent=agreed if rng.random() < CONSENTING else None,
    )
    return Client(lead, home, RUSSIAN_ZONES if known == "nothing" else (home,))
