"""What can go wrong with speech.

SpeechError                code, retryable, remedy
├── ModelMissing           model_missing          the engine is there, its model is not
├── EngineUnavailable      engine_unavailable     program, voice or package is not installed
├── RecognitionFailed      recognition_failed     one utterance could not be decoded (retryable)
├── SynthesisFailed        synthesis_failed       one phrase could not be spoken (retryable)
│   └── VoiceDied          synthesis_failed       since the voice's program ended or hung
└── DownloadFailed         download_failed        a model could not be fetched: offline, refused, or damaged on the way
"""

from __future__ import annotations

from typing import ClassVar


class SpeechError(Exception):
    """Base of the tree. `code` is stable (UI, metrics); `remedy` tells the person in charge what to do."""

    code: ClassVar[str] = "speech"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str = "", *, remedy: str = "") -> None:
        super().__init__(message or self.code)
        self.remedy = remedy


class ModelMissing(SpeechError):
    code = "model_missing"


class EngineUnavailable(SpeechError):
    code = "engine_unavailable"


class RecognitionFailed(SpeechError):
    code = "recognition_failed"
    retryable = True


class SynthesisFailed(SpeechError):
    code = "synthesis_failed"
    retryable = True


class VoiceDied(SynthesisFailed):
    pass


class DownloadFailed(SpeechError):
    code = "download_failed"
    retryable = True
