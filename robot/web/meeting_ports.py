"""What the page of meetings asks of the stores: a port."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from robot.domain.meeting_book import Week


class MeetingBook(Protocol):
    async def week(self, *, after: datetime, before: datetime) -> Week:
        """What lasts at any moment between the two, by its beginning."""
        ...
