"""Where a client's clock stands: told by his card or the number, and what is lawful when they tell nothing."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
import phonenumbers.timezone

from robot.domain.places import zone_of_city, zones_of_place

__all__ = ["RUSSIAN_ZONES", "dialing_zones", "zone_info", "zone_of_city", "zones_of_phone"]

RUSSIAN_ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)
"""One name for each of the eleven offsets of Russia (Federal Law 107-FZ, article 5), west to east."""


@lru_cache(maxsize=1024)
def zone_info(name: str) -> ZoneInfo | None:
    """The zone of an IANA name, None for anything else (a path, a folder of the database, nonsense)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=4096)
def zones_of_phone(phone: str) -> tuple[str, ...]:
    """Every zone an E.164 number may ring in. One for most landlines; all of Russia's for a Russian number that tells
    nothing (mobile, toll-free); () for a foreign one that tells nothing, or for what is no number."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return ()
    known = tuple(z for z in phonenumbers.timezone.time_zones_for_number(number) if zone_info(z) and z != "Etc/Unknown")
    if number.country_code == 7 and len(known) != 1:
        # The library's list for +7 joins Kazakhstan's zones and Bucharest's, and lacks Kaliningrad by name.
        return RUSSIAN_ZONES
    return known


def dialing_zones(phone: str, timezone: str, city: str = "", region: str = "") -> tuple[str, ...]:
    """The zones whose hours must all allow a call: the lead's own when known, else those of his city or region, else
    every candidate of the number."""
    return (timezone,) if timezone else zones_of_place(city, region) or zones_of_phone(phone)
