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
_BETWEEN_WORDS_S = 0.25
_ABOUT_TO_SPEAK_S = 0.5
_MURMUR_UNTIL = 0.7


@dataclass(slots=True)
class Phrase:
    """A phrase he is being told. began_s: when its sound was first heard, None before."""

    said: Said
    told_s: float
    began_s: float | None = None


class Attention:
    def __init__(self) -> None:
        self._hearing = Hearing()
        self._phrases: list[Phrase] = []
        self._rest_of_answered = False
        self._now_s = 0.0
        self._voice_s: float | None = None

    def told(self, said: Said) -> None:
        """The meaning of what is about to be heard."""
        self._forget_rest()
        self._phrases.append(Phrase(said, self._now_s))

    def hear(self, at_s: float, pcm: bytes) -> bool:
        """Take in the sound; True while somebody speaks, the gaps between his words included."""
        self._now_s = at_s
        if self._hearing.hear(at_s, pcm):
            self._voice_s = at_s
            if self._phrases and self._phrases[-1].began_s is None:
                self._phrases[-1].began_s = at_s
        elif self._hearing.quiet_s > _REST_IS_OVER_S:
            self._forget_rest()
        return self._voice_s is not None and at_s - self._voice_s < _BETWEEN_WORDS_S

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
        if self.silent_since_s is None or self._about_to_speak:
            return False
        complete = self._hearing.span_s >= self._expected_s
        return self._hearing.quiet_s >= (_QUIET_AFTER_END_S if complete else _QUIET_AFTER_PAUSE_S)

    @property
    def far_from_end(self) -> bool:
        """Much of the phrase is still to come: time for a murmur that nobody takes for an answer."""
        return self._hearing.span_s < _MURMUR_UNTIL * self._expected_s

    def answered(self) -> None:
        """He begins to speak: what comes now is new, but for the rest of a phrase he interrupts."""
        self._rest_of_answered = self._hearing.last_s is not None and self._hearing.quiet_s < _QUIET_AFTER_END_S
        self._hearing.forget()
        self._phrases = [phrase for phrase in self._phrases if phrase.began_s is None]

    @property
    def _expected_s(self) -> float:
        return sum(len(said.text) for said in self.heard) / _QUICK_CHARACTERS_PER_S

    @property
    def _about_to_speak(self) -> bool:
        """A phrase has been announced whose sound is still on its way."""
        if not self._phrases or self._phrases[-1].began_s is not None:
            return False
        return self._now_s - self._phrases[-1].told_s < _ABOUT_TO_SPEAK_S

    def _forget_rest(self) -> None:
        if self._rest_of_answered:
            self._rest_of_answered = False
            self._hearing.forget()
