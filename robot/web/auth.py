"""Secrets that are given out, of which only hashes are kept: tokens, sessions, one-time links. And what a session's
secret vouches for."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "zv_"
LONGEST = 200


def new_token() -> str:
    """256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def new_secret() -> str:
    """Of a session or a link: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept. One round of SHA-256 will do: the token is no password, nobody guesses it."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def csrf_of(secret: str) -> str:
    """What a page proves by that it may read what this session is answered. Who sees it learns no session."""
    return hmac.new(secret.encode("utf-8", "surrogateescape"), b"csrf", hashlib.sha256).hexdigest()


def bearer(authorization: str) -> str:
    """The token of this header, "" none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" and len(token) <= LONGEST else ""


class ListedTokens:
    """Those of the settings. `listed`: NAME:HASH of each."""

    def __init__(self, listed: Sequence[str]) -> None:
        self._hashes = [tuple(entry.split(":", 1)) for entry in listed]

    def who(self, token: str) -> str | None:
        """The name of this token. All hashes are compared, in constant time."""
        given = hash_of(token)
        found = [name for name, kept in self._hashes if hmac.compare_digest(kept.encode(), given.encode())]
        return found[0] if found and token else None
