"""A voice and a recognizer that understand each other through audio alone: for tests and simulations without engines.

The voice sends the UTF-8 bytes of a text as sixteen tones of 10 ms each (two per byte), between a rising start mark
and an end mark, at roughly twice the pace of human speech. The recognizer finds the mark anywhere in what it hears and
reads the tones back; it knows no text that is not in the audio, so a test that passes has used the audio path. The
tones survive A-law, a changed volume, surrounding silence and moderate noise.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from robot.speech.base import RecognizerCapabilities, RecognizerSession, Transcript, Word
from robot.speech.errors import RecognitionFailed, SynthesisFailed
from robot.speech.pcm import LINE_RATE_HZ, Samples, to_pcm, to_samples
from robot.speech.shared import SharedWords

_SYMBOL = 80  # samples, 10 ms: tones at multiples of 100 Hz are orthogonal over it
_FIRST_BIN = 6  # 600 Hz
_END_BIN = _FIRST_BIN + 16
_AMPLITUDE = 0.25
_MARK_SYMBOLS = 8
_LEAST_LIKENESS = 0.6
_LEAST_PURITY = 0.5


def encode(text: str) -> bytes:
    """Line PCM that carries a text: 20 ms per UTF-8 byte and 0.1 s of marks."""
    tones = [tone for byte in text.encode() for tone in (byte >> 4, byte & 15)]
    body = [_tone(_FIRST_BIN + tone) for tone in tones]
    return to_pcm(np.concatenate([_mark(), *body, _tone(_END_BIN), _tone(_END_BIN)]))


def decode(pcm: bytes) -> tuple[str, bool]:
    """Texts carried by line PCM, joined by spaces, and whether the last of them is complete (its end mark was heard).
    ("", True) when there are none."""
    samples = to_samples(pcm)
    texts: list[str] = []
    complete = True
    at = 0
    while (start := _find_mark(samples, at)) is not None:
        text, at, complete = _read(samples, start)
        texts.append(text)
    return " ".join(filter(None, texts)), complete


def timed_words(pcm: bytes) -> tuple[Word, ...]:
    """The words that `decode` finds, and where they lie."""
    samples = to_samples(pcm)
    words: list[Word] = []
    at = 0
    while (start := _find_mark(samples, at)) is not None:
        text, at, _ = _read(samples, start)
        for found in re.finditer(r"\S+", text):
            from_byte = len(text[: found.start()].encode())
            to_byte = from_byte + len(found.group().encode())
            from_ms, to_ms = ((start + 2 * _SYMBOL * byte) * 1000 // LINE_RATE_HZ for byte in (from_byte, to_byte))
            words.append(Word(found.group(), from_ms, to_ms, 1.0))
    return tuple(words)


def _tone(bin_: int) -> Samples:
    return np.asarray(_AMPLITUDE * np.sin(2 * np.pi * bin_ * np.arange(_SYMBOL) / _SYMBOL), dtype=np.float32)


@cache
def _mark() -> Samples:
    """A chirp from 400 to 2800 Hz: its autocorrelation is a sharp peak, so its place is known to the sample."""
    time = np.arange(_MARK_SYMBOLS * _SYMBOL) / LINE_RATE_HZ
    slope = (2800 - 400) / time[-1]
    return np.asarray(_AMPLITUDE * np.sin(2 * np.pi * (400 * time + slope / 2 * time**2)), dtype=np.float32)


def _find_mark(samples: Samples, at: int) -> int | None:
    """Where the text after the next start mark begins."""
    mark = _mark()
    rest = samples[at:]
    if len(rest) < len(mark):
        return None
    size = 1 << (len(rest) + len(mark)).bit_length()
    spectrum = np.fft.rfft(rest, size) * np.conj(np.fft.rfft(mark, size))
    likeness = np.fft.irfft(spectrum, size)[: len(rest) - len(mark) + 1]
    power = np.concatenate([[0.0], np.cumsum(rest.astype(np.float64) ** 2)])
    energy = power[len(mark) :] - power[: -len(mark)]
    likeness = likeness / np.sqrt(np.maximum(energy, 1e-6) * float(np.sum(mark**2)))
    found = np.flatnonzero(likeness > _LEAST_LIKENESS)
    if not len(found):
        return None
    first = int(found[0])
    return at + first + int(np.argmax(likeness[first : first + _SYMBOL])) + len(mark)


def _read(samples: Samples, start: int) -> tuple[str, int, bool]:
    """Text, where it ends, and whether it was read to its end mark."""
    tones: list[int] = []
    at, complete = start, False
    symbols = samples[start : start + (len(samples) - start) // _SYMBOL * _SYMBOL].reshape(-1, _SYMBOL)
    powers = np.abs(np.fft.rfft(symbols)) ** 2
    for best, power in zip(powers.argmax(axis=1).tolist(), powers, strict=True):
        at += _SYMBOL
        if best == _END_BIN:
            complete = True
            break
        if not _FIRST_BIN <= best < _END_BIN or power[best] < _LEAST_PURITY * power.sum():
            break
        tones.append(best - _FIRST_BIN)
    data = bytes(high << 4 | low for high, low in zip(tones[::2], tones[1::2], strict=False))
    return data.decode("utf-8", "ignore"), at, complete


class FakeVoice:
    """See the port `Synthesizer`. `spoken` lists the texts it was asked for, in order."""

    def __init__(self, name: str = "fake/tones") -> None:
        self._name = name
        self.spoken: list[str] = []

    @property
    def name(self) -> str:
        return self._name

    @property
    def fingerprint(self) -> str:
        return f"{self._name} 1"

    async def start(self) -> None:
        """Nothing to load."""

    async def synthesize(self, text: str) -> bytes:
        if not text.strip():
            raise SynthesisFailed("there is nothing to say in the phrase")
        self.spoken.append(text)
        await asyncio.sleep(0)
        return encode(text)

    async def close(self) -> None:
        """Nothing to free."""


class FakeRecognizer:
    """See the port `Recognizer`. delay_s: how long `finish` and `glance` take, on the loop's clock."""

    def __init__(self, *, delay_s: float = 0.0) -> None:
        self._delay_s = delay_s
        self.sessions: list[FakeSession] = []

    @property
    def name(self) -> str:
        return "fake"

    @property
    def capabilities(self) -> RecognizerCapabilities:
        return RecognizerCapabilities(streaming=True, bias=False, languages=frozenset({"ru"}))

    async def start(self) -> None:
        """Nothing to load."""

    def session(self) -> RecognizerSession:
        session = FakeSession(self._delay_s)
        self.sessions.append(session)
        return session

    async def close(self) -> None:
        """Nothing to free."""


