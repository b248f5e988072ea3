"""The files of recordings: whatever lies beside one belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from robot.privacy.ports import Doomed

log = structlog.get_logger(__name__)


def files_of(data_dir: Path, path: str) -> Sequence[Path]:
    """The sound, the transcript, the outline, and halves of them. Blocking. path: as attempts name it; one that leads
    out of the data directory has none."""
    named = data_dir / path
    folder, stem = named.parent, named.name.partition(".")[0]
    if not stem or not folder.resolve().is_relative_to(data_dir.resolve()):
        return []
    return sorted(file for file in folder.glob("*") if file.name.partition(".")[0] == stem and file.is_file())


def remove(data_dir: Path, doomed: Sequence[Doomed]) -> Mapping[Doomed, int]:
    """Those of which nothing is left here, with how many files went. Blocking. What cannot be removed is told and left
    out."""
    gone = {}
    for one in doomed:
        files = files_of(data_dir, one.path)
        try:
            for file in files:
                file.unlink(missing_ok=True)
        except OSError as error:
            log.warning("recording_not_removed", file=one.path, error=error.strerror)
        else:
            gone[one] = len(files)
    return gone
