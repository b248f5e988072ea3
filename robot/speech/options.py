"""What every engine is told when the registry makes it, and what it answers when it cannot work."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self


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

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it: for an engine in a process of its own."""
        recordings = None if self.recordings_dir is None else str(self.recordings_dir)
        return {**asdict(self), "models_dir": str(self.models_dir), "recordings_dir": recordings}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Self:
        recordings = plain["recordings_dir"]
        paths = {"models_dir": Path(plain["models_dir"]), "recordings_dir": recordings and Path(recordings)}
        return cls(**{**plain, **paths, "servers": tuple(plain["servers"])})


@dataclass(frozen=True, slots=True)
class Lack:
    """Why an engine cannot work here, in both languages, and the command that helps."""

    ru: str
    en: str
    remedy: str
