"""The toll guard: which numbers the robot may dial at all. Pure.

A list of leads is hostile input: a premium or satellite number in it earns somebody a share of every minute. The
Russian ranges are those of the numbering plan (order of the Ministry of Digital Development of 31.01.2022 No. 75;
before it, order of the Ministry of Information Technologies of 17.11.2006 No. 142): codes of services 80x, of mobile
and satellite networks 9xx; 6xx and 7xx belong to Kazakhstan. Other countries are told by the metadata of
`phonenumbers`, international services by ITU-T E.164.1 and the list of assigned codes annexed to ITU-T E.164.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

import phonenumbers
from phonenumbers import PhoneNumberType as Kind


class Refusal(StrEnum):
    """Why a number is not dialed: stable codes."""

    SHORT = "short"
    """112, 900, *100#: services of a network, not numbers of the plan."""
    NOT_A_NUMBER = "not_a_number"
    UNKNOWN_RANGE = "unknown_range"
    """Nobody's in the numbering plan."""
    DENIED = "denied"
    """In a range this company has forbidden."""
    NOT_ALLOWED = "not_allowed"
    """An ordinary number of an allowed country, outside the allowed ranges."""
    INTERNATIONAL = "international"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    TOLL_FREE = "toll_free"
    """8-800 and its like: the company called pays, and a menu answers."""
    SATELLITE = "satellite"
    SPECIAL = "special"
    """Card, personal, paging, voicemail and private-network numbers."""


REASONS: Mapping[Refusal, tuple[str, str]] = MappingProxyType(
    {
        Refusal.SHORT: ("короткий номер", "a short number"),
        Refusal.NOT_A_NUMBER: ("это не номер телефона", "not a telephone number"),
        Refusal.UNKNOWN_RANGE: ("такого номера нет в плане нумерации", "no such number in the numbering plan"),
        Refusal.DENIED: ("направление запрещено в настройках", "a range forbidden in the settings"),
        Refusal.NOT_ALLOWED: ("направление не разрешено в настройках", "a range not allowed in the settings"),
        Refusal.INTERNATIONAL: ("другая страна", "another country"),
        Refusal.PREMIUM: ("платный номер", "a premium-rate number"),
        Refusal.SHARED_COST: ("номер с разделённой оплатой", "a shared-cost number"),
        Refusal.TOLL_FREE: ("бесплатный номер 8-800", "a toll-free number"),
        Refusal.SATELLITE: ("спутниковый телефон", "a satellite telephone"),
        Refusal.SPECIAL: ("служебный номер", "a special-service number"),
    }
)
"""Each code in Russian and in English."""

RANGES: Mapping[str, Refusal] = MappingProxyType(
    {
        # Russia's codes of services, by their names in the plan.
        "+7800": Refusal.TOLL_FREE,
        "+7801": Refusal.SHARED_COST,  # alternative charging
        "+7802": Refusal.SPECIAL,  # credit card
        "+7803": Refusal.PREMIUM,  # televoting
        "+7804": Refusal.TOLL_FREE,
        "+7805": Refusal.SPECIAL,  # prepaid card
        "+7806": Refusal.SPECIAL,  # account card
        "+7807": Refusal.SPECIAL,  # virtual private network
        "+7808": Refusal.SPECIAL,  # personal number
        "+7809": Refusal.PREMIUM,
        "+7954": Refusal.SATELLITE,
        # Within +7, yet charged as another country.
        "+76": Refusal.INTERNATIONAL,
        "+77": Refusal.INTERNATIONAL,
        "+7840": Refusal.INTERNATIONAL,  # Abkhazia
        "+7940": Refusal.INTERNATIONAL,
        # Codes of no country.
        "+800": Refusal.TOLL_FREE,
        "+808": Refusal.SHARED_COST,
        "+870": Refusal.SATELLITE,  # Inmarsat
        "+878": Refusal.SPECIAL,  # universal personal telecommunications
        "+881": Refusal.SATELLITE,  # Iridium, Globalstar
        "+882": Refusal.SATELLITE,  # networks of no country: at sea, in the air, by satellite
        "+883": Refusal.SATELLITE,
        "+888": Refusal.SPECIAL,
        "+979": Refusal.PREMIUM,
    }
)
"""Ranges that allowing their country does not allow; allowing them by name does."""

