"""Who rings in: the number a network shows, as anybody may have written it, made into E.164. Pure."""

from __future__ import annotations

import re

import phonenumbers

_SHOWN = re.compile(r"\+?[0-9]{5,18}")
_RUSSIAN = re.compile(r"7[0-9]{10}")


def caller_number(shown: str, *, home: str = "RU") -> str:
    """E.164 with the plus for "8495…", "7495…", "495…" and "+7495…", where `home` is the trunk's country; "" for a
    withheld number and for whatever cannot be called back. A number unknown to the numbering plan is kept when it came
    with a plus: networks number themselves faster than books are printed."""
    text = re.sub(r"[ ()-]", "", shown)
    if not _SHOWN.fullmatch(text):
        return ""
    if home == "RU" and _RUSSIAN.fullmatch(text):
        text = f"+{text}"
    candidates = (text,) if text.startswith("+") else (text, f"+{text}")
    for candidate in candidates:
        try:
            number = phonenumbers.parse(candidate, home)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) or (candidate == shown and phonenumbers.is_possible_number(number)):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return ""
