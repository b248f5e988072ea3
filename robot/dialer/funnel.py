"""How far calls come: measured over days for rates, and counted now for what is under way. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Funnel:
    """Ended outgoing attempts of a period that count, and how many of them came how far. dialed >= answered >= engaged
    >= booked. engaged: the client answered at least one phrase; booked: the campaign's goal was reached."""

    dialed: int = 0
    answered: int = 0
    engaged: int = 0
    booked: int = 0


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Calls of a campaign that have not ended, on all nodes. ringing: claimed and not answered, whether or not the
    phone rings yet; talking: answered; booking: answered and holding a slot (which the quota counts as booked)."""

    ringing: int = 0
    talking: int = 0
    booking: int = 0

    @property
    def calls(self) -> int:
        return self.ringing + self.talking + self.booking