_KINDS: Mapping[int, Refusal] = {
    Kind.PREMIUM_RATE: Refusal.PREMIUM,
    Kind.SHARED_COST: Refusal.SHARED_COST,
    Kind.TOLL_FREE: Refusal.TOLL_FREE,
    Kind.PERSONAL_NUMBER: Refusal.SPECIAL,
    Kind.PAGER: Refusal.SPECIAL,
    Kind.UAN: Refusal.SPECIAL,
    Kind.VOICEMAIL: Refusal.SPECIAL,
}

_NAMED_DIGITS = 3
"""Digits after the country's code from which on a prefix names a range rather than a part of the country."""
_LEAST_DIGITS = 7
_MOST_DIGITS = 15
_SEVENTH_ZONE_DIGITS = 11


@dataclass(frozen=True, slots=True)
class _Known:
    """What the numbering plan says of a number: its country's code, whether it belongs to the country the code is
    chiefly of (+7: Russia, +1: the United States), and what kind it is."""

    country: str
    chief: bool
    valid: bool
    kind: Refusal | None


@dataclass(frozen=True, slots=True)
class NumberGuard:
    """Prefixes begin with a plus; the longest that fits a number decides. A country's code, or up to two digits more,
    allows the ordinary numbers of its chief country alone ("+7" is Russia, "+1" the United States). Anything else has
    to be allowed by name: one of RANGES by a prefix no shorter, a premium number or another country of a shared code
    by three digits after the code ("+1876"), a short number by itself. A prefix that is no prefix allows nothing."""

    allowed: tuple[str, ...] = ("+7",)
    denied: tuple[str, ...] = ()

    def refusal(self, phone: str) -> Refusal | None:
        """Why the number may not be dialed; None: it may."""
        fault = _fault(phone)
        if phone in self.denied:
            return Refusal.DENIED
        if fault is not None:
            return None if fault is Refusal.SHORT and phone in self.allowed else fault
        allowed = _longest(self.allowed, phone)
        if len(_longest(self.denied, phone)) >= max(len(allowed), 1):
            return Refusal.DENIED
        special = _longest(RANGES, phone)
        if len(special) > len(allowed):
            return RANGES[special]
        # A special range allowed by name: the library's plan does not know every code of services.
        return None if special else self._ordinary(phone, allowed)

    def _ordinary(self, phone: str, allowed: str) -> Refusal | None:
        known = _known(phone)
        if not allowed:
            same_country = any(prefix.startswith(known.country) for prefix in self.allowed if _is_prefix(prefix))
            return Refusal.NOT_ALLOWED if same_country and known.chief else Refusal.INTERNATIONAL
        return _by_plan(known, named=len(allowed) >= len(known.country) + _NAMED_DIGITS)


def _by_plan(known: _Known, *, named: bool) -> Refusal | None:
    if not known.valid:
        return Refusal.UNKNOWN_RANGE
    if named:
        return None
    return known.kind if known.chief else Refusal.INTERNATIONAL


def _is_prefix(text: str) -> bool:
    return text.startswith("+") and text[1:].isdecimal() and text.isascii()


def _longest(prefixes: Collection[str], phone: str) -> str:
    """The longest of the prefixes that an E.164 number begins with, "" when it begins with none."""
    return next((phone[:length] for length in range(len(phone), 1, -1) if phone[:length] in prefixes), "")


def _fault(phone: str) -> Refusal | None:
    """What a text is that is no number of E.164."""
    digits = phone.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()):
        return Refusal.SHORT if digits.strip("*#0123456789") == "" and digits else Refusal.NOT_A_NUMBER
    if len(digits) < _LEAST_DIGITS:
        return Refusal.SHORT
    if phone == digits or len(digits) > _MOST_DIGITS:
        return Refusal.NOT_A_NUMBER
    return Refusal.UNKNOWN_RANGE if digits[0] == "7" and len(digits) != _SEVENTH_ZONE_DIGITS else None


@lru_cache(maxsize=4096)
def _known(phone: str) -> _Known:
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return _Known("", chief=False, valid=False, kind=None)  # no country has this code
    code = number.country_code or 0
    region = phonenumbers.region_code_for_number(number)
    # The library forgives a trunk prefix after the country's code; the network would dial it.
    exact = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == phone
    return _Known(
        f"+{code}",
        chief=region is None or region == phonenumbers.region_code_for_country_code(code),
        valid=exact and phonenumbers.is_valid_number(number),
        kind=_KINDS.get(phonenumbers.number_type(number)),
    )
