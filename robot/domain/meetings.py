"""Slots of the managers' calendars and the meetings booked into them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of one manager's free time. Aware times; UTC in storage."""

    manager_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment with a client. One per manager and start."""

    id: int
    slot: Slot
    manager_name: str
    lead_id: int
    lead_name: str
    company: str
    attempt_id: UUID
