"""Engines by name. A new one is a file in `engines/` with `make(options)` and `lack(options)`, and a line here.

Modules are imported when an engine is asked for; making one loads nothing (its `start` does).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Protocol, TypeVar, cast

from robot.speech.base import Recognizer, Synthesizer
from robot.speech.engines.recorded import INDEX, RecordedVoice
from robot.speech.errors import EngineUnavailable, ModelMissing
from robot.speech.options import EngineOptions, Lack
from robot.speech.worker.proxy import WorkerRecognizer

RECOGNIZERS: Mapping[str, str] = {  # best first
    "vosk-server": "robot.speech.engines.vosk_server",
    "vosk": "robot.speech.engines.vosk",
    "whisper": "robot.speech.engines.whisper",
}
SYNTHESIZERS: Mapping[str, str] = {  # best first; recordings stand before all of them
    "piper": "robot.speech.engines.piper",
    "rhvoice": "robot.speech.engines.rhvoice",
    "festival": "robot.speech.engines.festival",
    "pyttsx3": "robot.speech.engines.pyttsx3",
}


_Part_co = TypeVar("_Part_co", bound=Recognizer | Synthesizer, covariant=True)


class _Engine(Protocol[_Part_co]):
    """An engine's module."""

    def make(self, options: EngineOptions) -> _Part_co: ...
    def lack(self, options: EngineOptions) -> Lack | None: ...


@dataclass(frozen=True, slots=True)
class Availability:
    """One engine on this machine, for `zvonar doctor`. lack: None when it works."""

    kind: str
    name: str
    lack: Lack | None


def available(options: EngineOptions) -> tuple[Availability, ...]:
    """All engines, recognizers first, each best first, with what they lack. Reads the disk; loads no model."""
    return (
        *(Availability("recognizer", name, _recognizer_module(name).lack(options)) for name in RECOGNIZERS),
        *(Availability("synthesizer", name, _voice_module(name).lack(options)) for name in SYNTHESIZERS),
    )


def recognizer(name: str, options: EngineOptions) -> Recognizer:
    """The engine of this name. Raises EngineUnavailable for an unknown name; a missing model shows at its start."""
    if name not in RECOGNIZERS:
        raise EngineUnavailable(f"unknown recognizer {name!r}", remedy=f"choose one of {', '.join(RECOGNIZERS)}")
    return _recognizer_module(name).make(options)


def voice(name: str, options: EngineOptions) -> Synthesizer:
    """The voice "engine" or "engine/voice", for example "rhvoice/elena". Raises EngineUnavailable."""
    engine, _, own_name = name.partition("/")
    if engine not in SYNTHESIZERS:
        raise EngineUnavailable(f"unknown voice {name!r}", remedy=f"choose one of {', '.join(SYNTHESIZERS)}")
    return _with_recordings(_voice_module(engine).make(replace(options, voice=own_name or options.voice)), options)


def best_recognizer(options: EngineOptions) -> Recognizer:
    """The servers that are named, else a Vosk model of the language if there is one, else Whisper. Raises ModelMissing
    when there is none of them."""
    lacks = []
    for name in RECOGNIZERS:
        lack = _recognizer_module(name).lack(options)
        if lack is None:
            return recognizer(name, options)
        lacks.append(lack)
    raise ModelMissing(
        "no recognizer can work: " + "; ".join(lack.en for lack in lacks),
        remedy=" or ".join(lack.remedy for lack in lacks[::-1]),
    )


def best_voice(options: EngineOptions) -> Synthesizer:
    """Studio recordings over the best installed voice, each engine with its default voice. Raises
    EngineUnavailable when no voice is installed and nothing is recorded."""
    options = replace(options, voice="")
    lacks = []
    for name in SYNTHESIZERS:
        lack = _voice_module(name).lack(options)
        if lack is None:
            return voice(name, options)
        lacks.append(lack)
    if _has_recordings(options):
        return _with_recordings(None, options)
    raise EngineUnavailable(
        "no voice can speak: " + "; ".join(lack.en for lack in lacks), remedy=" or ".join(lack.remedy for lack in lacks)
    )


def apart(options: EngineOptions, name: str = "") -> WorkerRecognizer:
    """The recognizer of this name, else the best one, in a process of its own. Raises as `recognizer` and
    `best_recognizer` do."""
    engine = recognizer(name, options) if name else best_recognizer(options)
    return WorkerRecognizer(engine, RECOGNIZERS[engine.name], options)


def _has_recordings(options: EngineOptions) -> bool:
    return options.recordings_dir is not None and (options.recordings_dir / INDEX).is_file()


def _with_recordings(other: Synthesizer | None, options: EngineOptions) -> Synthesizer:
    if options.recordings_dir is not None and (other is None or _has_recordings(options)):
        return RecordedVoice(options.recordings_dir, other, join=options.join_recordings)
    assert other is not None  # noqa: S101 - only asked without one when there are recordings
    return other


def _recognizer_module(name: str) -> _Engine[Recognizer]:
    return cast("_Engine[Recognizer]", import_module(RECOGNIZERS[name]))


def _voice_module(name: str) -> _Engine[Synthesizer]:
    return cast("_Engine[Synthesizer]", import_module(SYNTHESIZERS[name]))
