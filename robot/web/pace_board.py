"""The dialer's last decision about each campaign, for whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from robot.dialer.pacing import Pace
from robot.domain.campaigns import Campaign


class PaceBoard:
    """`note` is an OnPace of the dialer. Decisions for those who asked to be called give way to those for the list."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last: dict[str, tuple[Pace, datetime]] = {}

    def note(self, campaign: Campaign, pace: Pace) -> None:
        before = self._last.get(campaign.slug)
        if not pace.urgent or before is None or before[0].urgent:
            self._last[campaign.slug] = (pace, self._now())

    @property
    def last(self) -> Mapping[str, tuple[Pace, datetime]]:
        """By the campaign's short name: the decision, and when it was made."""
        return MappingProxyType(self._last)
