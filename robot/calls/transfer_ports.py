"""What a transfer needs of the world: somebody to dial, whom a script's word means, and what the calls cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from telephony.base import Call, CallSpec


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


class Dials(Protocol):
    """Of `telephony.base.Line`, what a transfer uses."""

    async def dial(self, spec: CallSpec) -> Call: ...


class LegCosts(Protocol):
    """The spend ceiling, for calls to managers' outside numbers."""

    async def reserve(self, attempt_id: UUID, leg: UUID, number: str, *, now: datetime) -> bool:
        """Take what the call `leg` can cost at most from today's ceiling; False when there is not so much left, and it
        must not ring. Bears being asked twice."""
        ...

    async def settle(self, leg: UUID, *, talked_s: float, now: datetime) -> None:
        """Give back what was not used: it lasted so long from its answer, 0 when it was not answered. Idempotent."""
        ...
