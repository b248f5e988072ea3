"""Which files belong to an installation. What can be made again (models, rendered phrases, the lab) is left out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv.parser import parse_stream

DATA = "data"
RECORDINGS = "recordings"
STUDIO = "studio"
SETTINGS = "settings"
VARIABLES = "zvonar.env"
"""Of them the one with variables, whatever its name is on the disk."""

ASIDE = "from-backup"
"""Folder of the data directory for what a restore does not put into its place by itself: settings, and studio
recordings where no folder for them is set."""
MADE_AGAIN = frozenset({"asterisk", "cache", "demo", "lab", "models", "recordings", ASIDE})
"""Folders of the data directory that a backup leaves out; recordings go by themselves."""
ARCHIVE = ".zvonar.tar"
SECRET = frozenset({"crm"})
"""Of them the keys of other people's systems."""

_DATABASE = re.compile(r"zvonar\.db(-wal|-shm)?")
_UNFINISHED = re.compile(r"\..*|.*\.part")


@dataclass(frozen=True, slots=True)
class Place:
    """An installation. database: its SQLAlchemy address. settings: files that hold settings, by the name they get in a
    backup. secret_names: variables that are left out of them. studio: folder of recorded phrases."""

    data_dir: Path
    database: str
    studio: Path | None = None
    settings: Mapping[str, Path] = field(default_factory=dict)
    secret_names: re.Pattern[str] = re.compile(r"$^")


@dataclass(frozen=True, slots=True)
class Source:
    """A file and where it goes. text: its content, where it is not that of the file."""

    path: str
    file: Path
    text: bytes | None = None


def recordings_of(place: Place) -> Iterator[Source]:
    """Those there are now; one that is being compressed may be gone a moment later, see `latest`."""
    yield from _below(place.data_dir / RECORDINGS, RECORDINGS)


def latest(recording: Path) -> Path | None:
    """The recording, or what it was compressed to meanwhile; None when it was removed."""
    for file in (recording, recording.with_suffix(".ogg")):
        if file.is_file():
            return file
    return None


def others_of(place: Place, *, secrets: bool, backups: Path) -> Iterator[Source]:
    """Everything else. secrets: with what opens other people's systems. backups: where they lie; none holds others."""
    for source in _others(place, secrets=secrets):
        if not source.file.name.endswith(ARCHIVE) and not source.file.resolve().is_relative_to(backups.resolve()):
            yield source


def _others(place: Place, *, secrets: bool) -> Iterator[Source]:
    for child in sorted(place.data_dir.iterdir()) if place.data_dir.is_dir() else []:
        if child.name in MADE_AGAIN or (child.name in SECRET and not secrets) or _DATABASE.fullmatch(child.name):
            continue
        if child.is_dir() and not child.is_symlink():
            yield from _below(child, f"{DATA}/{child.name}")
        elif child.is_file() and not _UNFINISHED.fullmatch(child.name):
            yield Source(f"{DATA}/{child.name}", child)
    if place.studio is not None:
        yield from _below(place.studio, STUDIO)
    for name, file in place.settings.items():
        if file.is_file():
            text = None if secrets or name != VARIABLES else without_secrets(file, place.secret_names)
            yield Source(f"{SETTINGS}/{name}", file, text)


def without_secrets(file: Path, names: re.Pattern[str]) -> bytes:
    """A file of variables; those that hold secrets are named, and empty. A value may go over many lines."""
    with file.open(encoding="utf-8", errors="replace") as text:
        kept = [
            f"# {one.key}= is not in the backup: set it again\n"
            if one.key and names.fullmatch(one.key)
            else one.original.string
            for one in parse_stream(text)
        ]
    return "".join(kept).encode()


def _below(folder: Path, name: str) -> Iterator[Source]:
    """Every file in it, but those that are being written under names of their own. Links are not followed out."""
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for file in sorted(files):
            whole = Path(at) / file
            if not _UNFINISHED.fullmatch(file) and whole.is_file() and not whole.is_symlink():
                yield Source(f"{name}/{whole.relative_to(folder).as_posix()}", whole)
