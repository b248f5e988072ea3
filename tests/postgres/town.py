"""People on the simulated line who understand the robot's phrases and answer in sound; and a voice with little breath.

They talk in real time, as a real CRM does its work: so the robot says the first letters of its phrases alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from robot.speech.fake import FakeVoice, encode
from telephony.audio import FRAME_BYTES, SILENCE
from telephony.simulated.subscriber import PickUp, Ringing, Said, Subscriber

LETTERS = 12
QUIET_MS = 300


class ShortVoice(FakeVoice):
    """Half a second of each phrase: its meaning goes to people beside the sound."""

    async def synthesize(self, text: str) -> bytes:
        return await super().synthesize(text[:LETTERS].strip() or text)


class Client:
    """Answers each phrase once the robot is silent. answers: by the phrase's name, or by a word of its text; to
    anything else he says yes."""

    ringing = Ringing(PickUp.ANSWER, 0.1)

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers
        self._meant: Said | None = None
        self._speaking = b""
        self._quiet_ms = 0

    def told(self, said: Said) -> None:
        self._meant = said

    def tick(self, at_s: float, heard: bytes) -> bytes | None:
        self._quiet_ms = 0 if any(heard) else self._quiet_ms + 20
        if self._meant is not None and self._quiet_ms >= QUIET_MS and not self._speaking:
            self._speaking, self._meant = encode(self._answer(self._meant)), None
        frame, self._speaking = self._speaking[:FRAME_BYTES], self._speaking[FRAME_BYTES:]
        return frame.ljust(FRAME_BYTES, b"\0") if frame else SILENCE

    def _answer(self, meant: Said) -> str:
        words = (words for key, words in self._answers.items() if key == meant.phrase or key in meant.text)
        return next(words, "да")


class Town:
    """`telephony.simulated.subscriber.Directory` of these people. people: what each answers, by number."""

    def __init__(self, people: Mapping[str, Mapping[str, str]]) -> None:
        self._people = people

    def subscriber(self, number: str) -> Subscriber:
        return Client(self._people[number])
