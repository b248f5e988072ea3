"""Days on which nobody meets clients: public holidays of a country, and a manager's own days off. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from holidays import HolidayBase, country_holidays
from holidays.registry import COUNTRIES

RUSSIA = "RU"
SPAN = ".."
LONGEST = timedelta(days=366)
"""A longer leave is a slip of the pen."""

_CODES = frozenset(names[1] for names in COUNTRIES.values())


def known_country(code: str) -> bool:
    """Whether this is a country (ISO 3166, two letters) whose holidays are known."""
    return code in _CODES


@lru_cache(maxsize=64)
def public_holidays(country: str, year: int) -> HolidayBase:
    """Of a country whose holidays are known."""
    return country_holidays(country, years=year, expand=False)


def holiday(day: date, country: str = RUSSIA) -> bool:
    """Whether the country rests on it: a public holiday or a day off moved by decree. Ordinary weekends are none. No
    country ("") has no holidays."""
    return bool(country) and day in public_holidays(country, day.year)


@dataclass(frozen=True, slots=True)
class DaysOff:
    """A manager's own free days, as stretches from the first to the last one."""

    stretches: tuple[tuple[date, date], ...] = ()

    @classmethod
    def parse(cls, text: str) -> DaysOff:
        """Of "2026-12-28..2027-01-11, 2027-02-24". Raises ValueError naming what cannot be read."""
        return cls(tuple(sorted(_stretches(text))))

    @property
    def text(self) -> str:
        return ", ".join(f"{a}" if a == b else f"{a}{SPAN}{b}" for a, b in self.stretches)

    def __contains__(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.stretches)


NO_DAYS = DaysOff()


def _stretches(text: str) -> Iterator[tuple[date, date]]:
    for part in filter(None, (one.strip() for one in text.split(","))):
        begins, _, ends = part.partition(SPAN)
        try:
            first = date.fromisoformat(begins.strip())
            last = date.fromisoformat(ends.strip()) if ends else first
        except ValueError:
            raise ValueError(part) from None
        if not timedelta(0) <= last - first <= LONGEST:
            raise ValueError(part)
        yield first, last
