"""What every engine is told when the registry makes it, and what it answers when it cannot work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """models_dir: a folder per installed model. voice: the engine's own name of a voice, empty for its default.
    recordings_dir: studio recordings with their `phrases.json`. join_recordings: whether phrases with variables are
    joined of recorded stretches. workers: utterances decoded at once. servers: addresses of recognizers elsewhere."""

    models_dir: Path
    voice: str = ""
    recordings_dir: Path | None = None
    join_recordings: bool = True
    language: str = "ru"
    workers: int = 2
    servers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """Why an engine cannot work here, in both languages, and the command that helps."""

    ru: str
    en: str
    remedy: str
