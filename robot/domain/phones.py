"""Telephone numbers: E.164 in storage and on the wire, masked wherever people who need not know may read."""

from __future__ import annotations

import phonenumbers


class InvalidPhone(ValueError):
    """Not a number that can be dialed. The message says why without quoting the number."""


def parse_phone(raw: str, *, region: str = "RU") -> str:
    """E.164 with the plus ("+74951234567") from what people write: "8 (495) 123-45-67", "7 495 1234567", "+7…".

    Raises InvalidPhone for anything that is not one possible number of a numbering plan.
    """
    text = raw.strip()
    digits = "".join(c for c in text if c.isdigit())
    if region == "RU" and len(digits) == 11 and digits[0] == "7" and not text.startswith("+"):
        text = "+" + digits
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone("this is not a telephone number") from error
    if number.extension:
        raise InvalidPhone("extensions cannot be dialed: leave the main number only")
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhone("no such number in the numbering plan: check the code and count the digits")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mask_phone(number: str) -> str:
    """ "+7495*****67": enough to tell two numbers apart when talking to support, too little to call."""
    if len(number) < 8:
        return "*" * len(number)
    return number[:5] + "*" * (len(number) - 7) + number[-2:]
