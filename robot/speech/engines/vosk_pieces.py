"""What Vosk says of one utterance, in its JSON: pieces as Kaldi ends sentences, joined again. Pure."""

from __future__ import annotations

import json
import statistics

from robot.speech.base import Transcript, Word
from robot.speech.pcm import BYTES_PER_SECOND
from robot.speech.screening import sounds_like_speech

MODEL_RATE_HZ = 16000

_LEAST_CONFIDENCE = 0.35
_LONGEST_BYTES = 60 * BYTES_PER_SECOND


class Pieces:
    """Words are told from the beginning of the recognizer; here they are from that of the utterance."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._words: list[Word] = []
        self._began: int | None = None

    def fed(self, before: int) -> None:
        """The recognizer hears more of the utterance, having heard so many samples, of others too, before."""
        self._began = before if self._began is None else self._began

    def partial(self, told: str = "{}") -> str:
        """All words so far, with those of a PartialResult."""
        return " ".join(filter(None, [*self._texts, json.loads(told).get("partial", "")]))

    def take(self, result: str) -> None:
        """A Result or FinalResult."""
        heard = json.loads(result)
        if heard.get("text"):
            self._texts.append(heard["text"])
            began_s = (self._began or 0) / MODEL_RATE_HZ
            self._words += [
                Word(one["word"], _ms(one["start"] - began_s), _ms(one["end"] - began_s), min(1.0, one["conf"]))
                for one in heard.get("result", ())
            ]

    def transcript(self, heard: bytes) -> Transcript:
        """heard: the utterance's line audio; what does not sound like speech has no words."""
        confidence = statistics.fmean(word.confidence for word in self._words) if self._words else 0.0
        if confidence < _LEAST_CONFIDENCE or not sounds_like_speech(heard[-_LONGEST_BYTES:]):
            return Transcript("", 0.0)
        return Transcript(" ".join(self._texts), confidence, tuple(self._words))


def _ms(seconds: float) -> int:
    return max(0, round(1000 * seconds))
