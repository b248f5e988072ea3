"""Who waits to be called, counted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """Tasks that are due and may be dialed at this hour. tasks: counted to a bound in each lane of the queue. oldest_s:
    how long the longest of them is due."""

    tasks: int = 0
    oldest_s: float = 0.0
