"""Patterns of the stop list: "+7495*" stops a whole code, "+7912345670?" ten numbers. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from robot.domain.errors import InvalidPattern

LONGEST = 15
"""Digits of the longest number (ITU-T E.164)."""

ASKED_TO_STOP = "asked_to_stop"
"""Why a number is on the list: the client said so to the robot."""

ERASED = "erased"
"""The client had all that is known of him erased."""

_SHAPE = re.compile(r"\+[0-9?]*\*?", re.ASCII)
_DECORATION = re.compile(r"[\s()\-‐-―.]+")
_RUSSIAN_DIGITS = 11
_FIRST_DIGITS = frozenset("346789?")
"""What may follow +7: codes of Russia begin with 3, 4, 8 and 9, of Kazakhstan with 6 and 7."""

_TELEPHONES = {"3": Fraction(4, 100), "4": Fraction(4, 100), "8": Fraction(2, 100), "9": Fraction(90, 100)}
"""Telephones of Russia by the first digit after +7, roughly: nine of ten are mobile ones (+79...)."""


@dataclass(frozen=True, slots=True)
class StopPattern:
    """A plus, then digits and `?` (one digit each), then perhaps `*` (any further digits, or none).

    People's words go through `parse`; the constructor takes what `parse` gave before and checks nothing.
    """

    text: str

    @classmethod
    def parse(cls, raw: str) -> StopPattern:
        """From what people write: "+7 (495) *", "8 912 345-67-0?". Raises InvalidPattern, with a remedy."""
        text = _DECORATION.sub("", raw)
        if text.startswith(("8", "7")) and len(text) == _RUSSIAN_DIGITS and not text.endswith("*"):
            # Only a whole number: in "843*" the 8 may be the trunk prefix or the code of Kazan.
            text = "+7" + text[1:]
        if not _SHAPE.fullmatch(text):
            raise InvalidPattern(
                "Шаблон стоп-листа: «+», цифры, «?» вместо одной цифры, «*» в самом конце вместо остальных. "
                "Например: +7495* или +7912345670?",
                "A stop pattern is a plus, digits, ? for one digit, * at the very end for the rest: for example "
                "+7495* or +7912345670?",
            )
        pattern = cls(text)
        pattern._check_length()
        if pattern._share() > Fraction(1, 2):
            raise InvalidPattern(
                "Такой шаблон остановил бы больше половины телефонов России. Укажите ещё хотя бы одну цифру кода: "
                "например, +7495*",
                "This pattern would stop more than half of Russia's telephones. Give at least one more digit of the "
                "code: for example +7495*",
            )
        return pattern

    def matches(self, phone: str) -> bool:
        """Whether an E.164 number is stopped. What is no number ("", text) is matched like any text: never by digits
        it does not have."""
        places = self.text.removesuffix("*")
        if len(phone) < len(places) or (len(phone) > len(places) and places == self.text):
            return False
        return all(
            place == sign or (place == "?" and sign in "0123456789") for place, sign in zip(places, phone, strict=False)
        )

    @property
    def like(self) -> str:
        """The same as an SQL LIKE pattern. Nothing in it needs escaping."""
        return self.text.replace("?", "_").replace("*", "%")

    def _check_length(self) -> None:
        digits, open_end = len(self.text.strip("+*")), self.text.endswith("*")
        russian = self.text.startswith("+7")
        least, most = (_RUSSIAN_DIGITS, _RUSSIAN_DIGITS) if russian else (7, LONGEST)
        wrong_code = russian and digits > 1 and self.text[2] not in _FIRST_DIGITS
        if digits > most or (digits < least and not open_end) or wrong_code:
            raise InvalidPattern(
                "Ни один номер не подходит под этот шаблон: проверьте код и число цифр"
                + (" (в российском номере их 11)" if russian else "")
                + " или поставьте в конце «*»",
                "No number fits this pattern: check the code and count the digits"
                + (" (a Russian number has 11)" if russian else "")
                + " or end it with *",
            )

    def _share(self) -> Fraction:
        """What part of Russia's telephones it stops, taking the digits after the first as evenly spread."""
        places = self.text.strip("+*").ljust(2, "?")
        if places[0] not in "7?":
            return Fraction(0)
        share = Fraction(1) if places[1] == "?" else _TELEPHONES.get(places[1], Fraction(0))
        return share * Fraction(1, 10 ** len(places[2:].replace("?", "")))
