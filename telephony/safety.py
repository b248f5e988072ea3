"""The one place where what a dial carries is checked before it reaches a line: numbers and names come from lead data,
which anybody may have written."""

from __future__ import annotations

import re

from telephony.base import CallSpec
from telephony.errors import UnsafeValue

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def checked(spec: CallSpec) -> CallSpec:
    """The spec itself when it is safe to dial. Raises UnsafeValue; the message never repeats the value."""
    if not _E164.fullmatch(spec.number):
        raise UnsafeValue("not an E.164 number", remedy="Write it with the plus and digits alone: +74951234567.")
    for field, value in (("caller_id", spec.caller_id), ("caller_name", spec.caller_name)):
        if value and not value.isprintable():
            raise UnsafeValue(f"{field} has characters that cannot be shown", remedy="Remove line breaks and controls.")
    return spec
