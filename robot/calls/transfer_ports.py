"""What a transfer needs of the world beside the line: whom a script's word means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Destination:
    """A telephone to ring: E.164, or an extension of the office's own exchange."""

    number: str
    office: bool = False


class Managers(Protocol):
    def reach(self, whom: str) -> Sequence[Destination]:
        """Whose telephones to ring for a script's word ("sales", an extension, a number), in this order; none when
        nobody is meant by it. Never a number that may not be dialed."""
        ...
