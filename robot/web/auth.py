"""Who may use the API: tokens, of which only hashes are kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from robot.web.errors import Unauthorized

PREFIX = "zv_"
LONGEST = 200


def new_token() -> str:
    """256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the settings keep. One round of SHA-256 will do: the token is no password, nobody guesses it."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


class Tokens:
    """`listed`: NAME:HASH of each."""

    def __init__(self, listed: Sequence[str]) -> None:
        self._hashes = [tuple(entry.split(":", 1)) for entry in listed]

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def who(self, authorization: str) -> str:
        """The name of the token in this header. Raises Unauthorized. All hashes are compared, in constant time."""
        scheme, _, token = authorization.partition(" ")
        given = hash_of(token.strip()) if scheme.lower() == "bearer" and len(token) <= LONGEST else ""
        found = [name for name, kept in self._hashes if hmac.compare_digest(kept.encode(), given.encode())]
        if not found:
            raise Unauthorized
        return found[0]
