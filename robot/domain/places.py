"""Where a client's clock stands by the city or the region of his card. Pure tables of Russia.

Zones of the subjects of the federation: Federal Law 107-FZ "On the calculation of time", article 5, as amended up to
31.10.2020; names of the subjects: Constitution, article 65. IANA names, so that the past is right too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_CITIES: dict[str, str] = {
    "Europe/Kaliningrad": "калининград",
    "Europe/Moscow": (
        "нижний новгород, набережные челны, великий новгород, москва, санкт-петербург, петербург, спб, "
        "казань, ростов-на-дону, краснодар, воронеж, сочи, тула, ярославль, рязань, липецк, пенза, "
        "чебоксары, калуга, курск, ставрополь, тверь, иваново, брянск, белгород, сыктывкар, владимир, "
        "архангельск, мурманск, смоленск, орел, тамбов, вологда, кострома, псков, новороссийск, нальчик, "
        "махачкала, грозный, йошкар-ола, саранск, петрозаводск, череповец, киров, владикавказ, "
        "зеленоград, химки, подольск, мытищи, балашиха, королев, люберцы, таганрог, "
        "нижнекамск, альметьевск, зеленодольск, дзержинск, арзамас, саров, старый оскол, рыбинск, северодвинск, "
        "обнинск, электросталь, щелково, одинцово, домодедово, серпухов, коломна, орехово-зуево, жуковский, раменское, "
        "долгопрудный, красногорск, реутов, видное, ногинск, сергиев посад, лобня, батайск, шахты, новочеркасск, "
        "волгодонск, новошахтинск, майкоп, армавир, пятигорск, невинномысск, кисловодск, ессентуки, черкесск, назрань, "
        "магас, элиста, дербент, хасавюрт, каспийск, муром, ковров, новомосковск, елец, мичуринск, новочебоксарск, "
        "великие луки, ухта, воркута, нарьян-мар, гатчина, выборг, всеволожск, мурино, донецк, луганск, мариуполь, "
        "макеевка, мелитополь, бердянск, херсон"
    ),
    "Europe/Simferopol": "симферополь, севастополь, керчь, евпатория, ялта, феодосия",
    "Europe/Samara": "самара, тольятти, ижевск, сызрань, новокуйбышевск, чапаевск, воткинск, сарапул, глазов",
    "Europe/Volgograd": "волгоград, волжский, камышин",
    "Europe/Saratov": "саратов, энгельс, балаково, балашов",
    "Europe/Ulyanovsk": "ульяновск, димитровград",
    "Europe/Astrakhan": "астрахань, ахтубинск",
    "Asia/Yekaterinburg": (
        "нижний тагил, новый уренгой, екатеринбург, челябинск, уфа, пермь, тюмень, магнитогорск, "
        "оренбург, сургут, нижневартовск, курган, ханты-мансийск, салехард, стерлитамак, ноябрьск, "
        "каменск-уральский, первоуральск, серов, новоуральск, асбест, златоуст, миасс, копейск, березники, соликамск, "
        "орск, новотроицк, бузулук, нефтекамск, салават, ишимбай, тобольск, ишим, шадринск, нефтеюганск, нягань, "
        "когалым, надым"
    ),
    "Asia/Omsk": "омск",
    "Asia/Novosibirsk": "новосибирск, бердск, искитим",
    "Asia/Barnaul": "барнаул, бийск, рубцовск, горно-алтайск",
    "Asia/Tomsk": "томск, северск",
    "Asia/Novokuznetsk": (
        "кемерово, новокузнецк, прокопьевск, междуреченск, ленинск-кузнецкий, киселевск, юрга, белово, анжеро-судженск"
    ),
    "Asia/Krasnoyarsk": "красноярск, норильск, абакан, кызыл, ачинск, канск, минусинск, черногорск",
    "Asia/Irkutsk": "иркутск, улан-удэ, братск, ангарск, усть-илимск, усолье-сибирское, черемхово",
    "Asia/Yakutsk": "якутск, благовещенск, нерюнгри, тында",
    "Asia/Chita": "чита, краснокаменск",
    "Asia/Vladivostok": (
        "владивосток, хабаровск, комсомольск-на-амуре, уссурийск, находка, артем, арсеньев, биробиджан, амурск"
    ),
    "Asia/Sakhalin": "южно-сахалинск",
    "Asia/Magadan": "магадан",
    "Asia/Kamchatka": "петропавловск-камчатский",
    "Asia/Anadyr": "анадырь",
}

_YAKUTIA = "Asia/Yakutsk, Asia/Vladivostok, Asia/Srednekolymsk"
_REGIONS: dict[str, str] = {
    "Europe/Kaliningrad": "калининградская",
    "Europe/Moscow": (
        "адыгея, дагестан, ингушетия, кабардино-балкарская, кабардино-балкария, кбр, калмыкия, карачаево-черкесская, "
        "карачаево-черкессия, кчр, карелия, коми, марий эл, мордовия, северная осетия, северная осетия-алания, "
        "татарстан, чеченская, чечня, чувашская, чувашская-чувашия, чувашия, донецкая народная, днр, "
        "луганская народная, лнр, краснодарский, кубань, ставропольский, ставрополье, архангельская, белгородская, "
        "брянская, владимирская, вологодская, воронежская, запорожская, ивановская, калужская, кировская, костромская, "
        "курская, ленинградская, липецкая, московская, подмосковье, мурманская, нижегородская, новгородская, "
        "орловская, пензенская, псковская, ростовская, рязанская, смоленская, тамбовская, тверская, тульская, "
        "херсонская, ярославская, ненецкий, нао, москва, санкт-петербург, спб"
    ),
    "Europe/Simferopol": "крым, севастополь",
    "Europe/Volgograd": "волгоградская",
    "Europe/Samara": "самарская, удмуртская, удмуртия",
    "Europe/Astrakhan": "астраханская",
    "Europe/Saratov": "саратовская",
    "Europe/Ulyanovsk": "ульяновская",
    "Asia/Yekaterinburg": (
        "башкортостан, башкирия, пермский, прикамье, курганская, оренбургская, свердловская, тюменская, челябинская, "
        "ханты-мансийский, ханты-мансийский-югра, хмао, хмао-югра, югра, ямало-ненецкий, янао, ямал"
    ),
    "Asia/Omsk": "омская",
    "Asia/Novosibirsk": "новосибирская",
    "Asia/Barnaul": "алтай, алтайский",
    "Asia/Tomsk": "томская",
    "Asia/Novokuznetsk": "кемеровская, кемеровская-кузбасс, кузбасс",
    "Asia/Krasnoyarsk": "красноярский, хакасия, тыва, тува",
    "Asia/Irkutsk": "иркутская, бурятия",
    "Asia/Yakutsk": "амурская",
    "Asia/Chita": "забайкальский, забайкалье",
    _YAKUTIA: "саха, якутия, саха-якутия",
    "Asia/Vladivostok": "приморский, приморье, хабаровский, еврейская, еао",
    "Asia/Sakhalin, Asia/Srednekolymsk": "сахалинская, сахалин",
    "Asia/Magadan": "магаданская",
    "Asia/Kamchatka": "камчатский, камчатка",
    "Asia/Anadyr": "чукотский, чукотка, чао",
}
"""By the distinctive words of the name, hyphens and spaces alike. Yakutia lies in three zones; the north of the Kuril
Islands has a name of its own for the time of Sakhalin."""

_DASH = re.compile(r"\s*[‐-―−]\s*|\s+-\s+")
_NOISE = re.compile(r"[^a-zа-я0-9 -]")
_CITY_KIND = re.compile(r"^(?:город|гор\.|г\.|г) ?(?<=[ .])| (?:город|г\.?)$")
_REGION_KIND = re.compile(
    r"\b(?:республика|респ|область|обл|край|автономный округ|автономная область|авт округ|аобл|ао|"
    r"город|федерального значения|г)\b"
)
_PIECES = re.compile(r"[,;/|\n]| и ")

CITY_ZONES = {city: zone for zone, cities in _CITIES.items() for city in cities.split(", ")}


def _region_key(text: str) -> str:
    # A word once: registers of addresses write "Татарстан (Татарстан)".
    return "-".join(dict.fromkeys(text.replace("-", " ").split()))


REGION_ZONES = {
    _region_key(region): tuple(zones.split(", "))
    for zones, regions in _REGIONS.items()
    for region in regions.split(", ")
}


@lru_cache(maxsize=1024)
def zone_of_city(city: str) -> str:
    """IANA zone of a large Russian city ("г. Нижний Новгород", "орёл"), "" for one that is not in the table."""
    return CITY_ZONES.get(_CITY_KIND.sub("", _plain(city)).strip(), "")


@lru_cache(maxsize=1024)
def zones_of_region(region: str) -> tuple[str, ...]:
    """IANA zones of a subject of the federation, by any usual form of its name ("Свердловская обл.", "Республика Саха
    (Якутия)", "ХМАО"); () for what is none."""
    words = _NOISE.sub(" ", _plain(region))
    return REGION_ZONES.get(_region_key(_REGION_KIND.sub(" ", words)), ())


@lru_cache(maxsize=4096)
def zones_of_place(city: str, region: str = "") -> tuple[str, ...]:
    """Every zone the client may live in by his city and region, each of which may be a whole address ("Свердловская
    обл., г. Екатеринбург"); () when neither is known.

    A known city decides, unless the region lies elsewhere: then it is a namesake (Благовещенск of Башкортостан), and
    the hours of both must allow the call.
    """
    pieces = [piece for text in (city, region) for piece in _PIECES.split(text)]
    cities = _distinct(zone_of_city(piece) for piece in pieces)
    # Moscow is both a city and a subject; here it is a city, lest it vouch for itself.
    regions = _distinct(zone for piece in pieces if not zone_of_city(piece) for zone in zones_of_region(piece))
    if cities and (not regions or set(cities) <= set(regions)):
        return cities
    return _distinct((*cities, *regions))


def _distinct(zones: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(zone for zone in zones if zone))


def _plain(text: str) -> str:
    return " ".join(_DASH.sub("-", text.casefold().replace("ё", "е")).split())
