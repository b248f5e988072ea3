"""What a call costs. Pure; exact: money is Decimal inside and whole kopecks, rounded up, outside.

The spend ceiling reserves the dearest a call can become before it is dialed and settles at its end, so a table that
errs must err upwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal

from robot.domain.errors import NoTariff

KOPECKS = 100
MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """Price of the numbers that begin with `prefix` ("+79"), in roubles. An answered call costs `connection` and
    `per_minute` for its time rounded up to whole steps of `step_s` seconds (60: by the minute, 1: by the second);
    `attempt` is paid for every dial, answered or not (nearly nobody charges it). Raises ValueError for a price below
    zero or a step below a second."""

    prefix: str
    per_minute: Decimal
    connection: Decimal = Decimal(0)
    step_s: int = MINUTE_S
    attempt: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        prices = (self.per_minute, self.connection, self.attempt)
        if not all(price.is_finite() and price >= 0 for price in prices) or self.step_s < 1:
            raise ValueError("prices begin with zero, steps with one second")

    def price(self, talked_s: float) -> Decimal:
        """Roubles for a call of `talked_s` seconds from its answer; 0 is an unanswered one."""
        if talked_s <= 0:
            return self.attempt
        steps = max(1, math.ceil(talked_s / self.step_s))  # a share may be too small for a float
        return self.attempt + self.connection + self.per_minute * steps * self.step_s / MINUTE_S


@dataclass(frozen=True, slots=True)
class Tariff:
    """The rates of a trunk; for each number the longest prefix wins, and of two rows of one prefix the later."""

    rows: tuple[Rate, ...]
    _by_prefix: dict[str, Rate] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_prefix", {row.prefix: row for row in self.rows})

    def rate(self, phone: str) -> Rate | None:
        """The row for this number; None: nobody knows what it costs, and it must not be dialed (`no_tariff`)."""
        for length in range(len(phone), 0, -1):
            found = self._by_prefix.get(phone[:length])
            if found is not None:
                return found
        return None

    def cost(self, phone: str, talked_s: float) -> int:
        """Kopecks for a call of `talked_s` seconds from its answer, 0 for an unanswered one. Raises NoTariff."""
        return _kopecks(self._rate(phone).price(talked_s))

    def most(self, phone: str, longest_s: float) -> int:
        """Kopecks to reserve before the dial: what a call of `longest_s` seconds can cost at most. Raises NoTariff."""
        rate = self._rate(phone)
        return _kopecks(rate.price(max(longest_s, rate.step_s)))

    def _rate(self, phone: str) -> Rate:
        rate = self.rate(phone)
        if rate is None:
            raise NoTariff("no row of the tariff is for this number: add one for its code, or refuse the number")
        return rate


def _kopecks(roubles: Decimal) -> int:
    return int((roubles * KOPECKS).to_integral_value(ROUND_CEILING))


RUSSIA = Tariff(
    (
        Rate("+7", Decimal("4.00")),
        Rate("+79", Decimal("4.00")),
        Rate("+7495", Decimal("2.00")),
        Rate("+7498", Decimal("2.50")),
        Rate("+7499", Decimal("2.00")),
        Rate("+7812", Decimal("2.00")),
    )
)
"""For those who have not given their own table: per started minute, above what trunks of the country are usually sold
for, so that a ceiling is reached too early rather than too late. Kazakhstan, satellites and premium numbers are not
meant by "+7" here: the guard of robot.domain.numbering refuses them first."""