@dataclass
class FakeSession:
    """Keeps what it was told to expect in `expected`, and how often it decoded, for a test to look at; what is expected
    changes nothing in what is heard."""

    delay_s: float = 0.0
    expected: tuple[str, ...] = ()
    closed: bool = False
    decoded: int = 0
    _heard: bytearray = field(default_factory=bytearray)
    _glanced: SharedWords | None = None

    def expect(self, answers: Sequence[str]) -> None:
        if self.expected != tuple(answers):
            self._glanced = None
        self.expected = tuple(answers)

    def accept(self, pcm: bytes) -> None:
        if pcm and not self.closed:
            self._heard += pcm
            self._glanced = None

    @property
    def partial(self) -> str:
        return decode(bytes(self._heard))[0]

    def glance(self) -> Coroutine[Any, Any, Transcript]:
        if self._glanced is None:
            utterance = bytes(self._heard)
            self._glanced = SharedWords(lambda: self._decoded(utterance))
        return self._glanced.words()

    def finish(self) -> Coroutine[Any, Any, Transcript]:
        words = self.glance()
        self._heard.clear()
        self._glanced = None
        return words

    async def _decoded(self, utterance: bytes) -> Transcript:
        if self.closed:
            raise RecognitionFailed("the session is closed")
        self.decoded += 1
        text, complete = decode(utterance)
        await asyncio.sleep(self.delay_s)
        return Transcript(text, (1.0 if complete else 0.5) if text else 0.0, timed_words(utterance))

    async def close(self) -> None:
        self.closed = True
        self._heard.clear()
