"""How many calls one node carries at once: dialed ones, those that came in, and the managers' legs of transfers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Channels:
    """Counts; nobody is kept waiting. A transfer takes a channel even when none is free: its client is on the line."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._taken = 0

    @property
    def free(self) -> int:
        return max(0, self.total - self._taken)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """One more for as long as the context lasts."""
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
