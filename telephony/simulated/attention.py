"""What a simulated person has heard of the robot since he last answered, and whether it has finished.

The end of a phrase is found in the sound. The text only tells how long a phrase must be at least, as a listener knows
from the words that a sentence has not ended: so a pause inside a phrase is waited out.
"""

from __future__ import annotations

from dataclasses import dataclass

from telephony.simulated.hearing import Hearing
from telephony.simulated.subscriber import Said

_QUICK_CHARACTERS_PER_S = 16.0
_QUIET_AFTER_END_S = 0.3
_QUIET_AFTER_PAUSE_S = 0.9
_SHORTEST_SPEECH_S = 0.1
_REST_IS_OVER_S = 1.5


@dataclass(slots=True)
class Phrase:
    """A phrase he is being told. began_s: when its sound was first heard, None before; acted: he interrupted it."""

    said: Said
    began_s: float | None = None


class Attention:
    def __init__(self) -> None:
        self._hearing = Hearing()
        self._phrases: list[Phrase] = []
        self._rest_of_answered = False

    def told(self, said: Said) -> None:
        """The meaning of what is about to be heard."""
        self._rest_of_answered = False
        self._phrases.append(Phrase(said))

    def hear(self, at_s: float, pcm: bytes) -> bool:
        """Take in the sound; True when somebody speaks."""
        if not self._hearing.hear(at_s, pcm):
            if self._rest_of_answered and self._hearing.quiet_s > _REST_IS_OVER_S:
                self._rest_of_answered = False
                self._hearing.forget()
            return False
        if self._phrases and self._phrases[-1].began_s is None:
            self._phrases[-1].began_s = at_s
        return True

    @property
    def heard(self) -> list[Said]:
        """The phrases whose sound has been heard."""
        return [phrase.said for phrase in self._phrases if phrase.began_s is not None]

    @property
    def current(self) -> Phrase | None:
        """The phrase that is being spoken, once its sound is heard."""
        return self._phrases[-1] if self._phrases and self._phrases[-1].began_s is not None else None

    @property
    def silent_since_s(self) -> float | None:
        """When the robot's last sound ended; None while there is nothing to answer."""
        if self._rest_of_answered or self._hearing.span_s < _SHORTEST_SPEECH_S:
            return None
        return self._hearing.last_s

    @property
    def finished(self) -> bool:
        """It said something and has been silent long enough for a person to take his turn."""
        if self.silent_since_s is None:
            return False
        expected_s = sum(len(said.text) for said in self.heard) / _QUICK_CHARACTERS_PER_S
        complete = self._hearing.span_s >= expected_s
        return self._hearing.quiet_s >= (_QUIET_AFTER_END_S if complete else _QUIET_AFTER_PAUSE_S)

    def answered(self) -> None:
        """He begins to speak: what comes now is new, but for the rest of a phrase he interrupts."""
        self._rest_of_answered = self._hearing.last_s is not None and self._hearing.quiet_s < _QUIET_AFTER_END_S
        self._hearing.forget()
        self._phrases = [phrase for phrase in self._phrases if phrase.began_s is None]
