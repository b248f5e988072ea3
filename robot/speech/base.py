"""The ports of speech: a recognizer that opens one session per call, and a synthesizer of phrases.

All audio is signed 16-bit little-endian mono PCM at 8 kHz (what a telephone line carries).
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Word:
    """Where one word lies, in milliseconds from the first sound of its utterance that the session accepted, and the
    engine's confidence in it (0..1)."""

    text: str
    from_ms: int
    to_ms: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """Words heard in one utterance. `confidence` is 0..1; empty text means no speech was recognized. `words`: those of
    the text, in order, where the engine times them without more work; else none."""

    text: str
    confidence: float = 1.0
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class RecognizerCapabilities:
    """streaming: partial words while the client speaks. bias: expected answers steer the recognition.
    languages: ISO 639-1 codes."""

    streaming: bool
    bias: bool
    languages: frozenset[str]


class RecognizerSession(Protocol):
    """Recognition of one side of one call, utterance after utterance."""

    def expect(self, answers: Sequence[str]) -> None:
        """Answers the coming utterances may give, best first; an empty sequence lifts the bias."""
        ...

    def accept(self, pcm: bytes) -> None:
        """Hear more of the current utterance. Never blocks: decoding happens off the loop."""
        ...

    @property
    def partial(self) -> str:
        """Words so far of the current utterance; always empty where the engine does not stream."""
        ...

    def glance(self) -> Coroutine[Any, Any, Transcript]:
        """Words of the utterance as far as it was accepted, without ending it: asked at a pause, where the client may
        have finished. Cancelling it takes it out of the queue. Awaiting raises RecognitionFailed."""
        ...

    def finish(self) -> Coroutine[Any, Any, Transcript]:
        """End the utterance now, whether or not the result is awaited at once, and give its words; the next `accept`
        begins a new one. A later utterance may be ready earlier. Awaiting raises RecognitionFailed; the session stays
        usable. With nothing accepted and the same answers expected since the last `glance`, it gives the words of that
        one and decodes nothing anew."""
        ...

    async def close(self) -> None: ...


class Recognizer(Protocol):
    """An engine with its model loaded, shared by all calls."""

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> RecognizerCapabilities: ...

    async def start(self) -> None:
        """Load the model and warm it up (seconds). Raises ModelMissing or EngineUnavailable with the remedy."""
        ...

    def session(self) -> RecognizerSession: ...

    async def close(self) -> None: ...


class Synthesizer(Protocol):
    """A voice. Equal text sounds the same (not bit by bit), so its output may be cached under `fingerprint` + text."""

    @property
    def name(self) -> str:
        """engine/voice, for example festival/voice_msu_ru_nsh_clunits."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text would sound different: engine version, voice, rate, loudness."""
        ...

    async def start(self) -> None:
        """Raises EngineUnavailable with the remedy when the engine or the voice is not installed."""
        ...

    async def synthesize(self, text: str) -> bytes:
        """Speech for Russian text, 8 kHz PCM. Raises SynthesisFailed."""
        ...

    async def close(self) -> None: ...
