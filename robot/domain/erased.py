"""People who had themselves erased: what stands for their numbers. Pure."""

from __future__ import annotations

import hashlib
import hmac

PLACEHOLDER = "#"
"""What a lead without a number has instead begins with it: no number does, so nothing is ever dialed."""


def digest(key: bytes, phone: str) -> str:
    """Of an E.164 number: 64 hexadecimal digits. Without the key of the installation the number cannot be found by
    trying all numbers there are; with it, it can: the key is as secret as the numbers of all others beside it."""
    return hmac.new(key, phone.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()


def placeholder(lead_id: int) -> str:
    """Instead of the number of a lead whose person was erased."""
    return f"{PLACEHOLDER}{lead_id}"
