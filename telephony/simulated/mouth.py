"""What a simulated person puts on the line: his words in his voice, the sounds between them, silence otherwise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from telephony.playback import OutgoingAudio, Playback
from telephony.simulated.speech import Voices
from telephony.simulated.utterance import Gender, Words, parse, pcm, spoken


class Mouth:
    """One voice at one loudness. facts: what {name} and {email} stand for."""

    def __init__(self, voices: Voices, facts: Mapping[str, str]) -> None:
        self._voices = voices
        self._facts = facts
        self._outgoing = OutgoingAudio()
        self._talk: list[Playback] = []

    @property
    def busy(self) -> bool:
        """Something of what he began to say is still to come."""
        return any(not part.done for part in self._talk)

    def say(self, utterance: str, voice: str, gender: Gender, gain: float = 1.0) -> None:
        """Say it after what is being said."""
        self._talk = [part for part in self._talk if not part.done]
        for part in parse(utterance):
            if isinstance(part, Words):
                sound = _louder(self._voices.pcm(voice, spoken(part.text, gender, self._facts)), gain)
            else:
                sound = pcm(part)
            self._talk.append(self._outgoing.play(sound))

    def stop(self) -> None:
        """Fall silent in the middle of it."""
        for part in self._talk:
            part.stop()

    def next_frame(self) -> bytes:
        return self._outgoing.next_frame()


def _louder(sound: bytes, gain: float) -> bytes:
    samples = np.frombuffer(sound, dtype="<i2").astype(np.float32) * gain
    return bytes(np.clip(samples, -32768, 32767).astype("<i2").tobytes())
