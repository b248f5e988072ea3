"""Addresses that hold for a short time, for one user and one recording: signed, so nothing need be stored. Pure."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

from robot.domain.access import Principal

LASTS = timedelta(minutes=30)
"""A page that is open longer asks for the call again."""
KEY = "recordings"
"""The name of the key that all nodes share."""


def signature(key: bytes, recording: UUID, principal: Principal, expires: int) -> str:
    """expires: seconds since 1970."""
    user = principal.name if principal.user_id is None else f"#{principal.user_id}"
    told = f"{recording}\n{expires}\n{user}"
    return hmac.new(key, told.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()


def signed(key: bytes, recording: UUID, principal: Principal, now: datetime) -> tuple[str, datetime]:
    """What goes behind the question mark, and until when it holds."""
    expires = int((now + LASTS).timestamp())
    until = datetime.fromtimestamp(expires, UTC)
    return f"expires={expires}&signature={signature(key, recording, principal, expires)}", until


def holds(key: bytes, recording: UUID, principal: Principal, now: datetime, *, expires: int, given: str) -> bool:
    """Compared in constant time. The end of its time is signed: nobody moves it."""
    right = signature(key, recording, principal, expires)
    return hmac.compare_digest(right.encode(), given.encode("utf-8", "surrogateescape")) and now.timestamp() < expires
