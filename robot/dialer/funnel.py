"""How far calls come: measured over days for rates, and counted now for what is under way. Pure."""

from __future__ import annotations

import math
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


NO_FIGURES = Funnel()
NO_CALLS = UnderWay()


@dataclass(frozen=True, slots=True)
class Beta:
    """What is believed of a rate before anything is known: `won` successes out of `tried`."""

    won: float
    tried: float

    def mean(self, won: int, tried: int) -> float:
        """The rate as it is now believed to be. 0 < mean < 1."""
        tried = max(tried, won)
        return (self.won + won) / (self.tried + tried)

    def high(self, won: int, tried: int) -> float:
        """One standard deviation above the mean, at most 1: how good the rate may well be."""
        mean, weight = self.mean(won, tried), self.tried + max(tried, won)
        return min(1.0, mean + math.sqrt(mean * (1 - mean) / (weight + 1)))


ANSWERS = Beta(1, 2)
BOOKS = Beta(2, 5)
"""Before a campaign has figures of its own, every second dial is taken to be answered and two talks in five to book."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Share of dials, and of talks, that book. Deliberately high while little is known: calls that book more often than
    was thought are too many calls, and people are annoyed for nothing; too few cost only the seconds until it shows."""

    per_dial: float
    per_talk: float

    @classmethod
    def of(cls, funnel: Funnel, calls: UnderWay) -> Rates:
        """Talks under way are answered dials too: ended calls alone would make a young day look like one on which
        nobody answers, since those end first."""
        answered = calls.talking + calls.booking
        answers = ANSWERS.mean(funnel.answered + answered, funnel.dialed + answered)
        per_talk = BOOKS.high(funnel.booked, funnel.answered)
        return cls(answers * per_talk, per_talk)

    def likely(self, calls: UnderWay) -> float:
        """How many of these calls will book, beside those that the quota counts as booked already."""
        return calls.ringing * self.per_dial + calls.talking * self.per_talk
