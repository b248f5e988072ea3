"""Where a client's clock stands: told by the city or the number, and what is lawful when they tell nothing."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
import phonenumbers.timezone

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

_CITIES: dict[str, str] = {
    "Europe/Kaliningrad": "калининград",
    "Europe/Moscow": (
        "нижний новгород, набережные челны, великий новгород, москва, санкт-петербург, петербург, спб, "
        "казань, ростов-на-дону, краснодар, воронеж, сочи, тула, ярославль, рязань, липецк, пенза, "
        "чебоксары, калуга, курск, ставрополь, тверь, иваново, брянск, белгород, сыктывкар, владимир, "
        "архангельск, мурманск, смоленск, орел, тамбов, вологда, кострома, псков, новороссийск, нальчик, "
        "махачкала, грозный, йошкар-ола, саранск, петрозаводск, череповец, киров, владикавказ, "
        "симферополь, севастополь, зеленоград, химки, подольск, мытищи, балашиха, королев, люберцы, "
        "таганрог"
    ),
    "Europe/Samara": "самара, тольятти, ижевск",
    "Europe/Volgograd": "волгоград, волжский",
    "Europe/Saratov": "саратов, энгельс",
    "Europe/Ulyanovsk": "ульяновск",
    "Europe/Astrakhan": "астрахань",
    "Asia/Yekaterinburg": (
        "нижний тагил, новый уренгой, екатеринбург, челябинск, уфа, пермь, тюмень, магнитогорск, "
        "оренбург, сургут, нижневартовск, курган, ханты-мансийск, салехард, стерлитамак, ноябрьск"
    ),
    "Asia/Omsk": "омск",
    "Asia/Novosibirsk": "новосибирск, бердск",
    "Asia/Barnaul": "барнаул, бийск, горно-алтайск",
    "Asia/Tomsk": "томск, северск",
    "Asia/Novokuznetsk": "кемерово, новокузнецк, прокопьевск",
    "Asia/Krasnoyarsk": "красноярск, норильск, абакан, кызыл",
    "Asia/Irkutsk": "иркутск, улан-удэ, братск, ангарск",
    "Asia/Yakutsk": "якутск, благовещенск",
    "Asia/Chita": "чита",
    "Asia/Vladivostok": "владивосток, хабаровск, комсомольск-на-амуре, уссурийск, находка, биробиджан",
    "Asia/Sakhalin": "южно-сахалинск",
    "Asia/Magadan": "магадан",
    "Asia/Kamchatka": "петропавловск-камчатский",
    "Asia/Anadyr": "анадырь",
}

_CITY_ZONES = {city: zone for zone, cities in _CITIES.items() for city in cities.split(", ")}


@lru_cache(maxsize=1024)
def zone_info(name: str) -> ZoneInfo | None:
    """The zone of an IANA name, None for anything else (a path, a folder of the database, nonsense)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=1024)
def zone_of_city(city: str) -> str:
    """IANA zone of a large Russian city ("г. Нижний Новгород", "орёл"), "" for one that is not in the table."""
    name = " ".join(city.casefold().replace("ё", "е").replace("–", "-").split())
    for prefix in ("город ", "г. ", "г.", "г "):
        name = name.removeprefix(prefix).strip()
    return _CITY_ZONES.get(name, "")


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


def dialing_zones(phone: str, timezone: str) -> tuple[str, ...]:
    """The zones whose hours must all allow a call: the lead's own when known, else every candidate of the number."""
    return (timezone,) if timezone else zones_of_phone(phone)
