"""Passwords: hashed with argon2id, beside the event loop, a few at a time."""

from __future__ import annotations

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from robot.domain.users import LONGEST_PASSWORD

AT_ONCE = 2
"""Whoever sends passwords by the hundred must not take the memory, or the cores, of calls under way."""


class Passwords:
    """OWASP's smallest for argon2id: 19 MiB, two passes, one core; some 30 ms."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, kept: str, given: str) -> bool:
        """Whether this is the password of the hash. It takes as long when there is none: nobody learns by it who has an
        account here."""
        if not self._nobodys:
            self._nobodys = await self.hash("nobody's")
        async with self._turns:
            known = await asyncio.to_thread(self._verified, kept or self._nobodys, given)
        return known and bool(kept)

    def outdated(self, kept: str) -> bool:
        """Made with other costs than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verified(self, kept: str, given: str) -> bool:
        plain = unicodedata.normalize("NFKC", given[: 2 * LONGEST_PASSWORD])
        try:
            return self._hasher.verify(kept, plain)
        except (VerificationError, InvalidHashError):
            return False
