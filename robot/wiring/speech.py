"""Engines of recognition and synthesis, chosen by the settings and started."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from robot.observability.metrics import Metrics
from robot.settings import Settings
from robot.speech import registry
from robot.speech.base import Recognizer, Synthesizer
from robot.speech.options import EngineOptions
from robot.speech.phrases import PhraseCache
from robot.speech.voices import Voices


@dataclass(frozen=True, slots=True)
class Speech:
    """Engines started and shared by all calls."""

    recognizer: Recognizer
    voice: Synthesizer
    phrases: PhraseCache
    voices: Voices


def engine_options(settings: Settings) -> EngineOptions:
    return EngineOptions(
        models_dir=settings.models_dir,
        recordings_dir=settings.speech.recordings,
        join_recordings=settings.speech.join_recordings,
        workers=settings.speech.recognizer_threads,
        servers=settings.speech.recognizer_servers,
    )


def recognizer_options(settings: Settings) -> EngineOptions:
    """The same for a recognizer: its model may understand another language than the robot speaks."""
    return replace(engine_options(settings), language=settings.speech.recognizer_language)


@asynccontextmanager
async def open_speech(settings: Settings, metrics: Metrics | None = None) -> AsyncIterator[Speech]:
    """The engines named in the settings, else the best installed. Raises SpeechError with the remedy."""
    node = (metrics or Metrics()).node
    options = engine_options(settings)
    chosen = settings.speech
    recognizer = registry.apart(recognizer_options(settings), chosen.recognizer)
    voice = registry.voice(chosen.voice, options) if chosen.voice else registry.best_voice(options)
    phrases = PhraseCache(voice, settings.phrases_dir, on_rendered=node.rendered)
    voices = Voices(
        phrases, settings.phrases_dir, lambda name: registry.voice(name, options), on_rendered=node.rendered
    )
    try:
        await voice.start()
        node.speaks(voice.name)
        await recognizer.start()
        yield Speech(recognizer, voice, phrases, voices)
    finally:
        await voices.close()
        await phrases.close()
        await recognizer.close()
        await voice.close()
