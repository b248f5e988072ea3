"""Speech of our own to measure with: the package's sentences in the voices that are installed here, and a listener's
sounds. Rendered once; the voices' phrase cache keeps them."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from robot.proving.errors import PartMissing
from robot.proving.talks.speech import INNER_PAUSE, Sentence, keep
from robot.speech import registry
from robot.speech.base import Synthesizer
from robot.speech.errors import SpeechError
from robot.speech.options import EngineOptions
from robot.speech.pcm import LINE_RATE_HZ, Samples, to_samples
from robot.speech.phrases import PhraseCache

TEXTS = Path(__file__).with_name("sentences.yaml")
MURMUR = "murmur"
PAUSES_S = (0.3, 0.45, 0.6, 0.8)
VOICES = ("rhvoice/irina", "rhvoice/aleksandr", "rhvoice/elena", "rhvoice/aleksandr-hq", "rhvoice/anna", "festival")
"""Those that a recognizer understands at 8 kHz."""
_AROUND_S = 0.3
_COUGH_S = 0.25
_RUSTLE_S = 0.6


def texts() -> Mapping[str, Sequence[str]]:
    """By label."""
    loaded: Mapping[str, Sequence[str]] = YAML(typ="safe").load(TEXTS.read_text(encoding="utf-8"))
    return loaded


@asynccontextmanager
async def client_voices(options: EngineOptions, folder: Path, *, but: str) -> AsyncIterator[list[PhraseCache]]:
    """Of those installed, the robot's own the last resort. Raises PartMissing where nothing can speak."""
    async with AsyncExitStack() as stack:
        found: list[PhraseCache] = []
        for name in sorted(VOICES, key=lambda name: _is(name, but)):
            if found and _is(name, but):
                continue
            try:
                voice: Synthesizer = registry.voice(name, options)
                await voice.start()
            except SpeechError:
                continue
            stack.push_async_callback(voice.close)
            phrases = PhraseCache(voice, folder)
            stack.push_async_callback(phrases.close)
            found.append(phrases)
        if not found:
            raise PartMissing("no voice for the measuring clients is installed", remedy="make setup VOICES=rhvoice")
        yield found


def _is(name: str, voice: str) -> bool:
    """Whether an engine's voice is meant: "festival" is any of its voices."""
    return name == voice or voice.startswith(f"{name}/")


async def own_sentences(voices: Sequence[PhraseCache], made: Path) -> list[Sentence]:
    """Every sentence of the package, voices in turn. Raises SpeechError."""
    sentences: list[Sentence] = []
    for label, lines in texts().items():
        for place, line in enumerate(lines if label != MURMUR else ()):
            number = len(sentences)
            voice = voices[(number + place) % len(voices)]
            pieces = [to_samples(await voice.speech(part.strip())) for part in line.split("|")]
            pause_s = PAUSES_S[place % len(PAUSES_S)]
            text = " ".join(line.replace("|", " ").split())
            sound = _joined([_trimmed(piece) for piece in pieces], pause_s if label == INNER_PAUSE else 0.0)
            sentences.append(keep(f"own_{number:03d}", text, label, sound, made))
    return sentences


async def murmurs(voices: Sequence[PhraseCache], made: Path) -> list[Sentence]:
    """A listener's "угу" in some voices, a cough, and something that falls. Raises SpeechError."""
    found = []
    for number, text in enumerate(texts()[MURMUR]):
        piece = _trimmed(to_samples(await voices[number % len(voices)].speech(text)))
        found.append(keep(f"murmur_{number}", text, MURMUR, _joined([piece], 0.0), made))
    for name, sound in (("cough", _cough()), ("rustle", _rustle())):
        found.append(keep(name, name, MURMUR, _joined([sound], 0.0), made))
    return found


def _joined(pieces: Sequence[Samples], pause_s: float) -> Samples:
    """With a little silence around, and a pause between."""
    around = np.zeros(round(_AROUND_S * LINE_RATE_HZ), dtype=np.float32)
    pause = np.zeros(round(pause_s * LINE_RATE_HZ), dtype=np.float32)
    parts = [around]
    for number, piece in enumerate(pieces):
        parts += [pause, piece] if number else [piece]
    return np.concatenate([*parts, around])


def _trimmed(samples: Samples) -> Samples:
    """Without the silence that a voice leaves around its speech."""
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    return samples[loud[0] : loud[-1] + 1] if loud.size else samples


def _cough() -> Samples:
    """Two bursts of noise that die away."""
    one = _noise(_COUGH_S) * np.exp(-np.linspace(0, 6, round(_COUGH_S * LINE_RATE_HZ)))
    return np.concatenate([0.5 * one, 0.35 * one]).astype(np.float32)


def _rustle() -> Samples:
    """Broadband noise that swells and goes, as of paper at the microphone."""
    swell = np.sin(np.linspace(0, np.pi, round(_RUSTLE_S * LINE_RATE_HZ)))
    return (0.08 * _noise(_RUSTLE_S) * swell).astype(np.float32)


def _noise(seconds: float) -> Samples:
    generator = np.random.default_rng(zlib.crc32(b"murmur"))
    return generator.normal(0.0, 0.3, round(seconds * LINE_RATE_HZ)).astype(np.float32)
