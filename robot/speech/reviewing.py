"""Recognizers for who has time: recordings are heard again with these while nobody waits for the words.

Whisper in its full window and with more beams, of the largest model that is installed: what a short window saves in a
call it costs in accuracy (docs/adr/0005-whisper-window.md). Blocking; made and used in one thread of a process of its
own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from robot.speech.base import Word
from robot.speech.engines.whisper_decoding import MODEL_FILES, Decoder, load_decoder
from robot.speech.errors import ModelMissing
from robot.speech.options import EngineOptions

WHISPER = ("whisper-medium", "whisper-small", "whisper-base")
"""Folders of models, best first."""
FULL_WINDOW_S = 30.0
BEAMS = 5


class Hearing(Protocol):
    @property
    def name(self) -> str:
        """Engine and model, for example whisper-small/full-window."""
        ...

    def hear(self, pcm: bytes, answers: Sequence[str]) -> tuple[str, float]:
        """Text and confidence (0..1) of one utterance, 8 kHz PCM. Raises RecognitionFailed."""
        ...

    def align(self, pcm: bytes, text: str) -> tuple[Word, ...]:
        """Where the words of a text lie in an utterance. Raises RecognitionFailed."""
        ...


class SlowWhisper:
    def __init__(self, decoder: Decoder, model: str) -> None:
        self._decoder = decoder
        self._model = model

    @property
    def name(self) -> str:
        return f"{self._model}/full-window"

    def hear(self, pcm: bytes, answers: Sequence[str]) -> tuple[str, float]:
        heard = self._decoder.decode(pcm, answers)
        return heard.text, heard.confidence

    def align(self, pcm: bytes, text: str) -> tuple[Word, ...]:
        return self._decoder.align(pcm, text)


def best_hearing(options: EngineOptions) -> Hearing:
    """Load it: a second or more. Raises ModelMissing, EngineUnavailable."""
    for model in WHISPER:
        folder = options.models_dir / model
        if all((folder / name).is_file() for name in MODEL_FILES):
            decoder = load_decoder(folder, language=options.language, workers=1, window_s=FULL_WINDOW_S, beams=BEAMS)
            return SlowWhisper(decoder, model)
    raise ModelMissing(
        f"no Whisper model in {options.models_dir}, and recordings are reviewed with one",
        remedy=f"zvonar models pull {WHISPER[-1]}",
    )
