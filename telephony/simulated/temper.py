"""How long a simulated person bears silence, and the whole call. Pure: time is an argument."""

from __future__ import annotations

from enum import Enum, auto

from telephony.simulated.dice import Dice
from telephony.simulated.persona import Patience


class Mood(Enum):
    CALM = auto()
    ASKS = auto()
    LEAVES = auto()


class Temper:
    """One person's patience from the moment he takes the receiver."""

    def __init__(self, patience: Patience, dice: Dice, at_s: float) -> None:
        self._patience = patience
        self._dice = dice
        self._leaves_s = at_s + dice.between("length of call", patience.call_s)
        self._asked = 0
        self._sound_s = at_s
        self._bears_s = dice.between("silence", patience.silence_s)

    def sound(self, at_s: float) -> None:
        """Somebody speaks on either side."""
        self._sound_s = at_s

    def spoken_to(self) -> None:
        """The robot speaks: all is forgiven."""
        self._asked = 0

    def mood(self, at_s: float) -> Mood:
        """ASKS is told once per silence."""
        if at_s >= self._leaves_s:
            return Mood.LEAVES
        if at_s - self._sound_s < self._bears_s:
            return Mood.CALM
        if self._asked >= self._patience.nudges:
            return Mood.LEAVES
        self._asked += 1
        self._sound_s = at_s
        self._bears_s = self._dice.between("silence", self._patience.silence_s)
        return Mood.ASKS
