"""What a dial carries is checked before it reaches a line: numbers and names come from lead data, which anybody may
have written."""

from __future__ import annotations

import re
import unicodedata

from telephony.base import CallSpec
from telephony.errors import UnsafeValue

LONGEST_RING_S = 600.0
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EXTENSION = re.compile(r"[0-9]{2,6}")
_CALLER_ID = re.compile(r"\+?[0-9]{1,15}")
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, lone surrogates, Unicode's own line breaks


def checked(spec: CallSpec) -> CallSpec:
    """The spec itself when it is safe to dial. Raises UnsafeValue; the message never repeats the value."""
    if spec.office and not _EXTENSION.fullmatch(spec.number):
        raise UnsafeValue("this is no extension of an office", remedy="write it in 2 to 6 digits")
    if not spec.office and not _E164.fullmatch(spec.number):
        raise UnsafeValue("the number is not an E.164 number", remedy="write it as + and 7 to 15 digits")
    if spec.caller_id and not _CALLER_ID.fullmatch(spec.caller_id):
        raise UnsafeValue("the caller id is not a number", remedy="write it in digits")
    if any(unicodedata.category(character) in _UNSAFE_CATEGORIES for character in spec.caller_name):
        raise UnsafeValue(
            "the caller's name contains a line break or a control character",
            remedy="correct the record the name comes from",
        )
    if not 0 < spec.ring_timeout_s <= LONGEST_RING_S:
        raise UnsafeValue(f"the ring timeout must be between 0 and {LONGEST_RING_S:g} seconds")
    return spec
